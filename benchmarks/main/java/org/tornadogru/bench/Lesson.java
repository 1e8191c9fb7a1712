package org.tornadogru.bench;

import java.util.Map;
import org.tornadogru.Batch;
import org.tornadogru.cli.RunSettings;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Schedule;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.TokenStreams;
import org.tornadogru.text.Vocabulary;

/**
 * A text, and how it is learned: what {@code train --preset char-rnn} does with it. All libraries
 * begin at the same weights, and have the same batches and rates.
 *
 * @param streams the text in its batches
 * @param symbols of its vocabulary
 */
public record Lesson(TokenStreams streams, int symbols, RunSettings settings) {

  /**
   * A lesson.
   *
   * @param words options of {@code train} that differ from the preset: {@code --dropout 0}
   */
  public static Lesson of(Corpus corpus, Map<String, String> words) {
    RunSettings settings = RunSettings.CHAR_RNN.with(words);
    Vocabulary vocabulary = Vocabulary.ofCharacters(corpus.text());
    return new Lesson(
        TokenStreams.of(vocabulary.encode(corpus.text()), settings.batch(), settings.steps()),
        vocabulary.size(),
        settings);
  }

  public GruConfig config() {
    return settings.model(symbols);
  }

  /** Where training begins. */
  public Weights weights() {
    return Weights.initial(config(), symbols, settings.init(), settings.seed());
  }

  public Optimization optimization() {
    return settings.optimization();
  }

  /** What draws dropout's masks. */
  public long seed() {
    return settings.seed();
  }

  /** η of an update, counted from 0. */
  public double rate(long update) {
    Schedule schedule = settings.training(streams.training().count(), 0).schedule();
    return schedule.factor(update) * settings.learningRate();
  }

  /** How many characters a batch predicts. */
  static int targets(Batch batch) {
    return Labels.nextOf(batch.sequences()).count();
  }
}
