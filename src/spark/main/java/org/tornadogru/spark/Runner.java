package org.tornadogru.spark;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.tornadogru.Gru;
import org.tornadogru.GruOutput;
import org.tornadogru.Predictor;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/** A model on a device: batches of one shape after the other, each compiled once. */
final class Runner implements AutoCloseable {

  /** Only a model that takes lengths as they are meets more of them. */
  private static final int MOST = 32;

  /** Steps of a stream's sequences in one go: what is longer goes on where it was. */
  private static final int AT_ONCE = 64;

  /**
   * A model with plans for batches of one length, or of all.
   *
   * @param outputs [T][N][O] or [N][O]; states [L·D][N][H]
   */
  private record Compiled(Function<Sequences, Tensor> outputs, Runnable closing) {}

  private final GruModel model;
  private final Output output;
  private final Device device;

  /** By lengths; the one that was used last at the end. */
  private final LinkedHashMap<Integer, Compiled> compiled = new LinkedHashMap<>(MOST, 0.75f, true);

  /** For sequences that go on; null before the first of them. */
  private Predictor stepping;

  Runner(GruModel model, Output output, Device device) {
    this.model = model;
    this.output = output;
    this.device = device;
  }

  /** Whether steps that are added at the end would change what comes out. */
  boolean takesExactLengths() {
    return output != Output.STATES
        && (model.config().keepReversed() || model.usage().steps() == Usage.Steps.LAST);
  }

  /**
   * What the rows of a table get.
   *
   * @param rows none of them empty, at most as many as a batch has
   * @param batch rows to fill up to
   */
  Object[] answers(List<Sequence> rows, int batch) {
    int longest = rows.stream().mapToInt(Sequence::steps).max().orElseThrow();
    int steps = takesExactLengths() ? longest : Sequence.filledUp(longest);
    Sequences sequences = Sequence.sideBySide(rows, steps).filledUp(steps, batch);
    Tensor all = compiledFor(steps).outputs.apply(sequences);
    Object[] answers = new Object[rows.size()];
    for (int row = 0; row < answers.length; row++) {
      answers[row] = answer(all, row, rows.get(row).steps());
    }
    return answers;
  }

  /**
   * What is said behind each step of sequences that go on, and where they are then.
   *
   * @param answers of each sequence, by steps; null for steps that do not count
   * @param states of each sequence, [L·H]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Advanced(Object[][] answers, float[][] states) {}

  /**
   * Goes on with sequences.
   *
   * @param parts at most as many as a batch has, none of them empty, the longest first
   * @param states where each begins, [L·H]; null for those that have not begun
   * @param batch rows to fill up to
   */
  Advanced advance(List<Sequence> parts, float[][] states, int batch) {
    if (stepping == null) {
      stepping = new Predictor(model.weights(), model.usage().withSteps(Usage.Steps.EACH), device);
    }
    Object[][] answers = new Object[parts.size()][];
    Arrays.setAll(answers, row -> new Object[parts.get(row).steps()]);
    Tensor now = side(states, stepping.initialStates(batch));
    for (int from = 0; from < parts.getFirst().steps(); from += AT_ONCE) {
      int begin = from;
      List<Sequence> next = parts.stream().map(each -> each.part(begin, begin + AT_ONCE)).toList();
      int steps = Sequence.filledUp(next.getFirst().steps());
      Sequences sequences = Sequence.sideBySide(next, steps).filledUp(steps, batch);
      Predictor.Continued said = stepping.predict(sequences, now);
      now = said.states();
      Sequences counted = model.usage().masked(sequences);
      for (int row = 0; row < answers.length; row++) {
        for (int step = 0; step < next.get(row).steps(); step++) {
          int position = step * batch + row;
          if (counted.isValid(position)) {
            float[] scores = vector(said.outputs(), position);
            answers[row][begin + step] = output == Output.CLASSES ? largest(scores) : scores;
          }
        }
      }
    }
    return new Advanced(answers, apart(now, answers.length));
  }

