package org.tornadogru.bench;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.rnn_direction;
import org.bytedeco.dnnl.lbr_gru_backward;
import org.bytedeco.dnnl.lbr_gru_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A GRU layer in oneDNN, which chooses how its weights are packed.
 *
 * <pre>
 *   PyTorch's weights, gates r, z, n            oneDNN's, gates z, r, n
 *   bias_ih, bias_hh  [3H] each                 z, r: the sum of both; n: bias_ih; then bias_hh of n
 * </pre>
 *
 * The weights are packed when a layer is loaded, and before each backward pass, since an update
 * lies between two of them.
 */
final class OneDnnLayer implements Model {

  private static final int Z = 0;
  private static final int R = 1;
  private static final int N = 2;
  private static final int HIDDEN_N = 3;

  /** PyTorch's gate for each of oneDNN's. */
  private static final int[] PYTORCH = {1, 0, 2};

  private final int hidden;
  private final int inputSize;
  private final PointerScope scope = new PointerScope();
  private final engine cpu;
  private final stream queue;
  private final SequenceShape shape;
  private final List<Runnable> packing = new ArrayList<>();
  private final primitive forward;
  private final IntMemoryMap forwardArguments = new IntMemoryMap();
  private final primitive backward;
  private final IntMemoryMap backwardArguments = new IntMemoryMap();
  private final memory inputs;
  private final memory outputs;
  private final memory outputGradients;
  private final List<memory> parameterGradients;
  private final memory inputGradients;
  private Sequences loaded;

  /** Loads a layer, and packs its weights. */
  OneDnnLayer(Weights weights, SequenceShape shape, boolean differentiated) {
    GruConfig config = weights.config();
    hidden = config.hiddenSize();
    inputSize = config.inputSize();
    this.shape = shape;
    cpu = new engine(engine.kind.cpu, 0);
    queue = new stream(cpu);
    memory.desc noState = new memory.desc();
    memory.desc x = dense(format_tag.tnc, shape.steps(), shape.batch(), inputSize);
    memory.desc y = dense(format_tag.tnc, shape.steps(), shape.batch(), hidden);
    memory.desc inputWeights = dense(format_tag.any, 1, 1, inputSize, 3, hidden);
    memory.desc recurrentWeights = dense(format_tag.any, 1, 1, hidden, 3, hidden);
    memory.desc bias = dense(format_tag.ldgo, 1, 1, 4, hidden);
    lbr_gru_forward.primitive_desc description =
        new lbr_gru_forward.primitive_desc(
            cpu,
            differentiated ? prop_kind.forward_training : prop_kind.forward_inference,
            rnn_direction.unidirectional_left2right,
            x,
            noState,
            inputWeights,
            recurrentWeights,
            bias,
            y,
            noState);
    inputs = new memory(x, cpu);
    outputs = new memory(y, cpu);
    memory biases = new memory(bias, cpu);
    new FloatPointer(biases.get_data_handle()).put(biases(weights));
    memory userInputWeights = userWeights(weights.tensors().get(0), inputSize);
    memory userRecurrentWeights = userWeights(weights.tensors().get(1), hidden);
    forwardArguments.put(DNNL_ARG_SRC_LAYER, inputs);
    forwardArguments.put(
        DNNL_ARG_WEIGHTS_LAYER, packed(userInputWeights, description.weights_layer_desc()));
    forwardArguments.put(
        DNNL_ARG_WEIGHTS_ITER, packed(userRecurrentWeights, description.weights_iter_desc()));
    forwardArguments.put(DNNL_ARG_BIAS, biases);
    forwardArguments.put(DNNL_ARG_DST_LAYER, outputs);
    forward = new lbr_gru_forward(description);
    if (!differentiated) {
      backward = null;
      outputGradients = null;
      parameterGradients = List.of();
      inputGradients = null;
      pack();
      return;
    }
    memory workspace = new memory(description.workspace_desc(), cpu);
    forwardArguments.put(DNNL_ARG_WORKSPACE, workspace);
    lbr_gru_backward.primitive_desc backwards =
        new lbr_gru_backward.primitive_desc(
            cpu,
            prop_kind.backward,
            rnn_direction.unidirectional_left2right,
            x,
            noState,
            inputWeights,
            recurrentWeights,
            bias,
            y,
            noState,
            x,
            noState,
            inputWeights,
            recurrentWeights,
            bias,
            y,
            noState,
            description);
    backward = new lbr_gru_backward(backwards);
    outputGradients = new memory(y, cpu);
    inputGradients = new memory(x, cpu);
    parameterGradients =
        List.of(
            new memory(backwards.diff_weights_layer_desc(), cpu),
            new memory(backwards.diff_weights_iter_desc(), cpu),
            new memory(bias, cpu));
    backwardArguments.put(DNNL_ARG_SRC_LAYER, inputs);
    backwardArguments.put(
        DNNL_ARG_WEIGHTS_LAYER, packed(userInputWeights, backwards.weights_layer_desc()));
    backwardArguments.put(
        DNNL_ARG_WEIGHTS_ITER, packed(userRecurrentWeights, backwards.weights_iter_desc()));
    backwardArguments.put(DNNL_ARG_BIAS, biases);
    backwardArguments.put(DNNL_ARG_DST_LAYER, outputs);
    backwardArguments.put(DNNL_ARG_WORKSPACE, workspace);
    backwardArguments.put(DNNL_ARG_DIFF_DST_LAYER, outputGradients);
    backwardArguments.put(DNNL_ARG_DIFF_SRC_LAYER, inputGradients);
    backwardArguments.put(DNNL_ARG_DIFF_WEIGHTS_LAYER, parameterGradients.get(0));
    backwardArguments.put(DNNL_ARG_DIFF_WEIGHTS_ITER, parameterGradients.get(1));
    backwardArguments.put(DNNL_ARG_DIFF_BIAS, parameterGradients.get(2));
    pack();
  }

