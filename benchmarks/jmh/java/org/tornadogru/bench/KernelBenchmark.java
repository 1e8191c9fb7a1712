package org.tornadogru.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.tornadogru.graph.ModelLayout;
import org.tornadogru.graph.Parameters;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.simd.SimdKernels;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Each kernel and its twins, called as they are: what they take on this JVM, without a graph. (The
 * work-groups want a grid: the plain-JVM runtime gives each work-item a thread, which is not worth
 * timing.)
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgs = {
      "-XX:+UseParallelGC",
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED"
    })
public class KernelBenchmark {

  private static final int TOKENS = 16;
  private static final int SLICES = 2;

  /** The sets whose kernels are loops. */
  public enum Loops {
    ANNOTATED(KernelSet.ANNOTATED),
    SIMD(SimdKernels.SIMD);

    private final KernelSet set;
    private final Recurrence.Loops loops;

    Loops(KernelSet set) {
      this.set = set;
      loops = (Recurrence.Loops) set.recurrence();
    }
  }

  @Param({"ANNOTATED", "SIMD"})
  public Loops kernels;

  /** The size of a training work. */
  @Param("d2l")
  public String shape;

  private KernelSet set;
  private Recurrence.Loops loops;
  private ModelLayout layout;
  private int steps;
  private int batch;
  private int positions;
  private int hidden;

  private IntArray tokens;
  private FloatArray parameters;
  private FloatArray table;
  private FloatArray initialState;
  private FloatArray states;
  private FloatArray keptGates;
  private FloatArray gates;
  private FloatArray keptLogits;
  private FloatArray logits;
  private FloatArray losses;
  private FloatArray recurrentTransposed;
  private FloatArray outputTransposed;
  private FloatArray stateGradients;
  private FloatArray initialStateGradient;
  private FloatArray partials;
  private FloatArray gradient;
  private FloatArray squares;
  private FloatArray factor;
  private FloatArray rates;
  private IntArray request;
  private IntArray progress;
  private IntArray sampled;
  private FloatArray temperature;
  private FloatArray textStates;
  private FloatArray textGates;
  private FloatArray textScores;

  /** Runs a training step's kernels once, so that each has the inputs it would have there. */
  @Setup
  public void prepare() {
    set = kernels.set;
    loops = kernels.loops;
    Work work = Work.named("training-" + shape);
    Parameters packed = Parameters.pack(work.weights());
    layout = packed.layout();
    parameters = packed.array();
    steps = work.shape().steps();
    batch = work.shape().batch();
    if (batch % set.rowTile() != 0) {
      throw new IllegalStateException("the batch must be whole row tiles");
    }
    positions = steps * batch;
    hidden = layout.hidden();
    tokens = IntArray.fromArray(work.tokens());
    table = zeros(layout.outputs() * layout.gateColumns());
    initialState = zeros(batch * hidden);
    states = zeros((positions + batch) * hidden);
    keptGates = zeros(positions * 4 * hidden);
    gates = zeros(positions * 4 * hidden);
    keptLogits = zeros(positions * layout.outputColumns());
    logits = zeros(positions * layout.outputColumns());
    losses = zeros(positions);
    recurrentTransposed = zeros(hidden * layout.gateColumns());
    outputTransposed = zeros(hidden * layout.outputColumns());
    stateGradients = zeros(positions * hidden);
    initialStateGradient = zeros(batch * hidden);
    partials = zeros(SLICES * layout.size());
    gradient = zeros(layout.size());
    squares = zeros(set.lanes().applyAsInt(layout.size()));
    factor = zeros(2);
    rates = zeros(Rates.SIZE);
    rates.set(Rates.LEARNING_RATE, 0.1f);
    request = new IntArray(TextGeneration.HEADER + TOKENS);
    request.init(TextGeneration.CONTINUE);
    request.set(0, 1); // a new text each time
    request.set(2, 1); // greedy
    request.set(TextGeneration.HEADER, 0);
    progress = new IntArray(2);
    progress.init(0);
    sampled = new IntArray(TOKENS);
    temperature = FloatArray.fromElements(1f);
    textStates = zeros(2 * hidden);
    textGates = zeros(4 * hidden);
    textScores = zeros(layout.outputColumns());

    inputTable();
    forwardAfter();
    linear();
    copy(gates, keptGates);
    copy(logits, keptLogits);
    softmax();
    transposeRecurrent();
    set.transpose()
        .apply(parameters, outputTransposed, layout.outputAt(), hidden, layout.outputColumns());
    linearBackward();
  }

