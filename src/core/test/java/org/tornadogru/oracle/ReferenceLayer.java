package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Tensor;

/**
 * Every kind of GRU, an embedding in front of it, dense layers and a linear layer behind it, in
 * double precision, one vector at a time, written to be read. Gradients come from a {@link Tape}.
 *
 * <pre>
 *   p  = m ⊙ h                                         m: recurrent dropout's multipliers, or 1
 *   r  = f(W_ir x + b_ir + W_hr p + b_hr)
 *   z  = f(W_iz x + b_iz + W_hz p + b_hz)
 *   n  = g(W_in x + b_in + r ⊙ (W_hn p + b_hn))        reset AFTER the product
 *   n  = g(W_in x + b_in + W_hn (r ⊙ p) + b_hn)        reset BEFORE the product
 *   h' = (1 − z) ⊙ n + z ⊙ h
 * </pre>
 *
 * r = 1 and z = 0 where {@link GruConfig#gating} leaves them out. Tensors have PyTorch's names and
 * are flat, row-major; biases that are missing are zeros.
 *
 * @param config which GRU; its dropout probabilities play no part, as the input has the multipliers
 * @see <a href="https://arxiv.org/abs/1406.1078">Cho et al. 2014, equations 5 to 8</a>
 */
public record ReferenceLayer(GruConfig config) {

  /**
   * Gradients of a loss.
   *
   * @param loss the loss
   * @param tensors by each tensor, under the tensor's name
   * @param x by the inputs, [T][N][I]; by the one-hot vectors for token ids
   * @param h0 by the initial states, [L·D][N][H]
   */
  // Arrays as record components: the record carries values and is never compared.
  @SuppressWarnings("ArrayRecordComponent")
  public record Gradients(
      double loss, Map<String, double[]> tensors, double[][][] x, double[][][] h0) {

    /**
     * Asserts that an implementation's gradients are these within {@code tolerance · max(1,
     * |expected|)}.
     *
     * @param what the case, for the message
     * @param actual x may be null, as token ids have no gradient
     */
    public void assertReproducedBy(Object what, Gradients actual, double tolerance) {
      LayerOutput.assertEquals(
          what + ": loss", new double[] {actual.loss}, new double[] {loss}, tolerance);
      assertThat(actual.tensors).as("%s: tensors", what).containsOnlyKeys(tensors.keySet());
      tensors.forEach(
          (name, expected) ->
              LayerOutput.assertEquals(
                  what + ": d " + name, actual.tensors.get(name), expected, tolerance));
      if (actual.x != null) {
        LayerOutput.assertEquals(what + ": dx", actual.x, x, tolerance);
      }
      LayerOutput.assertEquals(what + ": dh0", actual.h0, h0, tolerance);
    }
  }

  /** A float implementation's tensors, or gradients, under their names. */
  public static Map<String, double[]> byName(List<Tensor> tensors) {
    return tensors.stream()
        .collect(Collectors.toMap(Tensor::name, tensor -> LayerOutput.doubles(tensor.values())));
  }

  /** The reverse: a float implementation's tensors, rounded, in PyTorch's order. */
  public List<Tensor> floatTensors(Map<String, double[]> tensors) {
    double[] bias = tensors.getOrDefault("linear.bias", new double[0]);
    return shapes(bias.length).entrySet().stream()
        .map(
            shape ->
                new Tensor(
                    shape.getKey(),
                    shape.getValue(),
                    LayerOutput.floats(tensors.get(shape.getKey()))))
        .toList();
  }

