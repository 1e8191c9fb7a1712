package org.tornadogru.cli;

import java.util.Locale;
import java.util.function.IntFunction;
import org.tornadogru.Batches;
import org.tornadogru.text.TokenStreams;
import org.tornadogru.text.TokenWindows;

/**
 * A text as a run takes it.
 *
 * @param training the batches of an epoch, counted from 1
 * @param batches per epoch
 * @param isStream whether a batch goes on where the one before ended
 * @param parts what trains and what validates, in words
 */
record TrainingText(
    IntFunction<Batches> training,
    Batches validation,
    int batches,
    boolean isStream,
    String parts) {

  static TrainingText of(int[] tokens, RunSettings settings) {
    return switch (settings.windows()) {
      case STREAMS -> streams(TokenStreams.of(tokens, settings.batch(), settings.steps()));
      case D2L -> windows(TokenWindows.d2l(tokens, settings.steps()), settings);
      case ALL -> windows(TokenWindows.all(tokens, settings.steps()), settings);
    };
  }

  private static TrainingText streams(TokenStreams streams) {
    return new TrainingText(
        epoch -> streams.training(),
        streams.validation(),
        streams.training().count(),
        true,
        String.format(
            Locale.ROOT,
            "streams: all used, %,d train, %,d validate",
            streams.trainTokens(),
            streams.validationTokens()));
  }

  private static TrainingText windows(TokenWindows windows, RunSettings settings) {
    int rows = windows.rows(settings.batch());
    return new TrainingText(
        epoch -> windows.training(rows, settings.seed(), epoch),
        windows.validation(rows),
        Math.ceilDiv(windows.trainCount(), rows),
        false,
        String.format(
            Locale.ROOT,
            "%s windows: %,d train, %,d validate",
            Word.of(settings.windows()),
            windows.trainCount(),
            windows.validationCount()));
  }
}
