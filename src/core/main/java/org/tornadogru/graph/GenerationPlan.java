package org.tornadogru.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tornadogru.device.Transfers;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Philox;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.VariantGeneration;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.WeightPrecision;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Writes text on a device with a stack of forward layers, many tokens per execution; the states
 * stay there in between.
 *
 * <pre>
 *  parameters ──▶ [embed] ──▶ inputTable           in the first execution
 *                                  │
 *                                  ▼
 *                      request ──▶ write ──▶ sampled
 *                                  │ ▲
 *                             states, progress
 *
 *  or with many weights in place of write:  beginText ──▶ (advance … ──▶ score ──▶ draw) …
 * </pre>
 *
 * In each execution: the request, [3 + length] ints, and the temperature. Out: the sampled tokens,
 * [length] ints. Resident: parameters, the table of input products, and states.
 */
public final class GenerationPlan implements AutoCloseable {

  /**
   * Launches in a graph that is repeated at most, if a turn has no more: each is a kernel to
   * compile, and each execution of the graph some calls of the host.
   */
  private static final int MOST_LAUNCHES = 12;

  private static final int TABULATE = 0;
  private static final int GENERATE = 1;

  private final int length;
  private final IntArray request;
  private final FloatArray temperature = HostArrays.floats(1);
  private final IntArray sampled;
  private final ExecutionPlan plan;

  /** Whether the device has the table. */
  private boolean tabulated;

  /** A plan for one model as it is. */
  public GenerationPlan(Weights weights, int length, Placement placement) {
    this(weights, length, WeightPrecision.F32, placement);
  }

  /**
   * A plan for one model.
   *
   * @param length tokens per execution
   * @param precision of the matrices; with {@link WeightPrecision#BF16} they are also read as half
   *     the bytes where the kernels know how
   * @throws org.tornadogru.nn.InvalidInputException if the model does not predict the next token
   */
  public GenerationPlan(Weights given, int length, WeightPrecision precision, Placement placement) {
    Weights weights = precision.round(given);
    Head.nextToken(weights.outputs()).requireFit(weights);
    KernelSet kernels = placement.kernels();
    this.length = length;
    Parameters packed = Parameters.pack(weights);
    ModelLayout layout = packed.layout();
    GruConfig config = layout.config();
    WalkLayout walk = layout.walks().getFirst();
    DeviceShape shape = new DeviceShape(new SequenceShape(length, 1), placement);
    FloatArray parameters = packed.array();
    boolean isPlain = config.isStandardCell() && config.dense().isEmpty();
    Optional<KernelSet> pairs =
        kernels.pairs().filter(_ -> precision == WeightPrecision.BF16 && isPlain);
    FloatArray read =
        pairs.map(set -> Parameters.pack(weights, set.packing()).array()).orElse(parameters);
    DeviceShape symbols = new DeviceShape(new SequenceShape(1, layout.outputs()), placement);
    FloatArray table = shape.floats(symbols.positions() + 1L, layout.gateColumns());
    FloatArray states = shape.floats(2L * config.layers(), layout.hidden());
    FloatArray gates = shape.floats(1, workspace(layout));
    FloatArray scores = shape.floats(1, layout.outputColumns());
    IntArray progress = HostArrays.ints(2);
    progress.init(0);
    request = HostArrays.ints(TextGeneration.HEADER + length);
    sampled = HostArrays.ints(length);
    PlanGraph tabulate = new PlanGraph("tabulate").uploadOnce(parameters);
    if (config.hasEmbedding()) {
      addProjectedEmbedding(tabulate, layout, symbols, parameters, table);
    } else {
      tabulate.loop(
          layout.outputs(),
          layout.gateColumns(),
          new TaskPackage(
              "inputTable",
              kernels.inputTable(),
              parameters,
              table,
              walk.inputAt(),
              layout.outputs(),
              layout.gateColumns()));
    }
    PlanGraph generate =
        new PlanGraph("generate").uploadOnce(states, progress).upload(request, temperature);
    TextGeneration.Arguments arguments =
        new TextGeneration.Arguments(
            request,
            temperature,
            table,
            read,
            states,
            progress,
            gates,
            scores,
            sampled,
            walk.recurrentAt(),
            layout.linear().at(),
            length,
            layout.outputs(),
            layout.outputColumns(),
            layout.hidden(),
            config.layers(),
            layout.resetBefore());
    if (isPlain) {
      Recurrence recurrence = pairs.orElse(kernels).recurrence();
      if (WalkWay.ofText(placement, layout) == WalkWay.STEPS) {
        addTurns(generate, ((Recurrence.Groups) recurrence).steps().turns(), arguments);
      } else {
        TaskPackage write = arguments.task("write", recurrence);
        generate.add(recurrence.launch(write, 1, 1, layout.hidden()));
      }
    } else {
      IntArray sizes = sizes(layout);
      FloatArray functions = functions(layout);
      generate.uploadOnce(sizes, functions);
      generate.add(
          kernels
              .variants()
              .write()
              .launch("write", arguments, sizes, functions, VariantCell.gating(config)));
    }
    pairs.ifPresent(_ -> generate.uploadOnce(read));
    Object[] shared = Stream.of(parameters, table).filter(generate.arguments()::contains).toArray();
    tabulate.persist(shared);
    generate.consume(shared).persist(shared).download(sampled);
    plan = new ExecutionPlan(placement, tabulate, generate);
  }

