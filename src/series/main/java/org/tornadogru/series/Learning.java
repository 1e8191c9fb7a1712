package org.tornadogru.series;

import java.util.List;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Schedule;
import org.tornadogru.train.TrainingOptions;

/** Rows to learn from, what was found in them, and the models of them. */
record Learning(
    SeriesConfig config,
    SeriesData data,
    Parts parts,
    Preparation preparation,
    Windows windows,
    List<String> notes) {

  private static final float RATE = 3e-3f;
  private static final float DECAY = 0.01f;

  /** Rows that say when to stop, and how wide ranges are: more say the same. */
  private static final int LOOKED_AT = 100_000;

  static Learning of(SeriesConfig config, SeriesData data, Parts parts, boolean byGroup) {
    Fitting fitting = new Fitting(config, data, parts);
    Preparation preparation = fitting.preparation(byGroup);
    return new Learning(
        config, data, parts, preparation, new Windows(preparation, data, parts), fitting.notes());
  }

  /** Rows that say when to stop. */
  List<Windows.Run> stopping() {
    return Windows.some(windows.stopping(), LOOKED_AT);
  }

  /** What a model makes of the rows. */
  Answers answers(SequenceModel model, Device device) {
    return new Answers(model, preparation, data, windows, device);
  }

  /** A model to be trained. */
  SequenceModel trained(Weights weights, Device device) {
    Optimization adam = Optimization.of(Adam.decoupled(RATE, DECAY)).clip(Clipping.norm(1f));
    return new SequenceModel(weights, head(preparation), adam, device);
  }

  /** How it is trained for some epochs. */
  TrainingOptions options(int epochs) {
    long perEpoch = windows.updates();
    long warmUp = epochs == 1 ? perEpoch / 2 : perEpoch;
    return TrainingOptions.DEFAULT.withSchedule(new Schedule.Cosine(perEpoch * epochs, warmUp, 0));
  }

  /**
   * A finished model that learned nothing: the baseline, which was chosen, not learned. Its ranges
   * are calibrated by the last rows that it was chosen by, since what it leaves over may be more
   * than it once was.
   *
   * @param chosenBy which rows those are
   */
  SeriesModel baseline(Parts chosenBy, Device device) {
    Weights first = first();
    try (SequenceModel model = new SequenceModel(first, head(preparation), device)) {
      Windows rows = new Windows(preparation, data, chosenBy);
      Answers answers = new Answers(model, preparation, data, rows, device);
      return model(first, Calibration.of(answers, Windows.some(rows.latest(), LOOKED_AT)), device);
    }
  }

  /** A finished model. */
  SeriesModel model(Weights weights, Calibration calibration, Device device) {
    return new SeriesModel(calibration.applied(preparation), weights, device);
  }

  /** What the outputs of a model are. */
  static Head head(Preparation preparation) {
    int outputs = preparation.outputs();
    return switch (preparation.config().task().kind()) {
      case FORECAST, ALARM -> Head.predictEachStep(outputs).withLoss(loss(preparation));
      case VALUE -> Head.predictLast(outputs).withLoss(loss(preparation));
      case CLASSIFY -> Head.classifyLast(outputs);
      case TAG -> Head.classifyEachStep(outputs);
    };
  }

  private static Loss loss(Preparation preparation) {
    float[] levels = new float[preparation.outputs()];
    for (int output = 0; output < levels.length; output++) {
      levels[output] = preparation.level(output);
    }
    return Loss.quantiles(levels);
  }

  /** What its models are. */
  GruConfig gru() {
    return GruConfig.builder(preparation.inputSize(), config.hiddenSize()).build();
  }

  /**
   * The first weights: a forecast begins as the baseline, with the range of what it leaves over.
   */
  Weights first() {
    Head head = head(preparation);
    GruConfig gru = gru();
    Weights drawn = Weights.initial(gru, head.outputs(), Initialization.UNIFORM, config.seed());
    if (!config.task().ofNumbers()) {
      return drawn;
    }
    float[] ends = Spread.of(preparation, data, parts);
    return Weights.of(
        gru,
        head.outputs(),
        drawn.tensors().stream()
            .map(
                tensor ->
                    switch (tensor.name()) {
                      case "linear.weight" -> Tensor.of(tensor.name(), tensor.shape(), at -> 0);
                      case "linear.bias" ->
                          Tensor.of(tensor.name(), tensor.shape(), at -> ends[at]);
                      default -> tensor;
                    })
            .toList());
  }
}
