package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.kernels.GradientDescent;
import org.tornadogru.kernels.GradientSum;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.WeightUpdate;
import org.tornadogru.nn.ParameterKind;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Sgd;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * From a gradient to new parameters.
 *
 * <pre>
 *  {@link TotalGradient} ──▶ [clip tensors] ──▶ clip ──▶ descend … ──▶ parameters ──▶ [average]
 *                                        ▲ memory
 * </pre>
 *
 * In each execution: the {@linkplain org.tornadogru.kernels.Rates rates}.
 */
final class UpdateStage {

  private final ModelLayout layout;
  private final KernelSet kernels;
  private final Optimization optimization;
  private final Residents residents;
  private final TotalGradient total;

  final UpdateRates rates;

  /** [2]: what gradients are multiplied by, and a sign that the update was made. */
  private final FloatArray factor = HostArrays.floats(2);

  private final FloatArray decays;
  private final int decayStride;

  UpdateStage(
      ModelLayout layout,
      KernelSet kernels,
      Optimization optimization,
      Residents residents,
      TotalGradient total) {
    this.layout = layout;
    this.kernels = kernels;
    this.optimization = optimization;
    this.residents = residents;
    this.total = total;
    rates = new UpdateRates(optimization);
    boolean uniform = optimization.decaysBiases() && optimization.frozen().isEmpty();
    decays =
        uniform || optimization.optimizer().weightDecay() == 0
            ? HostArrays.of(1f)
            : Parameters.filled(
                layout, each -> decays(optimization, each.name(), each.kind()) ? 1 : 0);
    decayStride = decays.getSize() == 1 ? 0 : 1;
  }

  private static boolean decays(Optimization optimization, String name, ParameterKind kind) {
    boolean bias = kind == ParameterKind.BIAS || kind == ParameterKind.LINEAR_BIAS;
    return !optimization.frozen().contains(name) && (optimization.decaysBiases() || !bias);
  }

  /** How many numbers per parameter an optimizer remembers. */
  static int memory(Optimization optimization) {
    return switch (optimization.optimizer()) {
      case Sgd sgd -> isPlain(optimization) ? 0 : 1;
      case Adam adam -> adam.amsgrad() ? 3 : 2;
      case NAdam nadam -> 2;
      case RmsProp rmsProp -> rmsProp.centered() ? 3 : 2;
      case Adagrad adagrad -> 2;
    };
  }

  /** Whether {@link GradientDescent#descend} is enough. */
  private static boolean isPlain(Optimization optimization) {
    return optimization.optimizer() instanceof Sgd sgd
        && sgd.momentum() == 0
        && sgd.weightDecay() == 0
        && optimization.clipping().kind() != Clipping.Kind.VALUE;
  }

  /**
   * Adds the tasks.
   *
   * @param targets [1], what the gradients were summed over
   */
  void addTo(PlanGraph graph, FloatArray targets) {
    graph.upload(rates.array);
    if (optimization.clipping().kind() == Clipping.Kind.TENSOR_NORM) {
      addTensorClipping(graph, targets);
    }
    graph.add(
        kernels
            .sums()
            .clip()
            .launch(
                "clip",
                total.squares(),
                targets,
                factor,
                rates.array,
                kernels.lanes().applyAsInt(layout.size())));
    if (!isPlain(optimization)) {
      graph.uploadOnce(decays);
    }
    graph.loop(layout.size(), update());
    if (optimization.averaging() > 0) {
      graph.loop(
          layout.size(),
          new TaskPackage(
              "average",
              WeightUpdate::average,
              residents.parameters(),
              residents.averages(),
              factor,
              rates.array,
              layout.size()));
    }
    graph.downloadOnDemand(factor);
  }

