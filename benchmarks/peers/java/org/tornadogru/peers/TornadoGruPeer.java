package org.tornadogru.peers;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.tornadogru.device.Target;
import org.tornadogru.graph.TrainingPlan;
import org.tornadogru.nn.Tensor;
import org.tornadogru.peers.Work.Kind;

/** tornado-gru, on one of the devices of this process. */
final class TornadoGruPeer {

  /** The kinds of work that {@link #open} knows. */
  static final Set<Kind> KINDS = EnumSet.of(Kind.TRAINING);

  private TornadoGruPeer() {}

  /** Builds the graph of a work. */
  static Peer open(Work work, Target target) {
    return switch (work.kind()) {
      case TRAINING -> new Training(work, target);
      case INFERENCE, GENERATION ->
          throw new UnsupportedOperationException(work + " has no graph yet");
    };
  }

  private static final class Training implements TrainingPeer {
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
