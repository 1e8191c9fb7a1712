package org.tornadogru.series;

import java.util.List;
import java.util.stream.IntStream;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.nn.Tensor;

/** Runs a model over rows of a table. */
final class Answers {

  /** Hears what the model makes of a row. */
  interface Listener {

    /**
     * An answer.
     *
     * @param place of the row, or of the last row of a sequence that has one answer
     * @param slice its surroundings
     * @param t its place there
     * @param outputs of the model, [outputs]
     */
    void answer(int group, int place, Slice slice, int t, float[] outputs);
  }

  private Answers() {}

  /** Answers runs of rows, in their order. */
  static void of(
      SequenceModel model,
      Preparation preparation,
      SeriesData data,
      Windows windows,
      List<Windows.Run> runs,
      Listener listener) {
    Batches batches = windows.batches(runs);
    int next = 0;
    for (int index = 0; index < batches.count(); index++) {
      Batch batch = batches.get(index);
      Tensor outputs = model.predict(batch.sequences());
      for (int row = 0; row < batch.sequences().batch(); row++) {
        tell(preparation, data, runs.get(next++), row, batch, outputs, listener);
      }
    }
  }

  private static void tell(
      Preparation preparation,
      SeriesData data,
      Windows.Run run,
      int row,
      Batch batch,
      Tensor outputs,
      Listener listener) {
    int size = preparation.outputs();
    int from = Math.max(data.groups().start(run.group()), run.from() - preparation.reach());
    int to =
        Math.min(data.groups().end(run.group()), run.to() + preparation.config().task().horizon());
    Slice slice = new Slice(preparation, data, run.group(), from, to);
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
