package org.tornadogru.bench;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;

/** A work as one library does it, over and over. It owns the model. */
final class Exercise implements AutoCloseable {

  /** Losses of the first updates, [{@value #CHECKED_UPDATES}]. */
  static final String LOSSES = "losses";

  /** Scores of the next character, [T][batch][V]. */
  static final String LOGITS = "logits";

  /** What layers make of vectors, [T][batch][O]. */
  static final String OUTPUTS = "outputs";

  /** A greedy text, [{@value #TEXT}]. */
  static final String TOKENS = "tokens";

  /** Characters of a text: as many as a text generator writes at a time. */
  static final int TEXT = 64;

  private static final int CHECKED_UPDATES = 3;

  private final Work work;
  private final int[] tokens;
  private final Sequences vectors;
  private final Tensor outputGradients;
  private final Model model;
  private final float[] losses = new float[CHECKED_UPDATES];
  private int steps;
  private int[] text = {};

  /** Loads the model; our own graphs are compiled, and weights uploaded, by the first step. */
  Exercise(Work work, Library library) {
    this.work = work;
    boolean ofVectors = work.kind().isOfLayer() || work.kind() == Work.Kind.PRODUCT;
    tokens = work.kind() == Work.Kind.TRAINING ? work.tokens() : work.inputs();
    vectors = ofVectors ? work.vectors() : null;
    outputGradients = ofVectors ? work.outputGradients() : null;
    model = library.load(work);
  }

  /** One update, one batch, or one text. */
  void step() {
    switch (work.kind()) {
      case TRAINING -> {
        float loss = model.train(tokens);
        if (steps < CHECKED_UPDATES) {
          losses[steps++] = loss;
        }
      }
      case INFERENCE -> model.score(tokens);
      case GENERATION -> text = model.write(tokens[0], TEXT);
      case LAYER_TRAINING -> model.differentiate(vectors, outputGradients);
      case LAYER_INFERENCE -> model.forward(vectors);
      case PRODUCT -> model.multiply(vectors.vectors().orElseThrow(), outputGradients);
    }
  }

  /** After how many steps the answers are there. */
  int checkedSteps() {
    return work.kind() == Work.Kind.TRAINING ? CHECKED_UPDATES : 1;
  }

  /** What the first {@link #checkedSteps} computed; called right after them. */
  List<Tensor> answers() {
    return switch (work.kind()) {
      case TRAINING -> {
        List<Tensor> answers = new ArrayList<>(model.weights());
        answers.add(vector(LOSSES, losses));
        yield answers;
      }
      case INFERENCE -> List.of(vector(LOGITS, model.logits()));
      case GENERATION -> {
        float[] symbols = new float[TEXT];
        for (int i = 0; i < TEXT; i++) {
          symbols[i] = text[i];
        }
        yield List.of(vector(TOKENS, symbols));
      }
      case LAYER_TRAINING -> {
        List<Tensor> answers = new ArrayList<>(model.gradients());
        answers.add(vector(OUTPUTS, model.outputs()));
        yield answers;
      }
      case LAYER_INFERENCE, PRODUCT -> List.of(vector(OUTPUTS, model.outputs()));
    };
  }

  /** The answers, with whatever else is needed to judge others: of a text, all scores. */
  List<Tensor> reference() {
    List<Tensor> reference = new ArrayList<>(answers());
    if (work.kind() == Work.Kind.GENERATION) {
      int[] read = new int[TEXT];
      read[0] = tokens[0];
      System.arraycopy(text, 0, read, 1, TEXT - 1);
      model.score(read);
      reference.add(vector(LOGITS, model.logits()));
    }
    return reference;
  }

  /** Equal parts of a step, of which one is the measure: the characters of a text. */
  int parts() {
    return work.kind() == Work.Kind.GENERATION ? TEXT : 1;
  }

  /** What crossed so far. */
  Transfers transfers() {
    return model.transfers();
  }

  @Override
  public void close() {
    model.close();
  }

  private static Tensor vector(String name, float[] values) {
    return new Tensor(name, List.of(values.length), values);
  }
}
