package org.tornadogru.peers;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.tornadogru.compare.Work;
import org.tornadogru.compare.Work.Kind;
import org.tornadogru.graph.GenerationPlan;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;

/** tornado-gru, on one of the devices of this process. */
final class TornadoGruPeer {

  /** The kinds of work that {@link #open} knows. */
  static final Set<Kind> KINDS = EnumSet.allOf(Kind.class);

  private TornadoGruPeer() {}

  /** Builds the graph of a work. */
  static Peer open(Work work, Placement placement) {
    return switch (work.kind()) {
      case TRAINING -> new Training(work, placement);
      case INFERENCE -> new Inference(work, placement);
      case GENERATION -> new Generation(work, placement);
    };
  }

  private static final class Training implements TrainingPeer {
    private final int batch;
    private final ModelPlan plan;

    Training(Work work, Placement placement) {
      batch = work.shape().batch();
      plan = work.plan(work.shape(), work.sgd(), placement);
    }

    @Override
    public float step(int[] tokens) {
      plan.load(Sequences.ofTokens(batch, tokens), false);
      return plan.train(0, 0);
    }

    @Override
    public List<Tensor> weights() {
      return plan.weights().tensors();
    }

    @Override
    public void close() {
      plan.close();
    }
  }

  private static final class Inference implements InferencePeer {
    private final int batch;
    private final ModelPlan plan;

    Inference(Work work, Placement placement) {
      batch = work.shape().batch();
      plan = work.plan(work.shape(), null, placement);
    }

    @Override
    public void infer(int[] tokens) {
      plan.load(Sequences.ofTokens(batch, tokens), false);
      plan.predict();
    }

    @Override
    public float[] logits() {
      return plan.outputs().values();
    }

    @Override
    public void close() {
      plan.close();
    }
  }

  private static final class Generation implements GenerationPeer {
    /** As many as a text generator writes at a time. */
    private static final int CHUNK = 64;

    private final GenerationPlan plan;

    Generation(Work work, Placement placement) {
      plan = new GenerationPlan(work.weights(), CHUNK, placement);
    }

    @Override
    public int[] generate(int[] prompt, int count) {
      int[] generated = new int[count];
      int first = prompt.length - 1; // the turn that reads the last of the prompt
      int[] tokens = new int[CHUNK];
      for (int turn = 0; turn < first + count; turn += CHUNK) {
        Arrays.fill(tokens, TextGeneration.CONTINUE);
        if (turn < prompt.length) {
          System.arraycopy(prompt, turn, tokens, 0, Math.min(CHUNK, prompt.length - turn));
        }
        int[] sampled = plan.execute(turn == 0, tokens, 1f, 1, 0);
        int from = Math.max(0, first - turn);
        int to = Math.min(CHUNK, first + count - turn);
        if (from < to) {
          System.arraycopy(sampled, from, generated, turn + from - first, to - from);
        }
      }
      return generated;
    }

    @Override
    public void close() {
      plan.close();
    }
  }
}