  /**
   * PyTorch's names and shapes, in PyTorch's order.
   *
   * @param outputs of the linear layer; 0 for none
   */
  public SequencedMap<String, List<Integer>> shapes(int outputs) {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    if (config.hasEmbedding()) {
      shapes.put("embedding.weight", List.of(config.inputSize(), config.embeddingSize()));
    }
    int inputs = config.hasEmbedding() ? config.embeddingSize() : config.inputSize();
    for (int layer = 0; layer < config.layers(); layer++) {
      int gates = 3 * config.hiddenSize(layer);
      for (int walk = 0; walk < config.direction().walks(); walk++) {
        String suffix = "_l" + layer + (config.direction().isReverse(walk) ? "_reverse" : "");
        shapes.put("weight_ih" + suffix, List.of(gates, inputs));
        shapes.put("weight_hh" + suffix, List.of(gates, config.hiddenSize(layer)));
        if (config.biases() != Biases.NONE) {
          shapes.put("bias_ih" + suffix, List.of(gates));
        }
        if (config.biases() == Biases.TWO) {
          shapes.put("bias_hh" + suffix, List.of(gates));
        }
      }
      inputs = config.merge().size(config.hiddenSize(layer), config.direction().walks());
    }
    if (outputs > 0) {
      int features = config.outputSize();
      for (int layer = 0; layer < config.dense().size(); layer++) {
        int size = config.dense().get(layer).size();
        shapes.put("dense_" + layer + ".weight", List.of(size, features));
        shapes.put("dense_" + layer + ".bias", List.of(size));
        features = size;
      }
      if (!config.tied()) {
        shapes.put("linear.weight", List.of(outputs, features));
      }
      shapes.put("linear.bias", List.of(outputs));
    }
    return shapes;
  }

  /** Outputs and final states. */
  public LayerOutput forward(Map<String, double[]> tensors, LayerInput input) {
    ReferencePass pass = new ReferencePass(config, tensors, input, false);
    return new LayerOutput(
        pass.read(pass.y, pass.tape::value),
        pass.read(pass.finalStates, pass.tape::value),
        pass.read(new int[][][] {pass.last}, pass.tape::value)[0]);
  }

  /**
   * r, z, n and h' of every walk in the order of the input, [L·D][4][T][N][H]; where a step does
   * not count, 0, 1, 0 and h.
   */
  public double[][][][][] gates(Map<String, double[]> tensors, LayerInput input) {
    ReferencePass pass = new ReferencePass(config, tensors, input, false);
    return Arrays.stream(pass.gates)
        .map(
            walk ->
                Arrays.stream(walk)
                    .map(gate -> pass.read(gate, pass.tape::value))
                    .toArray(double[][][][]::new))
        .toArray(double[][][][][]::new);
  }

  /** The last layer's outputs before they are merged: [D][T][N][H]. */
  public double[][][][] walkOutputs(Map<String, double[]> tensors, LayerInput input) {
    ReferencePass pass = new ReferencePass(config, tensors, input, false);
    return Arrays.stream(pass.walks)
        .map(walk -> pass.read(walk, pass.tape::value))
        .toArray(double[][][][]::new);
  }

  /** The linear layer's scores, [S][N][outputs]: S is T, or 1 for the last step's. */
  public double[][][] scores(Map<String, double[]> tensors, LayerInput input, LayerLoss.Head head) {
    ReferencePass pass = new ReferencePass(config, tensors, input, false);
    return pass.read(pass.scores(head), pass.tape::value);
  }

  public double loss(Map<String, double[]> tensors, LayerInput input, LayerLoss loss) {
    ReferencePass pass = new ReferencePass(config, tensors, input, false);
    return pass.tape.value(pass.loss(loss));
  }

  public Gradients gradients(Map<String, double[]> tensors, LayerInput input, LayerLoss loss) {
    ReferencePass pass = new ReferencePass(config, tensors, input, true);
    int node = pass.loss(loss);
    double[] gradient = pass.tape.gradient(node);
    Map<String, double[]> byTensor = new LinkedHashMap<>();
    pass.tensors.forEach(
        (name, nodes) ->
            byTensor.put(name, Arrays.stream(nodes).mapToDouble(i -> gradient[i]).toArray()));
    return new Gradients(
        pass.tape.value(node),
        byTensor,
        pass.read(pass.x, i -> gradient[i]),
        pass.read(pass.h0, i -> gradient[i]));
  }
}
