package org.tornadogru.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.graph.GenerationPlan;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.SgdConfig;

/** What users wait for: a training step, inference over a batch, a hundred generated tokens. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgs = {
      "-XX:+UseParallelGC",
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED"
    })
public class PlanBenchmark {

  private static final int TOKENS = 100;

  @Param({"ANNOTATED", "SIMD"})
  public KernelChoice kernels;

  @Param("D2L")
  public Shape shape;

  @Param({"AFTER", "BEFORE"})
  public ResetPlacement reset;

  private ModelPlan training;
  private ModelPlan inference;
  private GenerationPlan generation;
  private Sequences windows;
  private Sequences inputs;
  private int[] request;

  @Setup
  public void open() {
    Placement placement = Device.fastest().withKernels(kernels);
    SequenceShape sequence = new SequenceShape(shape.steps, shape.batch);
    SgdConfig sgd = new SgdConfig(0.1f, 1f);
    Head head = Head.nextToken(shape.vocabulary);
    training =
        new ModelPlan(
            shape.weights(reset), sequence, new ModelPlan.Use(head, false, false, sgd), placement);
    inference =
        new ModelPlan(
            shape.weights(reset), sequence, new ModelPlan.Use(head, false, false, null), placement);
    generation = new GenerationPlan(shape.weights(reset), TOKENS, placement);
    windows = Sequences.ofTokens(shape.batch, shape.tokens(shape.steps + 1));
    inputs = Sequences.ofTokens(shape.batch, shape.tokens(shape.steps));
    request = new int[TOKENS];
    Arrays.fill(request, 1, TOKENS, TextGeneration.CONTINUE);
  }

  @TearDown
  public void close() {
    training.close();
    inference.close();
    generation.close();
  }

  @Benchmark
  public float trainingStep() {
    training.load(windows, false);
    return training.train(0, 0);
  }

  @Benchmark
  public void inference() {
    inference.load(inputs, false);
    inference.predict();
  }

  @Benchmark
  public int[] generation() {
    return generation.execute(true, request, 1f, 1, 1);
  }
}
