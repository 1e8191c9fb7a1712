package org.tornadogru.peers;

import java.util.List;
import org.tornadogru.device.Target;
import org.tornadogru.graph.TrainingPlan;
import org.tornadogru.nn.Tensor;

/** tornado-gru, on one of the devices of this process. */
final class TornadoGruPeer {

  private TornadoGruPeer() {}

  /** Training with a {@link TrainingPlan}. */
  static final class Training implements TrainingPeer {
    private final TrainingPlan plan;

    Training(Work work, Target target) {
      plan = new TrainingPlan(work.weights(), work.shape(), work.sgd(), target);
    }

    @Override
    public float step(int[] tokens) {
      return plan.step(tokens);
    }

    @Override
    public List<Tensor> weights() {
      return plan.download().tensors();
    }

    @Override
    public void close() {
      plan.close();
    }
  }
}
