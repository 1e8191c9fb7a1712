package org.tornadogru;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.tornadogru.device.Device;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.Dropout;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.ReferenceLayer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Runs the layer on a device, on the oracles' data.
 *
 * @param device with the kernels to run
 */
public record LayerProbe(Device device) {

  static final int SEED = 5;

  static Sequences sequences(LayerInput input) {
    Sequences sequences =
        input.tokens() == null
            ? Sequences.of(LayerOutput.floats(input.x()))
            : Sequences.ofTokens(input.tokens());
    return input.valid() == null ? sequences : sequences.withMask(input.valid());
  }

  /** The forward pass, without dropout. */
  public LayerOutput forward(GruConfig config, List<Tensor> tensors, LayerInput input) {
    try (Gru gru = new Gru(Weights.of(config, 0, tensors), device)) {
      return read(
          input.h0() == null
              ? gru.forward(sequences(input))
              : gru.forward(sequences(input), LayerOutput.tensor(input.h0())));
    }
  }

  /** What the gates of every walk do. */
  List<Gates> gates(GruConfig config, List<Tensor> tensors, LayerInput input) {
    Tensor initialState = input.h0() == null ? null : LayerOutput.tensor(input.h0());
    try (Gru gru = new Gru(Weights.of(config, 0, tensors), device)) {
      return gru.forwardWithGates(sequences(input), initialState).gates();
    }
  }

  static LayerOutput read(GruOutput output) {
    return new LayerOutput(
        LayerOutput.doubles(output.outputs().to3d()),
        LayerOutput.doubles(output.finalStates().to3d()),
        LayerOutput.doubles(new float[][][] {output.last().to2d()})[0]);
  }

  /** The gradients of a weighted sum, with the dropout that {@link #multipliers} says. */
  public ReferenceLayer.Gradients gradients(
      GruConfig config, List<Tensor> tensors, LayerInput input, LayerLoss.WeightedSum loss) {
    try (Gru gru = new Gru(Weights.of(config, 0, tensors), device)) {
      gru.seed(SEED);
      GruOutput output =
          gru.forwardForTraining(
              sequences(input), input.h0() == null ? null : LayerOutput.tensor(input.h0()));
      GruGradients gradients =
          gru.backward(LayerOutput.tensor(loss.y()), LayerOutput.tensor(loss.finalStates()));
      return new ReferenceLayer.Gradients(
          product(LayerOutput.flatten(loss.y()), output.outputs().values())
              + product(LayerOutput.flatten(loss.finalStates()), output.finalStates().values()),
          ReferenceLayer.byName(gradients.parameters()),
          gradients.inputs().map(x -> LayerOutput.doubles(x.to3d())).orElse(null),
          LayerOutput.doubles(gradients.initialStates().to3d()));
    }
  }

  private static double product(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  /** What the device draws in its first execution with {@link #SEED}. */
  public LayerInput.Multipliers multipliers(GruConfig config, int steps, int batch) {
    int padded = Placement.on(device).kernels().padded(batch);
    int hidden = Tiles.padded(config.hiddenSize());
    int merged = config.merge().size(hidden, config.direction().walks());
    double[][][] recurrent =
        IntStream.range(0, config.walks())
            .mapToObj(
                walk ->
                    draw(
                        1 + config.layers() + walk,
                        config.recurrentDropout(),
                        batch,
                        hidden,
                        config.hiddenSize(),
                        IntUnaryOperator.identity()))
            .toArray(double[][][]::new);
    double[][][][] between =
        IntStream.range(0, config.layers() - 1)
            .mapToObj(
                layer -> {
                  double[][] rows =
                      draw(
                          1 + layer,
                          config.dropout(),
                          steps * padded,
                          merged,
                          config.inputSize(layer + 1),
                          column(config.hiddenSize(layer), hidden));
                  return IntStream.range(0, steps)
                      .mapToObj(t -> Arrays.copyOfRange(rows, t * padded, t * padded + batch))
                      .toArray(double[][][]::new);
                })
            .toArray(double[][][][]::new);
    boolean likeOutputs = config.tied() && config.dense().isEmpty();
    return new LayerInput.Multipliers(
        draw(
            0,
            config.inputDropout(),
            batch,
            likeOutputs ? merged : Tiles.padded(config.inputSize(0)),
            config.inputSize(0),
            likeOutputs
                ? column(config.hiddenSize(config.layers() - 1), hidden)
                : IntUnaryOperator.identity()),
        recurrent,
        between);
  }

  /** Where a feature of a layer's outputs lies: each walk's units are padded. */
  private static IntUnaryOperator column(int units, int hidden) {
    return feature -> feature / units * hidden + feature % units;
  }

  private static double[][] draw(
      int stream, float probability, int rows, int columns, int size, IntUnaryOperator column) {
    FloatArray multipliers = new FloatArray(rows * columns);
    Dropout.draw(IntArray.fromElements(SEED, 0), multipliers, stream, rows * columns, probability);
    return IntStream.range(0, rows)
        .mapToObj(
            row ->
                IntStream.range(0, size)
                    .mapToDouble(
                        feature -> multipliers.get(row * columns + column.applyAsInt(feature)))
                    .toArray())
        .toArray(double[][]::new);
  }
}