  private TaskPackage update() {
    return switch (optimization.optimizer()) {
      case Sgd sgd when isPlain(optimization) ->
          new TaskPackage(
              "descend",
              kernels.updates().descend(),
              residents.parameters(),
              total.values(),
              factor,
              rates.array,
              layout.size());
      case Sgd sgd ->
          new TaskPackage(
              "descendWithMomentum",
              kernels.updates().descendWithMomentum(),
              residents.parameters(),
              total.values(),
              residents.memory(),
              factor,
              rates.array,
              decays,
              layout.size(),
              decayStride);
      case Adam adam -> adapt(adam.amsgrad() ? 1 : 0);
      case NAdam nadam -> adapt(0);
      case RmsProp rmsProp -> scaleByRoot(rmsProp.centered() ? 1 : 0);
      case Adagrad adagrad -> scaleByRoot(0);
    };
  }

  private TaskPackage adapt(int amsgrad) {
    return new TaskPackage(
        "adapt",
        kernels.updates().adapt(),
        residents.parameters(),
        total.values(),
        residents.memory(),
        factor,
        rates.array,
        decays,
        layout.size(),
        decayStride,
        amsgrad);
  }

  private TaskPackage scaleByRoot(int centered) {
    return new TaskPackage(
        "scaleByRoot",
        kernels.updates().scaleByRoot(),
        residents.parameters(),
        total.values(),
        residents.memory(),
        factor,
        rates.array,
        decays,
        layout.size(),
        decayStride,
        centered);
  }

  private void addTensorClipping(PlanGraph graph, FloatArray targets) {
    Runs runs = Runs.of(Parameters.indices(layout));
    int count = runs.tensorOf().getSize();
    int tensors = runs.firstRun().getSize() - 1;
    FloatArray squares = HostArrays.floats(count);
    FloatArray scales = HostArrays.floats(tensors + 1);
    graph.uploadOnce(runs.places(), runs.tensorOf(), runs.firstRun());
    graph.add(
        kernels
            .sums()
            .squaresOfRuns()
            .launch("squaresOfRuns", total.values(), runs.places(), squares, count));
    graph.loop(
        tensors,
        new TaskPackage(
            "clipTensors",
            GradientSum::clipTensors,
            squares,
            runs.firstRun(),
            targets,
            rates.array,
            scales,
            tensors));
    graph.add(
        kernels
            .sums()
            .scaleRuns()
            .launch(
                "scaleRuns",
                total.values(),
                runs.places(),
                runs.tensorOf(),
                scales,
                count,
                tensors));
    graph.downloadOnDemand(scales);
  }

  /**
   * The stretches in which tensors lie among the parameters.
   *
   * @param places where each begins, and how long it is, [2][runs]
   * @param tensorOf each, [runs]
   * @param firstRun of each tensor, and of what is behind the last, [tensors + 1]
   */
  private record Runs(IntArray places, IntArray tensorOf, IntArray firstRun) {

    /** A stretch is one work-item's, or one group's: long ones are cut. */
    private static final int LONGEST = 1 << 12;

    static Runs of(List<int[]> indices) {
      List<Integer> starts = new ArrayList<>();
      List<Integer> lengths = new ArrayList<>();
      List<Integer> tensors = new ArrayList<>();
      List<Integer> first = new ArrayList<>(List.of(0));
      for (int tensor = 0; tensor < indices.size(); tensor++) {
        int[] places = indices.get(tensor);
        int from = 0;
        for (int at = 1; at <= places.length; at++) {
          boolean ends =
              at == places.length || places[at] != places[at - 1] + 1 || at - from == LONGEST;
          if (ends) {
            starts.add(places[from]);
            lengths.add(at - from);
            tensors.add(tensor);
            from = at;
          }
        }
        first.add(starts.size());
      }
      starts.addAll(lengths);
      return new Runs(array(starts), array(tensors), array(first));
    }

    private static IntArray array(List<Integer> values) {
      return HostArrays.of(values.stream().mapToInt(Integer::intValue).toArray());
    }
  }
}
