package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Optimizer;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Sgd;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.oracle.ReferenceOptimizer;

/**
 * LibTorch's own optimizers, {@code torch::optim}, in double precision: they, the reference and the
 * model go the same way, step by step. LibTorch has no NAdam outside Python.
 */
class TorchOptimizersTest {

  private static final GruConfig CONFIG = GruConfig.builder(6, 18).tokens().layers(2).build();
  private static final int STEPS = 200;

  static List<Optimizer> optimizers() {
    return List.of(
        new Sgd(0.1f),
        new Sgd(0.05f).withMomentum(0.9f).withWeightDecay(0.01f),
        new Sgd(0.05f, 0.9f, 0.3f, false, 0),
        new Sgd(0.02f).withNesterov(0.9f).withWeightDecay(0.02f),
        new Adam(0.005f),
        new Adam(0.005f, 0.8f, 0.95f, 1e-6f, 0.01f, false, true),
        Adam.decoupled(0.005f, 0.5f),
        Adam.decoupled(0.005f, 0.5f).withBetas(0.8f, 0.95f).withAmsgrad(),
        new RmsProp(0.002f),
        new RmsProp(0.0005f).withMomentum(0.9f).withWeightDecay(0.01f),
        new RmsProp(0.0005f, 0.9f, 1e-3f, 0.5f, true, 0),
        new Adagrad(0.02f),
        new Adagrad(0.05f, 0.01f, 0.1f, 1e-10f, 0.1f));
  }

  /** Tensors in LibTorch with an optimizer of them. */
  private static final class Torch implements AutoCloseable {
    private final PointerScope scope = new PointerScope();
    private final Map<String, org.bytedeco.pytorch.Tensor> tensors = new LinkedHashMap<>();
    private final org.bytedeco.pytorch.Optimizer optimizer;

    Torch(Map<String, double[]> initial, Optimizer formula) {
      initial.forEach(
          (name, values) -> tensors.put(name, org.bytedeco.pytorch.Tensor.create(values)));
      TensorVector all =
          new TensorVector(tensors.values().toArray(org.bytedeco.pytorch.Tensor[]::new));
      optimizer = optimizer(all, formula);
    }

    void step(Map<String, double[]> gradients) {
      tensors.forEach(
          (name, tensor) -> {
            try (org.bytedeco.pytorch.Tensor gradient =
                org.bytedeco.pytorch.Tensor.create(gradients.get(name))) {
              tensor.mutable_grad().put(gradient);
            }
          });
      optimizer.step();
    }

    double[] values(String name) {
      org.bytedeco.pytorch.Tensor tensor = tensors.get(name);
      double[] values = new double[(int) tensor.numel()];
      try (Pointer data = new DoublePointer(tensor.data_ptr_double())) {
        ((DoublePointer) data).get(values);
      }
      return values;
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  private static org.bytedeco.pytorch.Optimizer optimizer(TensorVector all, Optimizer formula) {
    return switch (formula) {
      case Sgd sgd -> {
        SGDOptions options = new SGDOptions(sgd.learningRate());
        options.momentum().put(sgd.momentum());
        options.dampening().put(sgd.dampening());
        options.weight_decay().put(sgd.weightDecay());
        options.nesterov().put(sgd.nesterov());
        yield new org.bytedeco.pytorch.SGD(all, options);
      }
      case Adam adam when adam.decoupled() -> {
        AdamWOptions options = new AdamWOptions(adam.learningRate());
        options.betas().put(adam.beta2(), adam.beta1()); // a tuple lies backwards in memory
        options.eps().put(adam.epsilon());
        options.weight_decay().put(adam.weightDecay());
        options.amsgrad().put(adam.amsgrad());
        yield new org.bytedeco.pytorch.AdamW(all, options);
      }
      case Adam adam -> {
        AdamOptions options = new AdamOptions(adam.learningRate());
        options.betas().put(adam.beta2(), adam.beta1()); // a tuple lies backwards in memory
        options.eps().put(adam.epsilon());
        options.weight_decay().put(adam.weightDecay());
        options.amsgrad().put(adam.amsgrad());
        yield new org.bytedeco.pytorch.Adam(all, options);
      }
      case RmsProp rmsProp -> {
        RMSpropOptions options = new RMSpropOptions(rmsProp.learningRate());
        options.alpha().put(rmsProp.alpha());
        options.eps().put(rmsProp.epsilon());
        options.weight_decay().put(rmsProp.weightDecay());
        options.momentum().put(rmsProp.momentum());
        options.centered().put(rmsProp.centered());
        yield new org.bytedeco.pytorch.RMSprop(all, options);
      }
      case Adagrad adagrad -> {
        AdagradOptions options = new AdagradOptions(adagrad.learningRate());
        options.lr_decay().put(adagrad.learningRateDecay());
        options.weight_decay().put(adagrad.weightDecay());
        options.initial_accumulator_value().put(adagrad.initialAccumulator());
        options.eps().put(adagrad.epsilon());
        yield new org.bytedeco.pytorch.Adagrad(all, options);
      }
      case NAdam nadam -> throw new IllegalArgumentException("not in LibTorch: " + nadam);
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizers")
  void theReferenceGoesTheSameWay(Optimizer optimizer) {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, double[]> tensors =
        Map.of("weight", random.doubles(40, -1, 1).toArray(), "bias", new double[] {0.3, -0.2});
    ReferenceOptimizer reference = new ReferenceOptimizer(Optimization.of(optimizer));
    try (Torch torch = new Torch(tensors, optimizer)) {
      for (int step = 0; step < STEPS; step++) {
        Map<String, double[]> gradients =
            Map.of(
                "weight", random.doubles(40, -1, 1).toArray(),
                "bias", random.doubles(2, -1e-3, 1e-3).toArray());
        torch.step(gradients);
        tensors = reference.step(tensors, gradients);
        tensors.forEach(
            (name, values) ->
                assertThat(torch.values(name)).as(name).containsExactly(values, within(1e-12)));
      }
    }
  }

  /** Given the model's gradients, LibTorch makes the model's weights of them, but for rounding. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizers")
  void theModelGoesTheSameWay(Optimizer optimizer) {
    Weights weights = Weights.initial(CONFIG, 3, Initialization.UNIFORM, 3);
    SplittableRandom random = new SplittableRandom(2);
    try (SequenceModel model =
            new SequenceModel(
                weights, Head.classifyLast(3), Optimization.of(optimizer), Device.fastest());
        Torch torch = new Torch(ReferenceLayer.byName(weights.tensors()), optimizer)) {
      for (int step = 0; step < STEPS; step++) {
        Sequences sequences = Sequences.ofTokens(2, random.ints(8, 0, 6).toArray());
        model.train(sequences, Labels.classes(random.ints(2, 0, 3).toArray()));
        torch.step(ReferenceLayer.byName(model.gradients().tensors()));
        for (Tensor tensor : model.weights().tensors()) {
          double[] expected = torch.values(tensor.name());
          double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
          assertThat(LayerOutput.doubles(tensor.values()))
              .as("%s after %d", tensor.name(), step + 1)
              .containsExactly(expected, within(2e-5 * scale));
        }
      }
    }
  }
}
