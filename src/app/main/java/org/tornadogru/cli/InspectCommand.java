package org.tornadogru.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.series.SeriesFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows what is in a model's file: its configuration, its tensors as PyTorch names them, and its metadata.")
final class InspectCommand implements Runnable {

  private static final int LONGEST_VALUE = 200;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description =
          "A .safetensors, .onnx, .keras, .h5 or .weights.h5 file, or what train wrote with --out.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Spec private CommandSpec spec;

  /** How a tensor's values are spread. */
  private record Spread(float least, float most, double mean, double norm) {

    static Spread of(Tensor tensor) {
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      double sum = 0;
      double squares = 0;
      for (int place = 0; place < tensor.size(); place++) {
        float value = tensor.at(place);
        least = Math.min(least, value);
        most = Math.max(most, value);
        sum += value;
        squares += (double) value * value;
      }
      return new Spread(least, most, sum / tensor.size(), Math.sqrt(squares));
    }
  }

  @Override
  public void run() {
    Path path = ModelFormat.file(file);
    ModelFormat format = ModelFormat.of(path);
    GruModel model = reading.read(path);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(format, model));
    } else {
      print(out, format, model);
    }
  }

  private static Map<String, Object> configuration(GruModel model) {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (GruProperty<?> property : GruProperty.ALL) {
      Object value = property.of(model.config());
      boolean number = value instanceof Number || value instanceof Boolean;
      if (!(value instanceof Float limit && limit.isInfinite())) {
        shown.put(
            hyphenated(property.name()),
            number ? value : hyphenated(property.text(model.config())));
      }
    }
    shown.put("outputs", model.weights().outputs());
    Usage usage = model.usage();
    shown.put("output-steps", hyphenated(GruProperty.word(usage.steps())));
    shown.put("output-activation", hyphenated(GruProperty.word(usage.activation())));
    usage.padding().ifPresent(mark -> shown.put("padding", mark));
    usage.initialState().ifPresent(state -> shown.put("initial-state", state.shape().toString()));
    return shown;
  }

  private static String hyphenated(String words) {
    return words.replace('_', '-');
  }

  private static void print(PrintWriter out, ModelFormat format, GruModel model) {
    out.println("%s: %s".formatted(format.ending(), format.description()));
    if (SeriesFile.isSeries(model)) {
      out.println("a model of a table: " + SeriesFile.config(model).task().words());
    }
    out.println();
    List<List<String>> properties = new ArrayList<>();
    configuration(model)
        .forEach((name, value) -> properties.add(List.of(name, String.valueOf(value))));
    Columns.print(out, properties);
    out.println();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("tensor", "shape", "min", "max", "mean", "norm"));
    for (Tensor tensor : model.weights().tensors()) {
      Spread spread = Spread.of(tensor);
      rows.add(
          List.of(
              tensor.name(),
              tensor.shape().toString(),
              number(spread.least),
              number(spread.most),
              number(spread.mean),
              number(spread.norm)));
    }
    Columns.print(out, rows);
    out.println();
    out.println(String.format(Locale.ROOT, "%,d parameters", model.weights().count()));
    if (!model.text().isEmpty()) {
      out.println();
      List<List<String>> metadata = new ArrayList<>();
      model.text().forEach((name, value) -> metadata.add(List.of(visible(name), visible(value))));
      Columns.print(out, metadata);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /** Text from a file does not get to move the cursor. */
  private static String visible(String text) {
    String start = text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "…" : text;
    return start
        .chars()
        .mapToObj(c -> Character.isISOControl(c) ? "?" : Character.toString(c))
        .collect(Collectors.joining());
  }

  private static String json(ModelFormat format, GruModel model) {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode().put("format", format.ending().substring(1));
    root.set("configuration", mapper.valueToTree(configuration(model)));
    ArrayNode tensors = root.putArray("tensors");
    for (Tensor tensor : model.weights().tensors()) {
      Spread spread = Spread.of(tensor);
      ObjectNode node = tensors.addObject().put("name", tensor.name());
      tensor.shape().forEach(node.putArray("shape")::add);
      node.put("min", spread.least)
          .put("max", spread.most)
          .put("mean", spread.mean)
          .put("norm", spread.norm);
    }
    root.put("parameters", model.weights().count());
    root.set("metadata", mapper.valueToTree(model.text()));
    try {
      return mapper.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON cannot be printed", e);
    }
  }
}