  /** What kernels overwrite: gradients of gradients would dwindle to subnormal numbers. */
  @Setup(Level.Invocation)
  public void restore() {
    copy(keptGates, gates);
    copy(keptLogits, logits);
  }

  private static FloatArray zeros(int size) {
    FloatArray array = new FloatArray(size);
    array.init(0f);
    return array;
  }

  private static void copy(FloatArray from, FloatArray to) {
    to.getSegment().copyFrom(from.getSegment());
  }

  @Benchmark
  public void inputTable() {
    set.inputTable()
        .apply(
            parameters,
            table,
            layout.walks().getFirst().inputAt(),
            layout.outputs(),
            layout.gateColumns());
  }

  @Benchmark
  public void forwardAfter() {
    forward(0);
  }

  @Benchmark
  public void forwardBefore() {
    forward(1);
  }

  private void forward(int resetBefore) {
    loops
        .forward()
        .apply(
            tokens,
            table,
            parameters,
            initialState,
            states,
            gates,
            layout.walks().getFirst().recurrentAt(),
            steps,
            batch,
            hidden,
            batch * 4 * hidden,
            resetBefore);
  }

  @Benchmark
  public void linear() {
    set.linear()
        .apply(
            states,
            parameters,
            logits,
            layout.outputAt(),
            positions,
            batch,
            hidden,
            layout.outputColumns());
  }

  @Benchmark
  public void softmax() {
    set.softmax()
        .apply(logits, tokens, losses, positions, batch, layout.outputs(), layout.outputColumns());
  }

  @Benchmark
  public void transposeRecurrent() {
    set.transpose()
        .apply(
            parameters,
            recurrentTransposed,
            layout.walks().getFirst().recurrentAt(),
            hidden,
            layout.gateColumns());
  }

  @Benchmark
  public void linearBackward() {
    set.linearBackward()
        .apply(
            logits,
            outputTransposed,
            stateGradients,
            positions,
            hidden,
            layout.outputColumns(),
            layout.outputColumns());
  }

  @Benchmark
  public void backwardAfter() {
    backward(0);
  }

  @Benchmark
  public void backwardBefore() {
    backward(1);
  }

  private void backward(int resetBefore) {
    loops
        .backward()
        .apply(
            gates,
            states,
            recurrentTransposed,
            stateGradients,
            initialStateGradient,
            steps,
            batch,
            hidden,
            resetBefore);
  }

  @Benchmark
  public void affineGradient() {
    set.affineGradient()
        .apply(
            states,
            gates,
            partials,
            0,
            hidden,
            0,
            4 * hidden,
            layout.walks().getFirst().recurrentAt(),
            layout.size(),
            positions,
            hidden,
            2 * hidden,
            SLICES,
            Math.ceilDiv(positions, SLICES));
  }

  @Benchmark
  public void lookUpGradient() {
    set.lookUpGradient()
        .apply(
            tokens,
            gates,
            partials,
            layout.walks().getFirst().inputAt(),
            layout.size(),
            positions,
            layout.outputs(),
            hidden,
            SLICES,
            Math.ceilDiv(positions, SLICES));
  }

  @Benchmark
  public void combine() {
    set.combine()
        .apply(
            partials,
            gradient,
            squares,
            SLICES,
            layout.size(),
            set.lanes().applyAsInt(layout.size()));
  }

  @Benchmark
  public void descend() {
    set.updates().descend().apply(parameters, gradient, factor, rates, layout.size());
  }

  @Benchmark
  public int write() {
    loops
        .write()
        .apply(
            request,
            temperature,
            table,
            parameters,
            textStates,
            progress,
            textGates,
            textScores,
            sampled,
            layout.walks().getFirst().recurrentAt(),
            layout.outputAt(),
            TOKENS,
            layout.outputs(),
            layout.outputColumns(),
            hidden,
            1,
            0);
    return sampled.get(TOKENS - 1);
  }
}
