package org.tornadogru.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.GenerationPlan;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;

/** A work on a device, to be done over and over. It owns the plan, and so the device memory. */
sealed interface Exercise extends AutoCloseable {

  /** Losses of the first steps, [checkedSteps]. */
  String LOSSES = "losses";

  /** Scores of the next character, [T][batch][V]. */
  String LOGITS = "logits";

  /** A greedy text, [{@value Generation#LENGTH}]. */
  String TOKENS = "tokens";

  /** Builds the graph of a work; nothing is compiled or uploaded before the first step. */
  static Exercise open(Work work, Placement placement) {
    return switch (work.kind()) {
      case TRAINING -> new Training(work, placement);
      case INFERENCE -> new Inference(work, placement);
      case GENERATION -> new Generation(work, placement);
    };
  }

  /** One update, one batch, or one piece of text. */
  void step();

  /** After how many steps the answers are there. */
  int checkedSteps();

  /** What the first {@link #checkedSteps} computed; called right after them. */
  List<Tensor> answers();

  /** The answers, with whatever else is needed to judge those of another device. */
  default List<Tensor> reference() {
    return answers();
  }

  /** Characters that a step reads. */
  int positions();

  /** What crossed so far. */
  Transfers transfers();

  @Override
  void close();

  /** Updates on one batch. */
  final class Training implements Exercise {

    private static final int CHECKED = 3;

    private final Work work;
    private final Sequences tokens;
    private final ModelPlan plan;
    private final float[] losses = new float[CHECKED];
    private int steps;

    private Training(Work work, Placement placement) {
      this.work = work;
      tokens = Sequences.ofTokens(work.shape().batch(), work.tokens());
      plan = work.plan(work.shape(), work.sgd(), placement);
    }

    @Override
    public void step() {
      plan.load(tokens, false);
      float loss = plan.train(0, 0);
      if (steps < CHECKED) {
        losses[steps++] = loss;
      }
    }

    @Override
    public int checkedSteps() {
      return CHECKED;
    }

    @Override
    public List<Tensor> answers() {
      List<Tensor> answers = new ArrayList<>(plan.weights().tensors());
      answers.add(vector(LOSSES, losses));
      return answers;
    }

    @Override
    public int positions() {
      return work.shape().positions();
    }

    @Override
    public Transfers transfers() {
      return plan.transfers();
    }

    @Override
    public void close() {
      plan.close();
    }
  }

  /** One batch, whose scores end up in host memory. */
  final class Inference implements Exercise {

    private final Work work;
    private final Sequences tokens;
    private final ModelPlan plan;

    private Inference(Work work, Placement placement) {
      this.work = work;
      tokens = Sequences.ofTokens(work.shape().batch(), work.inputs());
      plan = work.plan(work.shape(), null, placement);
    }

    @Override
    public void step() {
      plan.load(tokens, false);
      plan.predict();
    }

    @Override
    public int checkedSteps() {
      return 1;
    }

    @Override
    public List<Tensor> answers() {
      return List.of(vector(LOGITS, plan.outputs().values()));
    }

    @Override
    public int positions() {
      return work.shape().positions();
    }

    @Override
    public Transfers transfers() {
      return plan.transfers();
    }

    @Override
    public void close() {
      plan.close();
    }
  }

  /** A greedy text after one given character, in one execution. */
  final class Generation implements Exercise {

    /** As many as a text generator writes at a time. */
    static final int LENGTH = 64;

    private final Work work;
    private final Placement placement;
    private final int[] tokens = new int[LENGTH];
    private final GenerationPlan plan;
    private int[] text = {};

    private Generation(Work work, Placement placement) {
      this.work = work;
      this.placement = placement;
      Arrays.fill(tokens, TextGeneration.CONTINUE);
      tokens[0] = work.inputs()[0];
      plan = new GenerationPlan(work.weights(), LENGTH, placement);
    }

    @Override
    public void step() {
      text = plan.execute(true, tokens, 1f, 1, 0);
    }

    @Override
    public int checkedSteps() {
      return 1;
    }

    @Override
    public List<Tensor> answers() {
      float[] symbols = new float[text.length];
      for (int i = 0; i < symbols.length; i++) {
        symbols[i] = text[i];
      }
      return List.of(vector(TOKENS, symbols));
    }

    /** With the scores after each character of the text. */
    @Override
    public List<Tensor> reference() {
      int[] read = new int[LENGTH];
      read[0] = tokens[0];
      System.arraycopy(text, 0, read, 1, LENGTH - 1);
      List<Tensor> reference = new ArrayList<>(answers());
      try (ModelPlan scores = work.plan(new SequenceShape(LENGTH, 1), null, placement)) {
        scores.load(Sequences.ofTokens(1, read), false);
        scores.predict();
        reference.add(vector(LOGITS, scores.outputs().values()));
      }
      return reference;
    }

    @Override
    public int positions() {
      return LENGTH;
    }

    @Override
    public Transfers transfers() {
      return plan.transfers();
    }

    @Override
    public void close() {
      plan.close();
    }
  }

  private static Tensor vector(String name, float[] values) {
    return new Tensor(name, List.of(values.length), values);
  }
}
