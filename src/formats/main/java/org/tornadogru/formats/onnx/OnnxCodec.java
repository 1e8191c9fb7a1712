package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.LayerStack;
import org.tornadogru.formats.codec.Metadata;
import org.tornadogru.formats.codec.ModelCodec;
import org.tornadogru.formats.codec.ModelSource;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Usage;

/**
 * ONNX models: GRU nodes, one behind the other, with their usual surroundings.
 *
 * <p>Read are the operators GRU, of opset 7 and later; Gather, OneHot and MatMul in front, for
 * tokens; Squeeze, Unsqueeze, Transpose, Reshape, Concat, Split, Slice, Gather, Identity, Cast,
 * Dropout, Add, Mul between the layers; and MatMul or Gemm, Add, Softmax, LogSoftmax, Sigmoid
 * behind, the former several times with an activation between them. What they do to the data must
 * come to what {@link GruConfig} and {@link Usage} describe. Initial states and lengths may be
 * inputs of their own, which are no part of the model; an initial state that is constant and the
 * same for every sequence is one. What computes with sizes for Reshape and Expand is followed. Our
 * own metadata tell what a graph does not say, such as dropout; where the two contradict each
 * other, the graph counts.
 *
 * @param lengths whether models that are written have an input for the lengths of sequences
 * @see OnnxWriter for the graph that is written
 */
public record OnnxCodec(boolean lengths) implements ModelCodec {

  /** What is noted of training, in words. */
  private static final String DROPOUTS = "dropouts";

  /** Weights in memory: as bytes, as numbers, arranged, and transposed meanwhile. */
  static final int COPIES = 4;

  private static final int OLDEST_OPSET = 7;
  private static final int YOUNGEST_OPSET = 25;

  @Override
  public GruModel read(ModelSource source) {
    ModelProto model = proto(source.bytes());
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new InvalidInputException("it has no graph: not an ONNX model");
    }
    long opset = opset(model);
    GraphProto graph = model.getGraph();
    OnnxOutputs outputs = OnnxOutputs.of(graph, source.options().output());
    OnnxExternalData external = new OnnxExternalData(source.folder());
    graph = external.inlined(graph);
    long size = source.bytes().size() + external.size();
    OnnxGraphReader reader = new OnnxGraphReader(size, opset);
    OnnxValue.Signal signal = reader.read(graph, outputs);
    LayerStack layers = new LayerStack(signal.layers());
    Map<String, String> entries = new LinkedHashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    if (!reader.dropouts().isEmpty()) {
      entries.putIfAbsent(DROPOUTS, String.join(", ", reader.dropouts()));
    }
    boolean ours = model.getProducerName().equals(OnnxWriter.PRODUCER);
    Metadata metadata = ours ? Metadata.ofOurs(entries) : Metadata.of(entries);
    GruConfig config = refined(config(signal, layers), metadata, layers);
    Usage usage =
        new Usage(
            signal.steps(), signal.head().activation(), metadata.padding(), layers.initialState());
    return metadata.model(
        FileWeights.of(
            config,
            layers.tensors(config.biases()),
            signal.input().table(),
            signal.head().layers()),
        usage);
  }

  /** The version of the operators, which mean other things in others. */
  private static long opset(ModelProto model) {
    long opset =
        model.getOpsetImportList().stream()
            .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
            .mapToLong(OperatorSetIdProto::getVersion)
            .max()
            .orElse(0);
    if (opset < OLDEST_OPSET || opset > YOUNGEST_OPSET) {
      throw new InvalidInputException(
          "it has operators of opset %d: those of %d to %d are read"
              .formatted(opset, OLDEST_OPSET, YOUNGEST_OPSET));
    }
    return opset;
  }

  private static ModelProto proto(FileBytes file) {
    byte[] bytes = file.all(COPIES);
    try {
      OnnxBudget.check(bytes);
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.enableAliasing(true);
      return ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new InvalidInputException("it is not an ONNX model, or damaged", e);
    }
  }

  private static GruConfig config(OnnxValue.Signal signal, LayerStack layers) {
    GruConfig config = layers.config().toBuilder().dense(signal.head().layers().dense()).build();
    EmbeddingTable table = signal.input().table();
    if (table != null) {
      config = table.inFrontOf(config);
      if (signal.linear() != null && FileWeights.areTied(table, signal.linear())) {
        config = config.toBuilder().tied().build();
      }
    } else if (signal.input().tokens() > 0) {
      config = EmbeddingTable.ofOneHot(config);
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
  private static GruConfig refined(GruConfig graph, Metadata metadata, LayerStack layers) {
    GruConfig refined;
    try {
      refined = metadata.refine(graph);
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
    GruConfig.Builder builder =
        config.toBuilder()
            .usual(GruProperty.BIASES)
            .usual(GruProperty.TIED)
            .usual(GruProperty.DROPOUT)
            .usual(GruProperty.INPUT_DROPOUT)
            .usual(GruProperty.RECURRENT_DROPOUT)
            .usual(GruProperty.MASKED_OUTPUT);
    return config.direction() == Direction.BIDIRECTIONAL
        ? builder.build()
        : builder.usual(GruProperty.MERGE).build();
  }

  @Override
  public List<String> losses(GruModel model) {
    return model.usage().padding().stream()
        .mapToObj("that steps of %s do not count"::formatted)
        .toList();
  }

  @Override
  public void write(GruModel model, OutputStream out) throws IOException {
    GruConfig config = model.config();
    if (config.gating() != Gating.FULL) {
      throw new InvalidInputException(
          "ONNX' GRU has both gates: a model with gating %s can only be kept as %s"
              .formatted(GruProperty.GATING.text(config), ModelFormat.SAFETENSORS.ending()));
    }
    new OnnxWriter(model, lengths, null).proto().writeTo(out);
  }
}
