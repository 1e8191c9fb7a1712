package org.tornadogru.graph;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one thread at a time into an object that holds a device's memory, and nobody into what it
 * computes once it is closed. A second thread is refused rather than kept waiting: it would find
 * another state than it has left.
 */
public final class Access {

  private final String what;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  /**
   * Access to an open object.
   *
   * @param what it is, for messages
   */
  public Access(String what) {
    this.what = what;
  }

  /**
   * Does something with the open object.
   *
   * @throws IllegalStateException if it is closed, or in use
   */
  public <R> R open(Supplier<R> action) {
    return any(
        () -> {
          if (closed) {
            throw new IllegalStateException("this %s is closed: make a new one".formatted(what));
          }
          return action.get();
        });
  }

  /** The same without a result. */
  public void open(Runnable action) {
    open(
        () -> {
          action.run();
          return null;
        });
  }

  /**
   * Reads what the object keeps when it is closed, too.
   *
   * @throws IllegalStateException if it is in use
   */
  public <R> R any(Supplier<R> action) {
    requireNotWithin();
    if (!lock.tryLock()) {
      throw new IllegalStateException(
          "another thread is using this %s: give each thread its own".formatted(what));
    }
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes it, after what another thread is doing with it; the second time without effect.
   *
   * @throws IllegalStateException if this thread is doing something with it
   */
  public void close(Runnable action) {
    requireNotWithin();
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        action.run();
      }
    } finally {
      lock.unlock();
    }
  }

  private void requireNotWithin() {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "this %s is at work: wait until the call that is under way returns".formatted(what));
    }
  }
}
