package org.tornadogru.graph;

import org.tornadogru.device.DeviceCatalogue;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ModelWeights;
import org.tornadogru.nn.ResetPlacement;

/**
 * Compiles every task of every plan, with every kernel set, for the process' default device. With
 * TornadoVM's virtual device nothing runs: it only generates code. Says which plan it has compiled,
 * after TornadoVM printed the kernels.
 */
final class GpuCodeGeneration {

  private static final GruConfig[] CONFIGS = {
    GruConfig.ofTokens(28, 32, ResetPlacement.AFTER),
    GruConfig.ofTokens(28, 32, ResetPlacement.BEFORE)
  };

  private GpuCodeGeneration() {}

  public static void main(String[] args) {
    System.out.println("device type " + DeviceCatalogue.defaultTarget().type());
    for (KernelSet kernels : DeviceProbe.everyKernelSet()) {
      Placement placement = new Placement(DeviceCatalogue.defaultTarget(), kernels);
      for (GruConfig config : CONFIGS) {
        ModelWeights weights = ModelWeights.zeros(config, config.inputSize());
        SequenceShape shape = new SequenceShape(3, 5);
        try (TrainingPlan plan =
            new TrainingPlan(weights, shape, new SgdConfig(1f, 1f), placement)) {
          plan.step(new int[shape.tokens()]);
        }
        try (GenerationPlan plan = new GenerationPlan(weights, 2, placement)) {
          plan.execute(true, new int[2], 1f, 1, 1);
        }
        System.out.printf("compiled %s %s%n", kernels.name(), config.reset());
      }
    }
  }
}
