package org.tornadogru.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tornadogru.ModelState;
import org.tornadogru.file.Reason;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Plateau;
import org.tornadogru.train.TrainingState;

/**
 * Where a training goes on from, as one safetensors file:
 *
 * <pre>
 *   weights.*  averages.*  memory0.*  memory1.* …  best.*     PyTorch's names behind the point
 *   carried                                                  [L·D][N][H]
 *   metadata                                                 numbers, and the settings of the run
 * </pre>
 *
 * @param state between two updates
 * @param settings that the result depends on, by their names
 */
public record Checkpoint(TrainingState state, Map<String, String> settings) {

  private static final String WEIGHTS = "weights.";
  private static final String AVERAGES = "averages.";
  private static final String MEMORY = "memory";
  private static final String BEST = "best.";

  /** Adam has two. */
  private static final int MOST_MEMORY = 4;

  private static final String CARRIED = "carried";
  private static final String SETTING = "setting.";

  public Checkpoint {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * Writes the file, and its directory if there is none, whole or not at all.
   *
   * @throws InvalidInputException if it cannot be written
   */
  public void write(Path file) {
    ModelState model = state.model();
    List<Tensor> tensors = new ArrayList<>(prefixed(WEIGHTS, model.weights()));
    model.averages().ifPresent(averages -> tensors.addAll(prefixed(AVERAGES, averages)));
    for (int number = 0; number < model.memory().size(); number++) {
      tensors.addAll(prefixed(MEMORY + number + ".", model.memory().get(number)));
    }
    state.best().ifPresent(best -> tensors.addAll(prefixed(BEST, best)));
    model.carried().ifPresent(carried -> tensors.add(carried.named(CARRIED)));
    try {
      new Safetensors(metadata(), tensors).write(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a directory that can be written"
              .formatted(file, Reason.of(e)),
          e);
    }
  }

  private static List<Tensor> prefixed(String prefix, Weights weights) {
    return weights.tensors().stream().map(each -> each.named(prefix + each.name())).toList();
  }

  private Map<String, String> metadata() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("epoch", Integer.toString(state.epoch()));
    text.put("batch", Integer.toString(state.batch()));
    text.put("updates", Long.toString(state.model().updates()));
    text.put("draws", Integer.toString(state.model().draws()));
    text.put("seed", Long.toString(state.model().seed()));
    text.put("loss_sum", Double.toString(state.lossSum()));
    text.put("weights", Double.toString(state.weights()));
    text.put("labels", Long.toString(state.labels()));
    text.put("seconds", Double.toString(state.seconds()));
    text.put("plateau_scale", Double.toString(state.plateau().scale()));
    text.put("plateau_best", Double.toString(state.plateau().best()));
    text.put("plateau_waited", Integer.toString(state.plateau().waited()));
    text.put("best_loss", Double.toString(state.bestLoss()));
    text.put("waited", Integer.toString(state.waited()));
    settings.forEach((name, value) -> text.put(SETTING + name, value));
    return text;
  }

  /**
   * Reads a file.
   *
   * @param config of the model
   * @param outputs of its linear layer
   * @throws InvalidInputException if there is none, it is damaged, or of another model
   */
  public static Checkpoint read(Path file, GruConfig config, int outputs) {
    return OpenFile.read(file, bytes -> parse(bytes, config, outputs));
  }

  /** Reads the bytes of a file. */
  static Checkpoint parse(FileBytes bytes, GruConfig config, int outputs) {
    return new Reader(Safetensors.parse(bytes), config, outputs).checkpoint();
  }

  /** The settings of the run that a file is from. */
  public static Map<String, String> settings(Path file) {
    return settings(Safetensors.read(file).metadata());
  }

  private static Map<String, String> settings(Map<String, String> metadata) {
    Map<String, String> settings = new LinkedHashMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(SETTING)) {
            settings.put(name.substring(SETTING.length()), value);
          }
        });
    return settings;
  }

  private record Reader(Safetensors content, GruConfig config, int outputs) {

    Checkpoint checkpoint() {
      List<Weights> memory = new ArrayList<>();
      for (Optional<Weights> next = weights(MEMORY + "0.");
          next.isPresent() && memory.size() < MOST_MEMORY;
          next = weights(MEMORY + memory.size() + ".")) {
        memory.add(next.get());
      }
      ModelState model =
          new ModelState(
              weights(WEIGHTS)
                  .orElseThrow(() -> new InvalidInputException("it has no weights: no checkpoint")),
              weights(AVERAGES),
              memory,
              number("updates", Long::valueOf),
              number("draws", Integer::valueOf),
              number("seed", Long::valueOf),
              content.tensors().stream().filter(each -> each.name().equals(CARRIED)).findFirst());
      Plateau.State plateau =
          new Plateau.State(
              number("plateau_scale", Double::valueOf),
              number("plateau_best", Double::valueOf),
              number("plateau_waited", Integer::valueOf));
      TrainingState state =
          new TrainingState(
              model,
              number("epoch", Integer::valueOf),
              number("batch", Integer::valueOf),
              number("loss_sum", Double::valueOf),
              number("weights", Double::valueOf),
              number("labels", Long::valueOf),
              number("seconds", Double::valueOf),
              plateau,
              weights(BEST),
              number("best_loss", Double::valueOf),
              number("waited", Integer::valueOf));
      return new Checkpoint(state, settings(content.metadata()));
    }

    private Optional<Weights> weights(String prefix) {
      List<Tensor> tensors =
          named(prefix).map(each -> each.named(each.name().substring(prefix.length()))).toList();
      return tensors.isEmpty()
          ? Optional.empty()
          : Optional.of(Weights.of(config, outputs, tensors));
    }

    private Stream<Tensor> named(String prefix) {
      return content.tensors().stream().filter(each -> each.name().startsWith(prefix));
    }

    private <N> N number(String name, Function<String, N> parser) {
      String text = content.metadata().get(name);
      if (text == null) {
        throw new InvalidInputException("it lacks %s: no checkpoint".formatted(name));
      }
      try {
        return parser.apply(text);
      } catch (NumberFormatException e) {
        throw new InvalidInputException("its %s is not a number".formatted(name), e);
      }
    }
  }
}
