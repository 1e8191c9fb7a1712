package org.tornadogru.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.study.Experiment;
import org.tornadogru.study.SweepRun;
import org.tornadogru.study.TextRun;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingResult;

/**
 * Learns a text with one configuration of a sweep, wherever that is: it goes to other processes,
 * and so do configurations and what comes of them, as JSON.
 *
 * @param name of the text
 * @param text to learn
 * @param options of {@code train} that all have
 * @param device as {@link Device#of} takes it; null for the fastest, or what a task is given
 * @param kernels for it
 */
public record SweepTask(
    String name, String text, Map<String, String> options, String device, KernelChoice kernels)
    implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NANOS = 1e9;

  public SweepTask {
    options = new LinkedHashMap<>(options);
  }

  /**
   * Learns.
   *
   * @param experiment as {@link #json} writes it
   * @return a {@link SweepRun} as JSON
   */
  public String run(String experiment, Device on) {
    return json(
        run(parsed(experiment, Experiment.class), on, learner -> TrainingProgress.silent()));
  }

  SweepRun run(Experiment experiment, Device on, Function<TextLearner, TrainingProgress> shown) {
    try {
      TextLearner learner = learner(experiment, on);
      try (TrainingProgress progress = shown.apply(learner)) {
        return new SweepRun(experiment, learned(experiment, learner, progress), null);
      }
    } catch (InvalidInputException e) {
      return new SweepRun(experiment, null, e.getMessage());
    }
  }

  private TextRun learned(Experiment experiment, TextLearner learner, TrainingListener listener) {
    long start = System.nanoTime();
    TrainingResult result = learner.train(listener);
    double seconds = (System.nanoTime() - start) / NANOS;
    String beginning = TextLearner.beginning(learner.vocabulary(), corpus());
    return new TextRun(
        experiment,
        result.epochs(),
        result.weights().count(),
        seconds,
        learner.sample(result.weights(), beginning),
        List.of());
  }

  /**
   * What an experiment takes.
   *
   * @throws InvalidInputException if it makes no sense
   */
  TextLearner learner(Experiment experiment, Device on) {
    experiment
        .options()
        .keySet()
        .forEach(
            option -> {
              if (!options.containsKey(option) || option.equals("--preset")) {
                throw new InvalidInputException(
                    "--grid takes options of train that say how a text is learned, and %s is none: learning-rate and hidden are"
                        .formatted(option.substring(2)));
              }
            });
    RunSettings settings = RunSettings.of(options).with(experiment.options());
    Vocabulary vocabulary = TextOptions.vocabulary(settings.vocabulary(), corpus());
    int[] tokens = TextOptions.encoded(vocabulary, corpus());
    return TextLearner.of(settings, vocabulary, tokens, on.withKernels(kernels));
  }

  private Corpus corpus() {
    return new Corpus(name, text);
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static <T> T parsed(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
