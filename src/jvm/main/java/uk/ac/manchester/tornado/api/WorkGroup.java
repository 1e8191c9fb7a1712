package uk.ac.manchester.tornado.api;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Work-items that share local memory and meet at barriers.
 *
 * <p>One thread runs them in turn for as long as none waits. A work-item that has to wait at a
 * barrier starts another thread for those that have not begun, so that a kernel without barriers
 * costs no threads at all. One of them runs at a time, each in its turn: it wakes the next when it
 * waits or ends.
 */
final class WorkGroup {

  /** Work-items of a SIMD group, as on NVIDIA's and Apple's devices. */
  static final int SIMD_WIDTH = 32;

  private final ThreadGrid grid;
  final int x;
  final int y;
  final int z;
  private final GraphStep.Code code;
  private final Object[] arguments;
  private final int size;
  private final Order order;

  /** By item, once it has begun. */
  private final Thread[] threads;

  /** The item that may run. */
  private volatile int turn;

  private volatile Throwable failure;

  /** The item whose kernel threw it. */
  private volatile KernelContext failed;

  // Guarded by this.
  private final List<Object> localArrays = new ArrayList<>();
  private int started;
  private int waiting;
  private int finished;

  // Guarded by this, and of one SIMD group at a time: it goes on only when all its lanes do.
  private final List<Object> given = new ArrayList<>();
  private List<Object> exchanged = List.of();

  WorkGroup(
      ThreadGrid grid, int x, int y, int z, Order order, GraphStep.Code code, Object[] arguments) {
    this.grid = grid;
    this.x = x;
    this.y = y;
    this.z = z;
    this.order = order;
    this.code = code;
    this.arguments = arguments;
    size = grid.groupSize();
    threads = new Thread[size];
  }

  ThreadGrid grid() {
    return grid;
  }

  /**
   * An item's number for the program, while here they are counted as they run. SIMD groups stay
   * together: whole ones change their order, and items change theirs within one.
   */
  int number(int item) {
    if (order != Order.SHUFFLED) {
      return item;
    }
    int group = item / SIMD_WIDTH;
    int whole = size / SIMD_WIDTH;
    int lanes = Math.min(SIMD_WIDTH, size - firstLane(item));
    return (group < whole ? Order.Shuffle.of(whole).get(group) : group) * SIMD_WIDTH
        + Order.Shuffle.of(lanes).get(item % SIMD_WIDTH);
  }

  void run() {
    runItems();
    Throwable outcome = awaitAll();
    switch (outcome) {
      case null -> {}
      case RuntimeException exception when failed != null ->
          throw new ItemFailure(failed, exception);
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new TornadoRuntimeException(outcome.toString());
    }
  }

  private void runItems() {
    int item = next();
    while (item >= 0) {
      KernelContext context = new KernelContext(this, item);
      try {
        threads[item] = Thread.currentThread();
        code.run(argumentsOf(context));
        finish(item);
      } catch (Abandoned consequence) {
        abandon(null, null);
      } catch (
          Throwable
              cause) { // also an Error must reach the caller, and must not leave others waiting
        abandon(cause, context);
      }
      item = next();
    }
  }

  private Object[] argumentsOf(KernelContext context) {
    Object[] own = arguments.clone();
    for (int i = 0; i < own.length; i++) {
      if (own[i] instanceof KernelContext) {
        own[i] = context;
      }
    }
    return own;
  }

  private synchronized int next() {
    return failure != null || started == size || turn < started ? -1 : started++;
  }

  private synchronized void finish(int item) {
    finished++;
    if (waiting > 0 || leavesLanesWaiting(item)) {
      fail(divergence());
    }
    pass(item + 1);
    endIfDone();
  }

  private synchronized void abandon(Throwable cause, KernelContext item) {
    finished++;
    if (failure == null) {
      failed = item;
    }
    fail(cause);
    endIfDone();
  }

  private void endIfDone() {
    if (isDone()) {
      notifyAll();
    }
  }

  private boolean isDone() {
    return finished == started && (started == size || failure != null);
  }

