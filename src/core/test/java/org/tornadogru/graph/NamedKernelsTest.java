package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.DescribedDevices;
import org.tornadogru.device.Device;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Transposition;
import org.tornadogru.kernels.wide.WideKernels;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** An FPGA finds kernels by name alone: the same name must mean the same code. */
@Tag("plain-jvm")
class NamedKernelsTest {

  /** What TornadoVM compiles, for all that it knows. */
  private record Code(Method kernel, List<Object> scalars) {}

  private final NamedKernels names = new NamedKernels(NamedKernelsTest::methodOf);
  private final Map<String, Set<Code>> codes = new HashMap<>();
  private final Map<Code, Set<String>> namesOfCodes = new HashMap<>();

  /** The JVM implements a method reference as a class that calls the method. */
  private static Method methodOf(Object reference) {
    try {
      Method constants = Class.class.getDeclaredMethod("getConstantPool");
      constants.setAccessible(true);
      Object pool = constants.invoke(reference.getClass());
      int size = (int) pool.getClass().getMethod("getSize").invoke(pool);
      Method methodAt = pool.getClass().getMethod("getMethodAt", int.class);
      for (int at = 1; at < size; at++) {
        if (entry(pool, at).equals("METHODREF")
            && methodAt.invoke(pool, at) instanceof Method method
            && method.getDeclaringClass().getName().startsWith("org.tornadogru.")) {
          return method;
        }
      }
      throw new AssertionError("no method in " + reference);
    } catch (ReflectiveOperationException closed) {
      throw new LinkageError("java.base is closed", closed);
    }
  }

  private static String entry(Object pool, int at) throws ReflectiveOperationException {
    return pool.getClass().getMethod("getTagAt", int.class).invoke(pool, at).toString();
  }

  private Placement placement(KernelSet kernels) {
    return new Placement(Device.fastest(), kernels, this::named);
  }

  private TaskPackage named(TaskPackage task) {
    TaskPackage named = names.named(task);
    String name = names.of(named).getName();
    Code code = code(task);
    codes.computeIfAbsent(name, key -> new HashSet<>()).add(code);
    namesOfCodes.computeIfAbsent(code, key -> new HashSet<>()).add(name);
    return named;
  }

  private Code code(TaskPackage task) {
    Object[] parameters = task.getTaskParameters();
    return new Code(
        names.of(task),
        Arrays.stream(parameters, 1, parameters.length)
            .filter(each -> !(each instanceof TornadoNativeArray))
            .toList());
  }

  /** All that there is: every head, cell and option of a layer, training, measuring, generating. */
  @ParameterizedTest
  @ValueSource(strings = {"annotated", "wide"})
  void tasksOfOneNameAreOfOneKernelAndItsConstants(String set) {
    Placement placement = placement(set.equals("wide") ? WideKernels.WIDE : KernelSet.ANNOTATED);
    for (GruConfig config : GpuCodeGeneration.CONFIGS) {
      GpuCodeGeneration.compileText(config, new SequenceShape(3, 5), placement);
      GpuCodeGeneration.compileText(config, new SequenceShape(2, 9), placement);
    }
    GpuCodeGeneration.compileLayers(placement);

    assertThat(codes.size()).isGreaterThan(100);
    assertThat(codes).allSatisfy((name, code) -> assertThat(code).hasSize(1));
    assertThat(namesOfCodes).allSatisfy((code, name) -> assertThat(name).hasSize(1));
    assertThat(codes.keySet()).allMatch(name -> name.matches("[a-z][A-Za-z]*_[0-9a-f]{12}"));
  }

  @Test
  void whatOneTrainingStepHasTwiceIsOfTwoNames() {
    train(placement(KernelSet.ANNOTATED), Optimization.sgd(1, 1));

    Map<String, Integer> copies = new HashMap<>();
    namesOfCodes.keySet().forEach(code -> copies.merge(code.kernel.getName(), 1, Integer::sum));
    assertThat(copies).containsEntry("transpose", 2).containsEntry("affine", 3);
  }

  /** Rates and limits are data: a user may change them, and keep the bitstreams. */
  @Test
  void ratesAndLimitsAreNotCompiledIn() {
    train(placement(KernelSet.ANNOTATED), Optimization.sgd(4, 1));
    Set<String> before = Set.copyOf(codes.keySet());
    train(placement(KernelSet.ANNOTATED), Optimization.sgd(2, 0.5f));

    assertThat(codes.keySet()).isEqualTo(before);
  }

  @Test
  void renamedKernelsComputeTheSame() {
    Placement plain = new Placement(Device.fastest(), KernelSet.ANNOTATED);

    assertThat(train(placement(KernelSet.ANNOTATED), Optimization.sgd(1, 1)))
        .isEqualTo(train(plain, Optimization.sgd(1, 1)));
  }

  @Test
  void aListOfBitstreamsHasTheKernelsItWasMadeForAndNoOthers(@TempDir Path folder)
      throws IOException {
    Device fpga =
        DescribedDevices.device(0, 0, Device.Backend.OPENCL, Device.Type.ACCELERATOR, "FPGA SDK");
    PlanGraph made = transposition(16);
    Path list = folder.resolve("tasks");
    List<String> entry =
        Bitstreams.entry(
            names.of(made.packages().findFirst().orElseThrow()).getName(),
            folder.resolve("kernels.aocx"),
            "step.transpose",
            fpga);
    Files.write(list, entry);
    Bitstreams bitstreams = new Bitstreams(fpga, names, list);

    assertThat(entry.getLast()).isEqualTo(folder + "/kernels.aocx,step.transpose.device=0:0");
    bitstreams.require(made);
    assertRefused(
        () -> bitstreams.require(transposition(32)), list.toString(), "transpose", "graph step");
  }

  private PlanGraph transposition(int rows) {
    FloatArray matrix = new FloatArray(64 * 64);
    PlanGraph graph =
        new PlanGraph("step")
            .loop(
                rows,
                new TaskPackage(
                    "transpose", Transposition::transpose, matrix, matrix, 0, rows, 16));
    graph.replaceTasks(names::named);
    return graph;
  }

  /** The losses of three steps. */
  private static List<Float> train(Placement placement, Optimization optimization) {
    Weights weights =
        Weights.initial(
            GruConfig.ofTokens(7, 5, ResetPlacement.AFTER), 7, Initialization.UNIFORM, 1);
    int[] tokens = IntStream.range(0, 4 * 5).map(i -> i * i % 7).toArray();
    List<Float> losses = new ArrayList<>();
    try (ModelPlan plan =
        new ModelPlan(
            weights,
            new SequenceShape(3, 5),
            new ModelPlan.Use(Head.nextToken(7), false, false, optimization),
            placement)) {
      plan.load(Sequences.ofTokens(5, tokens), false);
      for (int update = 1; update <= 3; update++) {
        losses.add(plan.train(1, update));
      }
    }
    return losses;
  }
}
