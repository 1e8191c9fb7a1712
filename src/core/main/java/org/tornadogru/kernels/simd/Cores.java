package org.tornadogru.kernels.simd;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs work on all cores: the calling thread is one of them, and daemon threads that live as long
 * as the process are the others.
 *
 * <p>Kernels take from 10 µs to 10 ms and follow one another closely, so a thread that has nothing
 * to do looks out for work for a while before it sleeps: waking it takes about as long as a small
 * kernel.
 */
final class Cores {

  /** All of this machine's. */
  static final Cores ALL = new Cores(Runtime.getRuntime().availableProcessors());

  /** How often to look before giving way to other threads: about 1 µs. */
  private static final int LOOKS = 50;

  /** How often to give way before sleeping: some 100 µs if there is no other thread. */
  private static final int YIELDS = 300;

  /** Ranges per core, so that a core that is held up leaves work to the others. */
  private static final int RANGES_PER_CORE = 8;

  /** Work on elements {@code from} to {@code to}, exclusive. */
  @FunctionalInterface
  interface Range {
    void run(int from, int to, Workspace workspace);
  }

  /** Work on rows {@code fromRow} to {@code toRow} of some columns; both ends are exclusive. */
  @FunctionalInterface
  interface Area {
    void run(int fromRow, int toRow, int fromColumn, int toColumn);
  }

  /** What each of several threads does that run side by side. */
  @FunctionalInterface
  interface Member {
    void run(int member, Meeting meeting);
  }

  /** Memory that a core keeps from one kernel to the next. */
  static final class Workspace {
    private float[] floats = {};

    /** An array of at least so many floats, with anything in it. */
    float[] floats(int size) {
      if (floats.length < size) {
        floats = new float[size];
      }
      return floats;
    }
  }

  private final Workspace own = new Workspace();
  private final Worker[] workers;
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private final AtomicInteger job = new AtomicInteger();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Meeting meeting = new Meeting();

  // Of the current job; published by a write to job.
  private Range range;
  private Member member;
  private int count;
  private int length;

  Cores(int count) {
    workers = new Worker[count - 1];
    Arrays.setAll(workers, index -> new Worker(index + 1));
    for (Worker worker : workers) {
      worker.start();
    }
  }

  /** How many there are. */
  int count() {
    return workers.length + 1;
  }

  /**
   * Cuts {@code 0 … count} into ranges, and returns when all are done.
   *
   * @param grain every range but the last is a multiple of so many elements
   */
  void split(int count, int grain, Range work) {
    int grains = Math.ceilDiv(count, grain);
    int rangeLength = Math.ceilDiv(grains, RANGES_PER_CORE * count()) * grain;
    run(work, null, count, rangeLength);
  }

  /**
   * Cuts a matrix into blocks of rows, and these into so many parts of their columns that there are
   * several for every core; returns when all are done.
   *
   * @param block rows
   * @param grain every part but the last has a multiple of so many columns
   */
  void split(int rows, int block, int columns, int grain, Area work) {
    int blocks = Math.ceilDiv(rows, block);
    int grains = Math.ceilDiv(columns, grain);
    int parts = Math.clamp(Math.ceilDiv(RANGES_PER_CORE * count(), blocks), 1, grains);
    split(
        blocks * parts,
        1,
        (from, to, workspace) -> {
          for (int area = from; area < to; area++) {
            int row = area / parts * block;
            int part = area % parts;
            work.run(
                row,
                Math.min(rows, row + block),
                grains * part / parts * grain,
                Math.min(columns, grains * (part + 1) / parts * grain));
          }
        });
  }

  /**
   * Runs the work once on each of some cores, all at the same time, and returns when all are done.
   *
   * @param members at most {@link #count}
   */
  void together(int members, Member work) {
    run(null, work, members, 1);
  }

  private void run(Range range, Member member, int count, int length) {
    oneAtATime.lock();
    try {
      this.range = range;
      this.member = member;
      this.count = count;
      this.length = length;
      next.set(0);
      meeting.arrivals.set(0);
      if (count <= length) {
        work(0, own);
      } else {
        busy.set(workers.length);
        job.incrementAndGet();
        for (Worker worker : workers) {
          worker.wake();
        }
        work(0, own);
        int looks = 0;
        while (busy.get() > 0) {
          pause(looks++);
        }
      }
      Throwable thrown = failure.getAndSet(null);
      if (thrown != null) {
        throw new IllegalStateException("a kernel failed", thrown);
      }
    } finally {
      this.range = null;
      this.member = null;
      oneAtATime.unlock();
    }
  }

  private void work(int core, Workspace workspace) {
    try {
      if (member != null) {
        if (core < count) {
          member.run(core, meeting);
        }
      } else {
        for (int from = next.getAndAdd(length); from < count; from = next.getAndAdd(length)) {
          range.run(from, Math.min(count, from + length), workspace);
        }
      }
    } catch (RuntimeException | Error thrown) {
      failure.compareAndSet(null, thrown);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // who is waited for may want this core
  private static void pause(int looks) {
    if (looks < LOOKS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  /** Where threads that run {@linkplain #together} wait for one another. */
  final class Meeting {
    private final AtomicInteger arrivals = new AtomicInteger();

    /** Returns when every thread has called it as often. */
    void await() {
      int all = (arrivals.getAndIncrement() / count + 1) * count;
      int looks = 0;
      while (arrivals.get() < all) {
        if (failure.get() != null) {
          throw new IllegalStateException("another thread failed");
        }
        pause(looks++);
      }
    }
  }

  private final class Worker extends Thread {
    private final int core;
    private volatile boolean asleep;

    Worker(int core) {
      super("cores-" + core);
      this.core = core;
      setDaemon(true);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      Workspace workspace = new Workspace();
      int seen = 0;
      while (true) {
        int looks = 0;
        while (job.get() == seen) {
          if (looks < LOOKS + YIELDS) {
            pause(looks++);
          } else {
            asleep = true;
            if (job.get() == seen) {
              LockSupport.park(Cores.this);
            }
            asleep = false;
          }
        }
        seen = job.get();
        work(core, workspace);
        busy.decrementAndGet();
      }
    }
  }
}
