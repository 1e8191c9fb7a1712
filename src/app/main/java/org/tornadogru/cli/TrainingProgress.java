package org.tornadogru.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.BatchMetrics;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingState;
import org.tornadogru.train.Validation;

/** Shows how far a training is: a bar on a terminal, else some lines. */
abstract class TrainingProgress implements TrainingListener, AutoCloseable {

  /**
   * The kind that fits standard error.
   *
   * @param err where lines go
   * @param before what was done already; null for nothing
   */
  static TrainingProgress of(PrintWriter err, int epochs, int batches, TrainingState before) {
    long done = before == null ? 0 : (before.epoch() - 1L) * batches + before.batch();
    return errorStreamIsTerminal() ? new Bar(epochs, batches, done) : new Lines(err, epochs);
  }

  /** A bar on a terminal, and otherwise nothing: for one of many trainings. */
  static TrainingProgress bar(int epochs, int batches) {
    return errorStreamIsTerminal() ? new Bar(epochs, batches, 0) : silent();
  }

  /** The same for a text. */
  static TrainingProgress bar(TextLearner learner) {
    return bar(learner.settings().epochs(), learner.data().batches());
  }

  /** Nothing. */
  static TrainingProgress silent() {
    return new Silence();
  }

  @Override
  public abstract void close();

  /** Java knows of standard input and output only, and a bar must not fill a log file. */
  private static boolean errorStreamIsTerminal() {
    try {
      Process test =
          new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return test.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static final class Bar extends TrainingProgress {

    private static final int REFRESH_MILLIS = 200;
    private static final int COLUMNS = 79;

    private final int epochs;
    private final ProgressBar bar;
    private String validation = "";

    Bar(int epochs, int batches, long done) {
      this.epochs = epochs;
      PrintStream err = System.err;
      boolean unicode = err.charset().equals(StandardCharsets.UTF_8);
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setMaxRenderedLength(COLUMNS)
              .hideEta()
              .setInitialMax((long) epochs * batches)
              .setStyle(unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(REFRESH_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(err))
              .build();
      bar.stepTo(done);
    }

    @Override
    public void batchDone(BatchMetrics batch) {
      bar.step();
      bar.setExtraMessage(
          String.format(
              Locale.ROOT, " %d/%d loss %.3f%s", batch.epoch(), epochs, batch.loss(), validation));
    }

    @Override
    public void validated(Validation measured) {
      validation = String.format(Locale.ROOT, " val %.3f", measured.loss());
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Silence extends TrainingProgress {
    @Override
    public void close() {}
  }

  private static final class Lines extends TrainingProgress {

    private static final int MOST_LINES = 10;

    private final PrintWriter err;
    private final int epochs;
    private final int interval;
    private boolean inEpoch;

    Lines(PrintWriter err, int epochs) {
      this.err = err;
      this.epochs = epochs;
      interval = Math.ceilDiv(epochs, MOST_LINES);
    }

    @Override
    public void batchDone(BatchMetrics batch) {
      inEpoch = batch.batch() < batch.batches();
    }

    @Override
    public void validated(Validation validation) {
      if (inEpoch) {
        err.println(
            String.format(
                Locale.ROOT,
                "epoch %d/%d  update %,d  validation %.2f",
                validation.epoch(),
                epochs,
                validation.update(),
                Math.exp(validation.loss())));
      }
    }

    @Override
    public void epochDone(EpochMetrics epoch, Weights weights) {
      int number = epoch.epoch();
      if (number == 1 || number % interval == 0 || number == epochs) {
        err.println(
            String.format(
                Locale.ROOT,
                "epoch %d/%d  loss %.3f  perplexity %.2f  validation %.2f  %,.0f characters/s",
                number,
                epochs,
                epoch.trainLoss(),
                epoch.trainPerplexity(),
                epoch.validationPerplexity(),
                epoch.targetsPerSecond()));
      }
    }

    @Override
    public void close() {}
  }
}