  private synchronized void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    for (int item = 0; item < started; item++) {
      LockSupport.unpark(threads[item]);
    }
  }

  /** Lets an item go on; one that has not begun is begun by whoever asks for the next. */
  private void pass(int item) {
    turn = item;
    if (item < started) {
      LockSupport.unpark(threads[item]);
    }
  }

  private synchronized Throwable awaitAll() {
    boolean interrupted = false;
    while (!isDone()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // other threads still use the arguments: they must end first
        fail(new TornadoRuntimeException("interrupted while a kernel was running"));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }

  /** Returns when all work-items of the group have called it. */
  void barrier(int item) {
    arrive(item);
    awaitTurn(item);
  }

  /** What the work-items of a SIMD group give, by lane; returns when all of them have called it. */
  List<Object> exchange(int item, Object mine) {
    give(item, mine);
    awaitTurn(item);
    synchronized (this) {
      return exchanged;
    }
  }

  /** The first of a work-item's SIMD group. */
  static int firstLane(int item) {
    return item - item % SIMD_WIDTH;
  }

  private synchronized void give(int item, Object mine) {
    if (failure != null) {
      throw new Abandoned();
    }
    int first = firstLane(item);
    int end = Math.min(first + SIMD_WIDTH, size);
    given.add(mine);
    if (item < end - 1) {
      proceed(item + 1);
    } else if (given.size() == end - first) {
      Object[] byLane = new Object[end - first];
      for (int i = first; i < end; i++) {
        byLane[number(i) % SIMD_WIDTH] = given.get(i - first);
      }
      exchanged = List.of(byLane);
      given.clear();
      proceed(first);
    } else {
      fail(divergence());
      throw new Abandoned();
    }
  }

  /** Whether others of a SIMD group wait for a work-item that does something else, its last. */
  private boolean leavesLanesWaiting(int item) {
    return !given.isEmpty() && (item + 1 == size || firstLane(item + 1) == item + 1);
  }

  private void awaitTurn(int item) {
    while (turn != item && failure == null) {
      LockSupport.park(this);
      if (Thread.currentThread().isInterrupted()) {
        fail(new TornadoRuntimeException("interrupted at a barrier"));
      }
    }
    if (failure != null) {
      throw new Abandoned();
    }
  }

  private synchronized void arrive(int item) {
    if (failure == null && (finished > 0 || leavesLanesWaiting(item))) {
      fail(divergence());
    }
    if (failure != null) {
      throw new Abandoned();
    }
    waiting++;
    if (waiting == size) {
      waiting = 0;
      proceed(0);
    } else {
      proceed(item + 1);
    }
  }

  /** Lets an item go on that may not have begun, while this one waits. */
  private void proceed(int item) {
    pass(item);
    if (item == started) {
      Thread.startVirtualThread(this::runItems);
    }
  }

  private TornadoRuntimeException divergence() {
    return new TornadoRuntimeException(
        "work-group (%d, %d, %d): a work-item ended while others wait at a barrier; all must reach it"
            .formatted(x, y, z));
  }

  /**
   * The array in local memory that the work-items' allocations with this number share.
   *
   * @param poison fills a fresh array: nobody may rely on what local memory holds at first
   */
  synchronized <A> A localArray(int number, Class<A> type, int length, Consumer<A> poison) {
    if (number == localArrays.size()) {
      A fresh = type.cast(Array.newInstance(type.componentType(), length));
      poison.accept(fresh);
      localArrays.add(fresh);
    }
    Object shared = localArrays.get(number);
    if (!type.isInstance(shared) || Array.getLength(shared) != length) {
      throw new TornadoRuntimeException(
          "work-group (%d, %d, %d): work-items allocate different local arrays".formatted(x, y, z));
    }
    return type.cast(shared);
  }

  /** An exception of a work-item's kernel, and which item that was. */
  static final class ItemFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient KernelContext item;
    private final transient RuntimeException thrown;

    ItemFailure(KernelContext item, RuntimeException thrown) {
      super(null, thrown, false, false);
      this.item = item;
      this.thrown = thrown;
    }

    KernelContext item() {
      return item;
    }

    RuntimeException thrown() {
      return thrown;
    }
  }

  /** Ends a work-item because another one failed. */
  private static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Abandoned() {
      super(null, null, false, false);
    }
  }
}
