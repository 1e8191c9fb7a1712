package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.tornadogru.nn.Tensor;

/** Terms over the rows of sequences, [T][N][k], in a graph: each method is an equation. */
public final class OnnxTerms {

  private static final String ROWS = "steps";
  private static final int FEATURES = -1;

  private final OnnxGraphBuilder graph;
  private int count;

  OnnxTerms(OnnxGraphBuilder graph) {
    this.graph = graph;
  }

  private String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String term = "term_" + count++;
    graph.node(operator, inputs, List.of(term), attributes);
    return term;
  }

  private String integers(long... values) {
    String constant = "term_" + count++;
    graph.constant(constant, values);
    return constant;
  }

  private String floats(double... values) {
    String constant = "term_" + count++;
    graph.constant(
        constant,
        List.of(Tensor.of("", List.of(values.length), place -> (float) values[place])),
        values.length);
    return constant;
  }

  private String input(String name, TensorProto.DataType type, int ahead) {
    graph.input(name, type, ahead == 0 ? ROWS : "steps_and_%d".formatted(ahead), OnnxWriter.BATCH);
    return node("Unsqueeze", List.of(name, integers(2)));
  }

  /** An input of the graph, [T][N]; with more rows behind those of the others, [T + ahead][N]. */
  public String numbers(String name, int ahead) {
    return input(name, TensorProto.DataType.FLOAT, ahead);
  }

  /** The same of whole numbers. */
  public String counts(String name, int ahead) {
    return input(name, TensorProto.DataType.INT64, ahead);
  }

  /** log x. */
  public String log(String x) {
    return node("Log", List.of(x));
  }

  /** exp x. */
  public String exp(String x) {
    return node("Exp", List.of(x));
  }

  /** |x|. */
  public String magnitude(String x) {
    return node("Abs", List.of(x));
  }

  /** x + y. */
  public String sum(String x, String y) {
    return node("Add", List.of(x, y));
  }

  /** x − y. */
  public String difference(String x, String y) {
    return node("Sub", List.of(x, y));
  }

  /** x − y, a number for each feature. */
  public String difference(String x, double... y) {
    return difference(x, floats(y));
  }

  /** x + y, a number for each feature. */
  public String sum(String x, double... y) {
    return sum(x, floats(y));
  }

  /** x · y. */
  public String product(String x, String y) {
    return node("Mul", List.of(x, y));
  }

  /** x · y, a number for each feature. */
  public String product(String x, double... y) {
    return product(x, floats(y));
  }

  /** x / y. */
  public String quotient(String x, String y) {
    return node("Div", List.of(x, y));
  }

  /** x / y, a number for each feature. */
  public String quotient(String x, double... y) {
    return quotient(x, floats(y));
  }

  /** The lesser of two. */
  public String least(String x, String y) {
    return node("Min", List.of(x, y));
  }

  /** The greater of two. */
  public String most(String x, String y) {
    return node("Max", List.of(x, y));
  }

  /** The greater of x and y, a number for each feature. */
  public String most(String x, double... y) {
    return most(x, floats(y));
  }

  /** 1 at the place of each count among {@code size}, else 0. */
  public String oneHot(String counts, int size) {
    String places = integers(LongStream.range(0, size).toArray());
    return toFloat(node("Equal", List.of(counts, places)));
  }

  private String toFloat(String x) {
    return node(
        "Cast",
        List.of(x),
        OnnxGraphBuilder.attribute("to", TensorProto.DataType.FLOAT.getNumber()));
  }

  private String slice(String x, long from, long to, long axis, long stride) {
    return node(
        "Slice", List.of(x, integers(from), integers(to), integers(axis), integers(stride)));
  }

  /** x of row t + {@code from}, where x has {@code ahead} rows more than there are rows t. */
  public String ahead(String x, int from, int ahead) {
    return ahead == 0 ? x : slice(x, from, from == ahead ? Long.MAX_VALUE : from - ahead, 0, 1);
  }

  /** x of the row before, or another term where there is none. */
  public String before(String x, String first) {
    return node(
        "Concat",
        List.of(slice(first, 0, 1, 0, 1), slice(x, 0, -1, 0, 1)),
        OnnxGraphBuilder.attribute("axis", 0));
  }

  /** x so many rows ago, or that of the row itself where there is none. */
  public String ago(String x, int rows) {
    return rows == 0
        ? x
        : node(
            "Concat",
            List.of(slice(x, 0, rows, 0, 1), slice(x, 0, -rows, 0, 1)),
            OnnxGraphBuilder.attribute("axis", 0));
  }

  /** The mean of x over the last rows, or those that there are. */
  public String mean(String x, int rows) {
    return pooled(x, rows, false);
  }

  /** The sum of x over the last rows, or those that there are. */
  public String total(String x, int rows) {
    return product(pooled(x, rows, true), rows);
  }

  private String pooled(String x, int rows, boolean zerosBefore) {
    String last = node("Transpose", List.of(x), list("perm", 1, 2, 0));
    String mean =
        node(
            "AveragePool",
            List.of(last),
            list("kernel_shape", rows),
            list("pads", rows - 1, 0),
            OnnxGraphBuilder.attribute("count_include_pad", zerosBefore ? 1 : 0));
    return node("Transpose", List.of(mean), list("perm", 2, 0, 1));
  }

  private static AttributeProto list(String name, long... values) {
    return OnnxGraphBuilder.named(name, AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of(values).boxed().toList())
        .build();
  }

  /** What a table that repeats itself has so many steps behind a count. */
  public String repeated(String counts, int ahead, double... table) {
    return node("Gather", List.of(floats(table), phase(counts, ahead, table.length)));
  }

  private String phase(String counts, int ahead, int period) {
    String later = ahead == 0 ? counts : node("Add", List.of(counts, integers(ahead)));
    return node("Mod", List.of(later, integers(period)));
  }

  /** sin and cos of 2π · harmonic · count / period. */
  public List<String> turns(String counts, int period, int harmonic) {
    String turn = product(toFloat(phase(counts, 0, period)), 2 * Math.PI * harmonic / period);
    return List.of(node("Sin", List.of(turn)), node("Cos", List.of(turn)));
  }

  /** Features side by side. */
  public String joined(List<String> terms) {
    return terms.size() == 1
        ? terms.getFirst()
        : node("Concat", terms, OnnxGraphBuilder.attribute("axis", FEATURES));
  }

  /** Every so manyth feature of some. */
  public String features(String x, int from, int to, int every) {
    return slice(x, from, to, FEATURES, every);
  }

  /** An output of the graph: [T][N][features], or [N][features]. */
  public void output(String name, String x, boolean ofRows, int features) {
    Objects.requireNonNull(name, "name");
    graph.node("Identity", List.of(x), List.of(name));
    List<Object> sizes = new ArrayList<>(List.of(ROWS, OnnxWriter.BATCH, features));
    if (!ofRows) {
      sizes.removeFirst();
    }
    graph.output(name, sizes.toArray());
  }
}