  /** Adds all turns: a few that are repeated. */
  private static void addTurns(
      PlanGraph graph, TextGeneration.Turns kernels, TextGeneration.Arguments text) {
    IntArray turn = HostArrays.ints(1);
    graph.add(kernels.begin().launch("beginText", text, turn));
    int launches = kernels.next().launches("", text, turn).size();
    graph.repeat(
        text.length(),
        Math.max(1, MOST_LAUNCHES / launches),
        (repeated, i) -> repeated.add(kernels.next().launches("_" + i, text, turn)));
  }

  /**
   * Adds the input products of every token's vector.
   *
   * @param symbols all tokens at once
   * @param table out, [V][3H] or more
   */
  private static void addProjectedEmbedding(
      PlanGraph graph,
      ModelLayout layout,
      DeviceShape symbols,
      FloatArray parameters,
      FloatArray table) {
    IntArray tokens = symbols.identity();
    FloatArray vectors = symbols.floats(symbols.positions(), layout.embeddingColumns());
    graph.uploadOnce(tokens);
    InputStage.addEmbed(graph, layout, symbols, parameters, tokens, vectors);
    graph.add(
        symbols
            .kernels()
            .linear()
            .launch(
                "inputTable",
                vectors,
                parameters,
                table,
                layout.walks().getFirst().inputAt(),
                symbols.positions(),
                0,
                layout.embeddingColumns(),
                layout.gateColumns()));
  }

  /** Floats of {@link TextGeneration.Arguments#gates} with dense layers. */
  private static int workspace(ModelLayout layout) {
    return 7 * layout.hidden() + layout.head().stream().mapToInt(LinearLayout::rows).sum();
  }

  /** The layers as {@link VariantGeneration} takes them. */
  private static IntArray sizes(ModelLayout layout) {
    GruConfig config = layout.config();
    int layers = config.dense().size();
    int unitsAt = VariantGeneration.HEAD + layers * VariantGeneration.HEAD_OF_LAYER;
    int[] sizes = new int[unitsAt + config.layers()];
    int inputAt = 7 * layout.hidden();
    for (int layer = 0; layer < layers; layer++) {
      LinearLayout dense = layout.head().get(layer);
      int entry = VariantGeneration.HEAD + layer * VariantGeneration.HEAD_OF_LAYER;
      sizes[entry] = inputAt;
      sizes[entry + 1] = dense.rows();
      sizes[entry + 2] = dense.at();
      sizes[entry + 3] = dense.columns();
      sizes[entry + 4] = dense.outputs();
      sizes[entry + 5] = layout.config().dense().get(layer).activation().kind().code();
      inputAt += dense.rows();
    }
    sizes[0] = layers;
    sizes[1] = inputAt;
    sizes[2] = layout.linear().rows();
    for (int layer = 0; layer < config.layers(); layer++) {
      sizes[unitsAt + layer] = config.hiddenSize(layer);
    }
    return HostArrays.of(sizes);
  }

  private static FloatArray functions(ModelLayout layout) {
    List<Dense> dense = layout.config().dense();
    float[] all =
        Arrays.copyOf(
            VariantCell.functions(layout.config(), 0).toHeapArray(),
            VariantGeneration.FUNCTIONS + dense.size() * VariantGeneration.FUNCTIONS_OF_LAYER);
    for (int layer = 0; layer < dense.size(); layer++) {
      int function = VariantGeneration.FUNCTIONS + layer * VariantGeneration.FUNCTIONS_OF_LAYER;
      all[function] = dense.get(layer).activation().alpha();
      all[function + 1] = dense.get(layer).activation().beta();
    }
    return HostArrays.of(all);
  }

  /** Tokens per execution. */
  public int length() {
    return length;
  }

  /**
   * Reads and writes {@link #length} tokens.
   *
   * @param restart whether to begin a new text from the zero state
   * @param tokens what to read at each turn, or {@link TextGeneration#CONTINUE}, [length]
   * @param temperature positive; the scores are divided by it
   * @param topK how many of the likeliest tokens to sample from, at least 1
   * @param seed of the random numbers
   * @return what was sampled after each turn, [length]
   */
  public int[] execute(boolean restart, int[] tokens, float temperature, int topK, long seed) {
    if (tokens.length != length) {
      throw new IllegalArgumentException(
          "%d tokens for a plan of %d".formatted(tokens.length, length));
    }
    request.set(0, restart ? 1 : 0);
    request.set(1, Philox.key(seed));
    request.set(2, topK);
    for (int turn = 0; turn < length; turn++) {
      request.set(TextGeneration.HEADER + turn, tokens[turn]);
    }
    this.temperature.set(0, temperature);
    if (!tabulated) {
      plan.execute(TABULATE);
      tabulated = true;
    }
    plan.execute(GENERATE);
    return sampled.toHeapArray();
  }

  /** What crossed so far. */
  public Transfers transfers() {
    return plan.transfers();
  }

  @Override
  public void close() {
    plan.close();
  }
}
