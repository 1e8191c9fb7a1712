package org.tornadogru.formats;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * ONNX models: GRU nodes, one behind the other, with their usual surroundings.
 *
 * <p>Read are the operators GRU; Gather, OneHot and MatMul in front, for tokens; Squeeze,
 * Unsqueeze, Transpose, Reshape, Concat, Split, Slice, Gather, Identity, Cast, Dropout, Add, Mul
 * between the layers; and MatMul or Gemm, Add, Softmax, LogSoftmax, Sigmoid, ArgMax behind. What
 * they do to the data must come to what {@link GruConfig} describes. An embedding becomes part of
 * the input weights, see {@link EmbeddingTable}. Initial states and lengths may be inputs; they are
 * no part of the model. Our own metadata tell what a graph does not say, such as dropout; where the
 * two contradict each other, the graph counts.
 *
 * @param lengths whether models that are written have an input for the lengths of sequences
 * @see OnnxWriter for the graph that is written
 */
record OnnxCodec(boolean lengths) implements ModelCodec {

  /** Whether the last step, or the state behind it, is all that a model gives out. */
  private static final String HEAD = "head";

  private static final String LAST = "last step";

  @Override
  public GruModel read(MemorySegment bytes) {
    ModelProto model = proto(bytes);
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new InvalidInputException("it has no graph: not an ONNX model");
    }
    OnnxValue.Signal signal = new OnnxGraphReader(bytes.byteSize()).read(model.getGraph());
    LayerStack layers = new LayerStack(signal.layers());
    Map<String, String> metadata = new LinkedHashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    GruConfig graph = config(signal, layers);
    GruConfig config = ConfigText.isIn(metadata) ? refined(graph, metadata, layers) : graph;
    List<Tensor> tensors = new ArrayList<>(layers.tensors(config.biases()));
    if (signal.input().table() != null) {
      tensors = new ArrayList<>(signal.input().table().foldedInto(tensors));
    }
    if (signal.linear() != null) {
      tensors.addAll(signal.linear().tensors());
    }
    int outputs = signal.linear() == null ? 0 : signal.linear().outputs();
    metadata = ConfigText.withoutKeys(metadata);
    if (signal.last()) {
      metadata.put(HEAD, LAST);
    }
    return new GruModel(GruModel.weights(config, outputs, tensors), metadata);
  }

  private static ModelProto proto(MemorySegment bytes) {
    if (bytes.byteSize() > Integer.MAX_VALUE) {
      throw new InvalidInputException("it has more than 2 GB, which no ONNX file may have");
    }
    try {
      return ModelProto.parseFrom(CodedInputStream.newInstance(bytes.asByteBuffer()));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException("it is not an ONNX model, or damaged", e);
    } catch (IOException e) {
      throw new InvalidInputException("it cannot be read as an ONNX model", e);
    }
  }

  private static GruConfig config(OnnxValue.Signal signal, LayerStack layers) {
    GruConfig config = layers.config();
    int tokens = signal.input().tokens();
    if (tokens > 0) {
      config = ConfigText.ofTokens(config, tokens);
    }
    if (!signal.reversed()) {
      return config;
    }
    if (config.direction() != Direction.REVERSE || config.layers() > 1) {
      throw new InvalidInputException(
          "its outputs begin with the last step: only those of a single reverse layer may");
    }
    return config.toBuilder().keepReversed().build();
  }

  /** What the metadata say of the same computation, if it is the same. */
  private static GruConfig refined(
      GruConfig graph, Map<String, String> metadata, LayerStack layers) {
    GruConfig refined;
    try {
      refined = ConfigText.refine(graph, metadata);
    } catch (InvalidInputException e) {
      return graph;
    }
    boolean biases =
        refined.biases() == graph.biases()
            || (refined.biases() == Biases.ONE && layers.needsOneBias());
    return biases && computation(refined).equals(computation(graph)) ? refined : graph;
  }

  /** A configuration without what a graph does not say. */
  private static GruConfig computation(GruConfig config) {
    GruConfig usual = GruConfig.builder(config.inputSize(), config.hiddenSize()).build();
    GruConfig.Builder builder =
        config.toBuilder()
            .biases(usual.biases())
            .dropout(0)
            .inputDropout(0)
            .recurrentDropout(0)
            .maskedOutput(usual.maskedOutput());
    return config.direction() == Direction.BIDIRECTIONAL
        ? builder.build()
        : builder.merge(usual.merge()).build();
  }

  @Override
  public void write(GruModel model, OutputStream out) throws IOException {
    GruConfig config = model.config();
    if (config.gating() != Gating.FULL) {
      throw new InvalidInputException(
          "ONNX' GRU has both gates: a model with gating %s can only be kept as %s"
              .formatted(ConfigText.word(config.gating()), ModelFormat.SAFETENSORS.ending()));
    }
    new OnnxWriter(model, lengths).proto().writeTo(out);
  }
}
