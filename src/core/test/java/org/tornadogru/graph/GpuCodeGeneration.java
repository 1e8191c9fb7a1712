package org.tornadogru.graph;

import org.tornadogru.device.Device;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/**
 * Compiles every task of every plan, with every kernel set, for the process' default device. With
 * TornadoVM's virtual device nothing runs: it only generates code. Says which plan it has compiled,
 * after TornadoVM printed the kernels, and what the device refused.
 *
 * <pre>
 *   GpuCodeGeneration                                        all plans, of one small shape
 *   GpuCodeGeneration SET VOCABULARY HIDDEN STEPS BATCH      the plans of a language model, of this one
 * </pre>
 */
final class GpuCodeGeneration {

  static final GruConfig[] CONFIGS = {
    GruConfig.ofTokens(28, 32, ResetPlacement.AFTER),
    GruConfig.ofTokens(28, 32, ResetPlacement.BEFORE)
  };

  /** What a language model does without: with these two, every task of a layer is there. */
  private static final GruConfig[] LAYERS = {
    GruConfig.builder(3, 5)
        .layers(2)
        .direction(Direction.BIDIRECTIONAL)
        .merge(Merge.SUM)
        .biases(Biases.NONE)
        .dropout(0.5f)
        .inputDropout(0.5f)
        .recurrentDropout(0.5f)
        .dense(new Dense(4, ActivationFunction.of(ActivationFunction.Kind.ELU)))
        .build(),
    GruConfig.builder(3, 5)
        .direction(Direction.BIDIRECTIONAL)
        .merge(Merge.MULTIPLY)
        .reset(ResetPlacement.BEFORE)
        .gating(Gating.UPDATE_ONLY)
        .build()
  };

  private static final Sequences WHOLE = Sequences.of(new float[3][5][3]);
  private static final Sequences MASKED = WHOLE.withLengths(0, 0, 0, 0, 0);
  private static final Sequences TOKENS =
      Sequences.ofTokens(5, new int[15]).withLengths(0, 0, 0, 0, 0);

  private GpuCodeGeneration() {}

  static void compileLayers(Placement placement) {
    SequenceShape shape = new SequenceShape(3, 5);
    Loss weighted = Loss.crossEntropy().weighted(1, 2);
    for (GruConfig config : LAYERS) {
      GruConfig table =
          GruConfig.builder(3, 5)
              .embedding(4)
              .reset(config.reset())
              .gating(Gating.UPDATE_ONLY)
              .build();
      Head classes = Head.classifyLast(2).withLoss(weighted);
      compileModel(config, Head.predictLast(2), MASKED, Labels.values(new float[5][2]), placement);
      compileModel(config, classes, MASKED, Labels.classes(new int[5]), placement);
      compileModel(table, classes, TOKENS, Labels.classes(new int[5]), placement);
      try (GruPlan layer =
              new GruPlan(
                  Weights.zeros(config, 0), shape, new GruPlan.Use(true, false, true), placement);
          GruPlan forward =
              new GruPlan(
                  Weights.zeros(GruConfig.builder(3, 5).build(), 0),
                  shape,
                  new GruPlan.Use(false, false, false),
                  placement)) {
        attempt(() -> layer.forward(MASKED, null, false, 0, 0));
        attempt(() -> layer.backward(null, null));
        attempt(() -> forward.forward(WHOLE, null, false, 0, 0));
      }
      compileGeneration(
          GruConfig.builder(28, 5)
              .tokens()
              .layers(2)
              .reset(config.reset())
              .gating(Gating.UPDATE_ONLY)
              .dense(new Dense(4, ActivationFunction.TANH))
              .build(),
          placement);
      System.out.printf("compiled layer %s%n", config.reset());
    }
  }

  private static void compileModel(
      GruConfig config, Head head, Sequences sequences, Labels labels, Placement placement) {
    ModelPlan.Use use = new ModelPlan.Use(head, true, true, Optimization.sgd(1f, 1f));
    try (ModelPlan plan =
        new ModelPlan(Weights.zeros(config, 2), new SequenceShape(3, 5), use, placement)) {
      attempt(() -> plan.load(sequences, false));
      attempt(() -> plan.load(labels));
      attemptSteps(plan, placement);
    }
  }

  static void compileText(GruConfig config, SequenceShape shape, Placement placement) {
    Weights weights = Weights.zeros(config, config.inputSize());
    ModelPlan.Use use =
        new ModelPlan.Use(
            Head.nextToken(weights.outputs()), false, false, Optimization.sgd(1f, 1f));
    try (ModelPlan plan = new ModelPlan(weights, shape, use, placement)) {
      plan.load(Sequences.ofTokens(shape.batch(), new int[shape.tokens()]), false);
      attemptSteps(plan, placement);
    }
    compileGeneration(config.toBuilder().layers(2).build(), placement);
    System.out.printf("compiled %s %s%n", placement.kernels().name(), config.reset());
  }

  private static void compileGeneration(GruConfig config, Placement placement) {
    Weights weights = Weights.zeros(config, config.inputSize());
    try (GenerationPlan plan = new GenerationPlan(weights, 2, placement)) {
      attempt(() -> plan.execute(true, new int[2], 1f, 1, 1));
    }
  }

  private static void attemptSteps(ModelPlan plan, Placement placement) {
    Object[] parameters = {plan.residents().parameters()};
    PlanGraph train = plan.stage().addTrain(new PlanGraph("train").uploadOnce(parameters));
    PlanGraph measure = plan.stage().addMeasure(new PlanGraph("measure").uploadOnce(parameters));
    try (ExecutionPlan steps = new ExecutionPlan(placement, train, measure)) {
      attempt(() -> steps.execute(0));
      attempt(() -> steps.execute(1));
    }
  }

  /** On a device that runs nothing, an execution ends with a refusal, after all was compiled. */
  private static void attempt(Runnable execution) {
    try {
      execution.run();
    } catch (InvalidInputException refusal) {
      System.out.println("refused: " + refusal.getMessage());
    }
  }

  public static void main(String[] args) {
    System.out.println("device type " + Device.fastest().type());
    for (KernelSet kernels : DeviceProbe.everyKernelSet()) {
      Placement placement = new Placement(Device.fastest(), kernels);
      if (args.length == 0) {
        for (GruConfig config : CONFIGS) {
          compileText(config, new SequenceShape(3, 5), placement);
        }
      } else if (kernels.name().equals(args[0])) {
        SequenceShape shape =
            new SequenceShape(Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        for (ResetPlacement reset : ResetPlacement.values()) {
          GruConfig config =
              GruConfig.ofTokens(Integer.parseInt(args[1]), Integer.parseInt(args[2]), reset);
          compileText(config, shape, placement);
        }
      }
    }
    if (args.length == 0) {
      compileLayers(new Placement(Device.fastest(), KernelSet.ANNOTATED));
    }
  }
}
