package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.GruStream;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Tensor;

/** What a model makes of the rows of a table. */
record Answers(
    SequenceModel model, Preparation preparation, SeriesData data, Windows windows, Device device) {

  /** Sequences that a stream takes side by side. */
  private static final int BATCH = 32;

  /** Hears what the model makes of a row. */
  interface Listener {

    /**
     * An answer.
     *
     * @param place of the row, or of the last row of a sequence that has one answer
     * @param slice its surroundings
     * @param t its place there
     * @param outputs of the model, [outputs]; of a forecast [targets][ahead][LEVELS]
     */
    void answer(int group, int place, Slice slice, int t, float[] outputs);
  }

  /** Hears what the model makes of a row, and what it should have made. */
  interface Comparison {

    /**
     * An answer and its truth.
     *
     * @param outputs of the model, [targets][ahead][LEVELS]
     * @param truth what they should be; the next one has the same array
     */
    void compare(Slice slice, int t, float[] outputs, float[] truth);
  }

  /** Answers runs of rows, in their order, as far ahead as the model does at once. */
  void of(List<Windows.Run> runs, Listener listener) {
    Batches batches = windows.batches(runs);
    int next = 0;
    for (int index = 0; index < batches.count(); index++) {
      Batch batch = batches.get(index);
      Tensor outputs = model.predict(batch.sequences());
      for (int row = 0; row < batch.sequences().batch(); row++) {
        tell(runs.get(next++), row, batch, outputs, listener);
      }
    }
  }

  /** The same for rows whose truth is known up to the horizon, and as far ahead. */
  void compared(List<Windows.Run> runs, Comparison comparison) {
    int ahead = preparation.config().task().ranges();
    float[] truth = new float[preparation.outputs(ahead)];
    ofAhead(
        runs,
        ahead,
        (group, place, slice, t, outputs) -> {
          if (preparation.leftOver(slice, t, truth)) {
            comparison.compare(slice, t, outputs, truth);
          }
        });
  }

  /** Answers runs of rows, in their order, at least so many rows ahead. */
  void ofAhead(List<Windows.Run> runs, int ahead, Listener listener) {
    if (ahead <= Math.max(1, preparation.config().learnedAhead())) {
      of(runs, listener);
      return;
    }
    int batch = Math.min(BATCH, runs.size());
    try (GruStream stream = new GruStream(model.weights(), model.head(), batch, device)) {
      for (int from = 0; from < runs.size(); from += batch) {
        stream.reset();
        goOn(
            stream,
            runs.subList(from, Math.min(runs.size(), from + batch)),
            batch,
            ahead,
            listener);
      }
    }
  }

  /** Steps through runs side by side, and from each row that is wanted ahead and back. */
  private void goOn(
      GruStream stream, List<Windows.Run> runs, int batch, int ahead, Listener listener) {
    List<Slice> slices = runs.stream().map(run -> windows.slice(run, ahead)).toList();
    List<List<float[]>> answers = new ArrayList<>();
    runs.forEach(run -> answers.add(new ArrayList<>()));
    int steps = runs.stream().mapToInt(run -> run.to() - run.from()).max().orElse(0);
    for (int step = 0; step < steps; step++) {
      float[][] x = new float[batch][];
      List<Recursion> begun = new ArrayList<>(Collections.nCopies(batch, null));
      for (int row = 0; row < runs.size(); row++) {
        Windows.Run run = runs.get(row);
        int place = run.from() + step;
        int t = place - windows.sliceFrom(run);
        if (place < run.to()) {
          x[row] = slices.get(row).inputs(t);
        }
        if (place >= run.first() && place < run.to()) {
          begun.set(row, new Recursion(preparation, slices.get(row), t, ahead));
        }
      }
      float[][] next = Recursion.step(stream, x);
      if (begun.stream().anyMatch(Objects::nonNull)) {
        Recursion.goOn(stream, begun, ahead, next);
      }
      for (int row = 0; row < runs.size(); row++) {
        if (begun.get(row) != null) {
          answers.get(row).add(begun.get(row).answer());
        }
      }
    }
    for (int row = 0; row < runs.size(); row++) {
      Windows.Run run = runs.get(row);
      for (int place = run.first(); place < run.to(); place++) {
        listener.answer(
            run.group(),
            place,
            slices.get(row),
            place - windows.sliceFrom(run),
            answers.get(row).get(place - run.first()));
      }
    }
  }

  private void tell(Windows.Run run, int row, Batch batch, Tensor outputs, Listener listener) {
    int size = preparation.outputs();
    int from = windows.sliceFrom(run);
    Slice slice = windows.slice(run);
    boolean one = preparation.config().task().ofSequences();
    int first = one ? run.to() - 1 : run.first();
    for (int place = first; place < run.to(); place++) {
      int step = one ? 0 : place - run.from();
      int at = (step * batch.sequences().batch() + row) * size;
      float[] answer = new float[size];
      IntStream.range(0, size).forEach(i -> answer[i] = outputs.at(at + i));
      listener.answer(run.group(), place, slice, place - from, answer);
    }
  }
}
