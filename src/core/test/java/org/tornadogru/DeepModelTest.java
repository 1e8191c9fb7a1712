package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Sgd;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.oracle.ReferenceOptimizer;

/** A model whose graphs are split, since TornadoVM has no room for all of their tasks in one. */
class DeepModelTest {

  private static final Device DEVICE = Device.fastest();
  private static final int[] LENGTHS = {4, 1, 3};

  @Test
  void tenBidirectionalLayersTrainAsTheReferenceDoes() {
    GruConfig config =
        GruConfig.builder(3, 5)
            .layers(10)
            .direction(Direction.BIDIRECTIONAL)
            .dropout(0.1f)
            .inputDropout(0.1f)
            .recurrentDropout(0.1f)
            .build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 6);
    SplittableRandom random = new SplittableRandom(7);
    double[][][] x = new double[4][3][3];
    for (int place = 0; place < 4 * 3 * 3; place++) {
      x[place / 9][place / 3 % 3][place % 3] = (float) random.nextDouble(-1, 1);
    }
    LayerInput input = LayerInput.of(x).withValid(LayerInput.leading(LENGTHS, 4));
    LayerLoss loss =
        new LayerLoss.CrossEntropy(
            LayerLoss.Head.LAST, new int[][] {{0, 1, 1}}, Loss.crossEntropy());
    Sequences sequences = Sequences.of(LayerOutput.floats(x)).withLengths(LENGTHS);
    Labels labels = Labels.classes(0, 1, 1);

    Optimization momentum = Optimization.of(new Sgd(0.5f).withMomentum(0.5f));
    ReferenceLayer reference = new ReferenceLayer(config);
    Map<String, double[]> tensors = ReferenceLayer.byName(weights.tensors());
    LayerInput dropped =
        input.withDropout(new LayerProbe(DEVICE).multipliers(config, 4, LENGTHS.length));
    ReferenceLayer.Gradients gradients = reference.gradients(tensors, dropped, loss);
    try (SequenceModel model = new SequenceModel(weights, Head.classifyLast(2), momentum, DEVICE)) {
      model.seed(LayerProbe.SEED);
      assertThat(model.train(sequences, labels)).isCloseTo((float) gradients.loss(), within(1e-5f));
      Map<String, double[]> updated = ReferenceLayer.byName(model.weights().tensors());
      new ReferenceOptimizer(momentum)
          .step(tensors, gradients.tensors())
          .forEach(
              (name, tensor) -> LayerOutput.assertEquals(name, updated.get(name), tensor, 1e-5));
      assertThat(model.evaluate(sequences, labels))
          .isCloseTo((float) reference.loss(updated, input, loss), within(1e-5f));
    }
  }
}
