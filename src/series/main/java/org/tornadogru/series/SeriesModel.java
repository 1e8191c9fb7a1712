package org.tornadogru.series;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Weights;

/** A model of a table, which answers tables of the same columns. */
public final class SeriesModel implements AutoCloseable {

  private final Preparation preparation;
  private final Weights weights;
  private final SequenceModel model;

  SeriesModel(Preparation preparation, Weights weights, Device device) {
    this.preparation = preparation;
    this.weights = weights;
    model = new SequenceModel(weights, SeriesTraining.head(preparation), device);
  }

  Preparation preparation() {
    return preparation;
  }

  /** What it answers. */
  public SeriesConfig config() {
    return preparation.config();
  }

  /** Its weights, whose inputs and outputs are scaled. */
  public Weights weights() {
    return weights;
  }

  void answer(SeriesData data, Windows windows, List<Windows.Run> runs, Answers.Listener listener) {
    Answers.of(model, preparation, data, windows, runs, listener);
  }

  /**
   * A forecast.
   *
   * @param sequence the name of the sequence, empty if there is one
   * @param target the column
   * @param ahead rows behind the last one of the table
   */
  public record Next(String sequence, String target, int ahead, Range range) {}

  /** What comes behind the last row of each sequence. */
  public List<Next> forecast(Table table) {
    SeriesData data = SeriesData.of(table, config());
    Windows windows = new Windows(preparation, data, Parts.allHeldOut(data.groups()));
    List<Windows.Run> runs = new ArrayList<>();
    for (int group = 0; group < data.groups().count(); group++) {
      int end = data.groups().end(group);
      int from = Math.max(data.groups().start(group), end - config().window());
      runs.add(new Windows.Run(group, from, end - 1, end));
    }
    List<Next> all = new ArrayList<>();
    answer(
        data,
        windows,
        runs,
        (group, place, slice, t, outputs) -> {
          for (int target = 0; target < preparation.targets().size(); target++) {
            for (int ahead = 1; ahead <= config().task().horizon(); ahead++) {
              all.add(
                  new Next(
                      data.groups().keys().get(group),
                      preparation.targets().get(target).code().column(),
                      ahead,
                      Decoder.range(preparation, target, ahead, slice, t, outputs)));
            }
          }
        });
    return all;
  }

  /** How good it is on a table, all of whose rows are compared. */
  public Score evaluate(Table table) {
    SeriesData data = SeriesData.of(table, config());
    return Scoring.of(this, data, Parts.allHeldOut(data.groups()));
  }

  @Override
  public void close() {
    model.close();
  }
}