  private static memory.desc dense(format_tag order, long... sizes) {
    return new memory.desc(sizes, data_type.f32, order);
  }

  /** [gate][out][in] with oneDNN's gates. */
  private memory userWeights(Tensor tensor, int size) {
    memory user = new memory(dense(format_tag.ldgoi, 1, 1, size, 3, hidden), cpu);
    float[] values = tensor.values();
    float[] own = new float[values.length];
    for (int gate = 0; gate < 3; gate++) {
      System.arraycopy(
          values, PYTORCH[gate] * hidden * size, own, gate * hidden * size, hidden * size);
    }
    new FloatPointer(user.get_data_handle()).put(own);
    return user;
  }

  private float[] biases(Weights weights) {
    float[] input = weights.tensors().get(2).values();
    float[] recurrent = weights.tensors().get(3).values();
    float[] own = new float[4 * hidden];
    for (int unit = 0; unit < hidden; unit++) {
      int r = unit;
      int z = hidden + unit;
      int n = 2 * hidden + unit;
      own[Z * hidden + unit] = input[z] + recurrent[z];
      own[R * hidden + unit] = input[r] + recurrent[r];
      own[N * hidden + unit] = input[n];
      own[HIDDEN_N * hidden + unit] = recurrent[n];
    }
    return own;
  }

  /** Memory in a primitive's own layout, into which {@link #pack} brings the weights. */
  private memory packed(memory user, memory.desc layout) {
    memory packed = new memory(layout, cpu);
    primitive reorder = new reorder(user, packed);
    IntMemoryMap arguments = new IntMemoryMap();
    arguments.put(DNNL_ARG_FROM, user);
    arguments.put(DNNL_ARG_TO, packed);
    packing.add(() -> reorder.execute(queue, arguments));
    return packed;
  }

  private void pack() {
    packing.forEach(Runnable::run);
    queue._wait();
  }

  private void load(Sequences sequences) {
    if (!sequences.equals(loaded)) {
      new FloatPointer(inputs.get_data_handle()).put(sequences.vectors().orElseThrow().values());
      loaded = sequences;
    }
  }

  @Override
  public void forward(Sequences sequences) {
    load(sequences);
    forward.execute(queue, forwardArguments);
    queue._wait();
  }

  @Override
  public float[] outputs() {
    return floats(outputs, shape.positions() * hidden);
  }

  @Override
  public void differentiate(Sequences sequences, Tensor gradients) {
    if (loaded == null) {
      new FloatPointer(outputGradients.get_data_handle()).put(gradients.values());
    }
    load(sequences);
    for (memory gradient : parameterGradients) { // oneDNN adds to what is there
      Pointer.memset(gradient.get_data_handle(), 0, gradient.get_desc().get_size());
    }
    pack();
    forward.execute(queue, forwardArguments);
    backward.execute(queue, backwardArguments);
    queue._wait();
  }

  @Override
  public List<Tensor> gradients() {
    return List.of(
        weightGradient("weight_ih_l0", parameterGradients.get(0), inputSize),
        weightGradient("weight_hh_l0", parameterGradients.get(1), hidden),
        biasGradient("bias_ih_l0", N),
        biasGradient("bias_hh_l0", HIDDEN_N),
        new Tensor(
            "inputs",
            List.of(shape.steps(), shape.batch(), inputSize),
            floats(inputGradients, shape.positions() * inputSize)));
  }

  private Tensor weightGradient(String name, memory gradient, int size) {
    memory user = new memory(dense(format_tag.ldgoi, 1, 1, size, 3, hidden), cpu);
    new reorder(gradient, user).execute(queue, gradient, user);
    queue._wait();
    float[] own = floats(user, 3 * hidden * size);
    float[] values = new float[own.length];
    for (int gate = 0; gate < 3; gate++) {
      System.arraycopy(
          own, gate * hidden * size, values, PYTORCH[gate] * hidden * size, hidden * size);
    }
    return new Tensor(name, List.of(3 * hidden, size), values);
  }

  /**
   * @param candidate oneDNN's bias in the place of PyTorch's n
   */
  private Tensor biasGradient(String name, int candidate) {
    float[] own = floats(parameterGradients.get(2), 4 * hidden);
    float[] values = new float[3 * hidden];
    int place = 0;
    for (int gate : new int[] {R, Z, candidate}) {
      System.arraycopy(own, gate * hidden, values, place, hidden);
      place += hidden;
    }
    return new Tensor(name, List.of(3 * hidden), values);
  }

  private static float[] floats(memory from, int count) {
    float[] values = new float[count];
    new FloatPointer(from.get_data_handle()).get(values);
    return values;
  }

  @Override
  public void close() {
    scope.close();
  }
}
