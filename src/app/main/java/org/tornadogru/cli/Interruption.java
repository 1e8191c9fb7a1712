package org.tornadogru.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run end well that is told to end, by Ctrl-C or by the system: it finishes its batch and
 * keeps what it has learned; then the process ends as such processes do, with 130 or 143.
 */
final class Interruption implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  /** Stops what has a batch to finish; null before training. */
  private volatile Runnable stop;

  Interruption() {
    hook =
        new Thread(
            () -> {
              Runnable training = stop;
              if (training != null) {
                training.run();
                awaitEnd();
              }
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * From now on there is a batch to finish.
   *
   * @param training ends it, from another thread
   */
  void stops(Runnable training) {
    stop = training;
  }

  private void awaitEnd() {
    try {
      boolean inTime = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!inTime) {
        System.err.println(
            "tornado-gru: the batch takes too long: what it would have learned is lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is ending already: that is what the hook was for.
    }
  }
}
