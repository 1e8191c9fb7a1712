package org.tornadogru.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Parameter;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Vocabulary;

/** What a run is going to do, for the user to read. */
record RunDescription(TextLearner learner, Corpus corpus, Path directory) {

  void print(PrintWriter out) {
    RunSettings settings = learner.settings();
    Vocabulary vocabulary = learner.vocabulary();
    Device device = learner.device();
    out.println(
        String.format(
            Locale.ROOT,
            "text        %s, %,d characters; %s vocabulary, %d symbols; %s",
            corpus.name(),
            corpus.text().length(),
            Word.of(vocabulary.kind()),
            vocabulary.size(),
            learner.data().parts()));
    GruConfig gru = learner.config();
    out.println(
        String.format(
            Locale.ROOT,
            "model       GRU, %s%d hidden units%s, reset %s the product%s; %,d weights, %s",
            gru.layers() == 1 ? "" : "%d layers of ".formatted(gru.layers()),
            gru.hiddenSize(),
            embedding(gru),
            Word.of(gru.reset()),
            gru.gating() == Gating.FULL ? "" : ", gates " + Word.of(gru.gating()),
            Parameter.count(gru, gru.inputSize()),
            Word.of(settings.init())));
    out.println(
        String.format(
            Locale.ROOT,
            "training    %d epochs, batches of %,d × %d characters; %s, learning rate %s, clip %s%s; seed %d",
            settings.epochs(),
            settings.batch(),
            settings.steps(),
            Word.of(settings.optimizer()).toUpperCase(Locale.ROOT),
            number(settings.learningRate()),
            number(settings.clip()),
            extras(settings),
            settings.seed()));
    out.printf("device      %s: %s%n", device.id(), device.description());
    out.printf("kernels     %s; --kernels chooses others%n", Word.of(device.kernels()));
    out.printf("output      %s%n", directory);
    out.flush();
  }

  private static String embedding(GruConfig gru) {
    return gru.hasEmbedding()
        ? ", %sembedding of %d".formatted(gru.tied() ? "tied " : "", gru.embeddingSize())
        : "";
  }

  private static String extras(RunSettings settings) {
    StringBuilder extras = new StringBuilder();
    if (settings.schedule() != RunSettings.ScheduleKind.CONSTANT) {
      extras.append(", ").append(Word.of(settings.schedule()));
    }
    if (settings.dropout() > 0) {
      extras.append(", dropout ").append(number(settings.dropout()));
    }
    if (settings.accumulate() > 1) {
      extras.append(", %d batches per update".formatted(settings.accumulate()));
    }
    if (settings.ema() > 0) {
      extras.append(", average ").append(number(settings.ema()));
    }
    return extras.toString();
  }

  private static String number(float value) {
    return value == (int) value ? Integer.toString((int) value) : Float.toString(value);
  }
}
