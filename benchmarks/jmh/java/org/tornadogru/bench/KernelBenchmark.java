package org.tornadogru.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.tornadogru.kernels.GruBackward;
import org.tornadogru.kernels.GruForward;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Updates;
import org.tornadogru.kernels.VariantBackward;
import org.tornadogru.kernels.VariantForward;
import org.tornadogru.kernels.simd.SimdKernels;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Each kernel that has a twin for the plain JVM, and the twin, called as they are: what they take
 * on this JVM, without a graph. (The work-groups want a grid, which is not worth timing here.)
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
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
    ANNOTATED,
    SIMD;

    private KernelSet set() {
      return this == ANNOTATED ? KernelSet.ANNOTATED : SimdKernels.SIMD;
    }
  }

  @Param({"ANNOTATED", "SIMD"})
  public Loops kernels;

  /** The size of a training work. */
  @Param("d2l")
  public String shape;

  private final Map<String, Call> calls = new HashMap<>();
  private FloatArray gates;
  private FloatArray keptGates;
  private FloatArray logits;
  private FloatArray keptLogits;

  /** Runs a training step's kernels once, so that each has the inputs it would have there. */
  @Setup
  public void prepare() {
    KernelSet set = kernels.set();
    Work work = Work.named("training-" + shape);
    Parameters packed = Parameters.pack(work.weights());
    ModelLayout layout = packed.layout();
    FloatArray parameters = packed.array();
    int steps = work.shape().steps();
    int batch = work.shape().batch();
    if (batch % set.rowTile() != 0) {
      throw new IllegalStateException("the batch must be whole row tiles");
    }
    int positions = steps * batch;
    int sliceLength = Math.ceilDiv(positions, SLICES);
    int hidden = layout.hidden();
    int symbols = layout.outputColumns();
    int size = layout.size();
    int inputAt = layout.walks().getFirst().inputAt();
    int recurrentAt = layout.walks().getFirst().recurrentAt();
    int linearAt = layout.linear().at();
    IntArray tokens = IntArray.fromArray(work.tokens());
    FloatArray table = zeros(layout.outputs() * layout.gateColumns());
    FloatArray initialState = zeros(batch * hidden);
    FloatArray states = zeros((positions + batch) * hidden);
    gates = zeros(positions * 4 * hidden);
    keptGates = zeros(positions * 4 * hidden);
    logits = zeros(positions * symbols);
    keptLogits = zeros(positions * symbols);
    FloatArray recurrentTransposed = zeros(hidden * layout.gateColumns());
    FloatArray linearTransposed = zeros(hidden * symbols);
    FloatArray stateGradients = zeros(positions * hidden);
    FloatArray initialStateGradient = zeros(batch * hidden);
    FloatArray partials = zeros(SLICES * size);
    FloatArray gradient = zeros(size);
    FloatArray vectors = zeros(positions * hidden);
    int lanes = set.lanes().applyAsInt(size);

    add(
        "inputTable",
        new TaskPackage(
            "",
            set.inputTable(),
            parameters,
            table,
            inputAt,
            layout.outputs(),
            layout.gateColumns()));
    for (int reset = 0; reset <= 1; reset++) {
      String name = reset == 0 ? "After" : "Before";
      add(
          "forward" + name,
          new GruForward.Arguments(
                  tokens,
                  table,
                  parameters,
                  initialState,
                  states,
                  gates,
                  recurrentAt,
                  steps,
                  batch,
                  hidden,
                  batch * 4 * hidden,
                  reset)
              .task("", set.recurrence()));
      add(
          "backward" + name,
          new GruBackward.Arguments(
                  gates,
                  states,
                  recurrentTransposed,
                  stateGradients,
                  initialStateGradient,
                  steps,
                  batch,
                  hidden,
                  reset)
              .task("", set.recurrence()));
    }
    addVariants(
        set,
        tokens,
        table,
        parameters,
        initialState,
        states,
        recurrentTransposed,
        stateGradients,
        initialStateGradient,
        recurrentAt,
        steps,
        batch,
        hidden);
    add(
        "linear",
        set.linear()
            .launch("", states, parameters, logits, linearAt, positions, batch, hidden, symbols));
    add(
        "softmax",
        set.losses()
            .softmax()
            .launch(
                "", logits, tokens, zeros(positions), positions, batch, layout.outputs(), symbols));
    add(
        "transposeRecurrent",
        set.transpose()
            .launch(
                "", parameters, recurrentTransposed, recurrentAt, hidden, layout.gateColumns()));
    add(
        "transposeLinear",
        set.transpose().launch("", parameters, linearTransposed, linearAt, hidden, symbols));
    add(
        "linearBackward",
        set.linearBackward()
            .launch(
                "", logits, linearTransposed, stateGradients, positions, hidden, symbols, symbols));
    add(
        "affineGradient",
        set.affineGradient()
            .launch(
                "",
                states,
                gates,
                partials,
                0,
                hidden,
                0,
                4 * hidden,
                recurrentAt,
                size,
                positions,
                hidden,
                2 * hidden,
                SLICES,
                sliceLength));
    add(
        "lookUpGradient",
        set.lookUpGradient()
            .launch(
                "",
                tokens,
                gates,
                partials,
                inputAt,
                size,
                positions,
                layout.outputs(),
                hidden,
                SLICES,
                sliceLength));
    add(
        "embed",
        new TaskPackage(
            "", set.embed(), tokens, parameters, vectors, linearAt, positions, hidden + 1, hidden));
    add(
        "embedBackward",
        set.embedBackward()
            .launch(
                "",
                tokens,
                stateGradients,
                partials,
                linearAt,
                size,
                positions,
                layout.outputs(),
                hidden + 1,
                hidden,
                SLICES,
                sliceLength,
                0));
    add(
        "combine",
        set.sums().combine().launch("", partials, gradient, zeros(lanes), SLICES, size, lanes));
    addUpdates(set.updates(), parameters, gradient, size);
    addRow("", set, tokens, table, parameters, layout);
    KernelSet pairs = set.pairs().orElse(set);
    Parameters read = Parameters.pack(work.weights(), pairs.packing());
    addRow("FromPairs", pairs, tokens, table, read.array(), layout);

    for (String kernel : List.of("inputTable", "forwardAfter", "linear")) {
      run(kernel);
    }
    copy(gates, keptGates);
    copy(logits, keptLogits);
    for (String kernel :
        List.of("softmax", "transposeRecurrent", "transposeLinear", "linearBackward")) {
      run(kernel);
    }
  }

  private void addVariants(
      KernelSet set,
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int recurrentAt,
      int steps,
      int batch,
      int hidden) {
    FloatArray slopes = zeros(steps * batch * 3 * hidden);
    FloatArray operands = zeros(steps * batch * hidden);
    FloatArray ones = new FloatArray(batch * hidden);
    ones.init(1f);
    // Hard sigmoid, ReLU, no clip.
    FloatArray functions = FloatArray.fromElements(7f, 1f / 6, 0.5f, 2f, 0f, 0f, Float.MAX_VALUE);
    add(
        "variantForward",
        set.variants()
            .forward()
            .launch(
                "",
                new VariantForward.Arguments(
                    tokens,
                    table,
                    parameters,
                    initialState,
                    states,
                    gates,
                    slopes,
                    operands,
                    ones,
                    functions,
                    recurrentAt,
                    steps,
                    batch,
                    hidden,
                    batch * 4 * hidden,
                    0,
                    3,
                    hidden)));
    add(
        "variantBackward",
        set.variants()
            .backward()
            .launch(
                "",
                new VariantBackward.Arguments(
                    gates,
                    slopes,
                    operands,
                    states,
                    ones,
                    transposed,
                    stateGradients,
                    initialStateGradient,
                    steps,
                    batch,
                    hidden,
                    0)));
  }

  private void addUpdates(Updates updates, FloatArray parameters, FloatArray gradient, int size) {
    FloatArray factor = zeros(2);
    FloatArray rates = zeros(Rates.SIZE);
    rates.set(Rates.LEARNING_RATE, 0.1f);
    rates.set(Rates.EPSILON, 1e-8f);
    FloatArray memory = zeros(3 * size);
    FloatArray decays = zeros(1);
    add(
        "descend",
        new TaskPackage("", updates.descend(), parameters, gradient, factor, rates, size));
    add(
        "descendWithMomentum",
        new TaskPackage(
            "",
            updates.descendWithMomentum(),
            parameters,
            gradient,
            memory,
            factor,
            rates,
            decays,
            size,
            0));
    add(
        "adapt",
        new TaskPackage(
            "", updates.adapt(), parameters, gradient, memory, factor, rates, decays, size, 0, 0));
    add(
        "scaleByRoot",
        new TaskPackage(
            "",
            updates.scaleByRoot(),
            parameters,
            gradient,
            memory,
            factor,
            rates,
            decays,
            size,
            0,
            0));
  }

  /** Those that take a single row, which may read weights in pairs. */
  private void addRow(
      String suffix,
      KernelSet set,
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      ModelLayout layout) {
    int hidden = layout.hidden();
    FloatArray states = zeros(2 * hidden);
    add(
        "forwardOfRow" + suffix,
        new GruForward.Arguments(
                tokens,
                table,
                parameters,
                zeros(hidden),
                states,
                zeros(4 * hidden),
                layout.walks().getFirst().recurrentAt(),
                1,
                1,
                hidden,
                0,
                0)
            .task("", set.recurrence()));
    add(
        "linearOfRow" + suffix,
        set.linear()
            .launch(
                "",
                states,
                parameters,
                zeros(layout.outputColumns()),
                layout.linear().at(),
                1,
                1,
                hidden,
                layout.outputColumns()));
    addTexts(suffix, set.recurrence(), table, parameters, layout);
  }

  private void addTexts(
      String suffix,
      Recurrence recurrence,
      FloatArray table,
      FloatArray parameters,
      ModelLayout layout) {
    int hidden = layout.hidden();
    IntArray request = new IntArray(TextGeneration.HEADER + TOKENS);
    request.init(TextGeneration.CONTINUE);
    request.set(0, 1); // a new text each time
    request.set(1, 0);
    request.set(2, 1); // greedy
    request.set(TextGeneration.HEADER, 0);
    IntArray progress = new IntArray(2);
    progress.init(0);
    TextGeneration.Arguments arguments =
        new TextGeneration.Arguments(
            request,
            FloatArray.fromElements(1f),
            table,
            parameters,
            zeros(2 * hidden),
            progress,
            zeros(4 * hidden),
            zeros(layout.outputColumns()),
            new IntArray(TOKENS),
            layout.walks().getFirst().recurrentAt(),
            layout.linear().at(),
            TOKENS,
            layout.outputs(),
            layout.outputColumns(),
            hidden,
            1,
            0);
    add("write" + suffix, arguments.task("", recurrence));
  }

  /** Of the plain JVM's sets each product is one task. */
  private void add(String name, List<Launch> one) {
    add(name, one.getFirst());
  }

  private void add(String name, Launch launch) {
    add(name, launch.task());
  }

  private void add(String name, TaskPackage task) {
    calls.put(name, Call.of(task));
  }

  private void run(String kernel) {
    calls.get(kernel).run();
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
    run("inputTable");
  }

  @Benchmark
  public void forwardAfter() {
    run("forwardAfter");
  }

  @Benchmark
  public void forwardBefore() {
    run("forwardBefore");
  }

  @Benchmark
  public void backwardAfter() {
    run("backwardAfter");
  }

  @Benchmark
  public void backwardBefore() {
    run("backwardBefore");
  }

  @Benchmark
  public void variantForward() {
    run("variantForward");
  }

  @Benchmark
  public void variantBackward() {
    run("variantBackward");
  }

  @Benchmark
  public void linear() {
    run("linear");
  }

  @Benchmark
  public void linearBackward() {
    run("linearBackward");
  }

  @Benchmark
  public void softmax() {
    run("softmax");
  }

  @Benchmark
  public void transposeRecurrent() {
    run("transposeRecurrent");
  }

  @Benchmark
  public void affineGradient() {
    run("affineGradient");
  }

  @Benchmark
  public void lookUpGradient() {
    run("lookUpGradient");
  }

  @Benchmark
  public void embed() {
    run("embed");
  }

  @Benchmark
  public void embedBackward() {
    run("embedBackward");
  }

  @Benchmark
  public void combine() {
    run("combine");
  }

  @Benchmark
  public void descend() {
    run("descend");
  }

  @Benchmark
  public void descendWithMomentum() {
    run("descendWithMomentum");
  }

  @Benchmark
  public void adapt() {
    run("adapt");
  }

  @Benchmark
  public void scaleByRoot() {
    run("scaleByRoot");
  }

  @Benchmark
  public void forwardOfRow() {
    run("forwardOfRow");
  }

  /** With half the bytes of weights; without a twin, {@link #forwardOfRow} itself. */
  @Benchmark
  public void forwardOfRowFromPairs() {
    run("forwardOfRowFromPairs");
  }

  @Benchmark
  public void linearOfRow() {
    run("linearOfRow");
  }

  /** With half the bytes of weights; without a twin, {@link #linearOfRow} itself. */
  @Benchmark
  public void linearOfRowFromPairs() {
    run("linearOfRowFromPairs");
  }

  @Benchmark
  public void write() {
    run("write");
  }

  /** With half the bytes of weights; without a twin, {@link #write} itself. */
  @Benchmark
  public void writeFromPairs() {
    run("writeFromPairs");
  }
}