  /** States of sequences side by side, [L][N][H], where some have begun. */
  private static Tensor side(float[][] states, Tensor initial) {
    int batch = initial.shape().get(1);
    int hidden = initial.shape().get(2);
    return Tensor.of(
        initial.name(),
        initial.shape(),
        place -> {
          int row = place / hidden % batch;
          return row < states.length && states[row] != null
              ? states[row][place / (batch * hidden) * hidden + place % hidden]
              : initial.at(place);
        });
  }

  /** The states of each sequence, [N][L·H]. */
  private static float[][] apart(Tensor all, int rows) {
    int hidden = all.shape().get(2);
    int batch = all.shape().get(1);
    float[][] apart = new float[rows][all.shape().getFirst() * hidden];
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < apart[row].length; place++) {
        apart[row][place] = all.at((place / hidden * batch + row) * hidden + place % hidden);
      }
    }
    return apart;
  }

  private Compiled compiledFor(int steps) {
    // A predictor with a linear layer has its plans for all lengths, and one copy of the weights.
    boolean forAll = output != Output.STATES && model.weights().outputs() > 0;
    Compiled found = compiled.computeIfAbsent(forAll ? 0 : steps, length -> compile());
    if (compiled.size() > MOST) {
      compiled.pollFirstEntry().getValue().closing.run();
    }
    return found;
  }

  private Compiled compile() {
    Usage usage = model.usage();
    if (output != Output.STATES) {
      Predictor predictor = new Predictor(model.weights(), usage, device);
      return new Compiled(predictor::predict, predictor::close);
    }
    Gru gru = new Gru(model.weights().withoutLinearLayer(), device);
    Function<Sequences, GruOutput> forward =
        usage.initialState().isPresent()
            ? batch -> gru.forward(batch, everywhere(usage.initialState().get(), batch.batch()))
            : gru::forward;
    return new Compiled(batch -> forward.apply(usage.masked(batch)).finalStates(), gru::close);
  }

  private static Tensor everywhere(Tensor state, int batch) {
    int hidden = state.shape().get(1);
    return Tensor.of(
        state.name(),
        List.of(state.shape().get(0), batch, hidden),
        place -> state.at(place / (batch * hidden) * hidden + place % hidden));
  }

  /** What a row of the table gets of what all have. */
  private Object answer(Tensor all, int row, int steps) {
    if (output == Output.STATES) {
      return vectors(all, row, all.shape().getFirst());
    }
    float[][] scores =
        all.shape().size() == 2 ? new float[][] {vector(all, row)} : vectors(all, row, steps);
    if (output == Output.CLASSES) {
      int[] classes = Arrays.stream(scores).mapToInt(Runner::largest).toArray();
      return all.shape().size() == 2 ? (Object) classes[0] : classes;
    }
    return all.shape().size() == 2 ? scores[0] : scores;
  }

  /** Those of a row at the first places of [outer][N][inner]. */
  private static float[][] vectors(Tensor all, int row, int count) {
    float[][] vectors = new float[count][];
    int batch = all.shape().get(1);
    for (int place = 0; place < count; place++) {
      vectors[place] = vector(all, place * batch + row);
    }
    return vectors;
  }

  private static float[] vector(Tensor all, int at) {
    float[] vector = new float[all.shape().getLast()];
    for (int place = 0; place < vector.length; place++) {
      vector[place] = all.at(at * vector.length + place);
    }
    return vector;
  }

  private static int largest(float[] scores) {
    int largest = 0;
    for (int place = 1; place < scores.length; place++) {
      largest = scores[place] > scores[largest] ? place : largest;
    }
    return largest;
  }

  @Override
  public void close() {
    compiled.values().forEach(each -> each.closing.run());
    compiled.clear();
    if (stepping != null) {
      stepping.close();
    }
  }
}
