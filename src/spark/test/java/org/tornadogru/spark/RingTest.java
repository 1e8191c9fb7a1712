package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers of one process that add up arrays through sockets. */
class RingTest {

  private static final byte[] SECRET = {1, 2, 3};

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Ring> rings = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Ring ring : rings) {
      ring.close();
    }
    threads.shutdownNow();
  }

  private void open(int workers, Runnable stopIfTold) throws IOException {
    for (int worker = 0; worker < workers; worker++) {
      rings.add(new Ring(worker, "127.0.0.1", stopIfTold));
    }
  }

  private List<Future<Void>> join(byte[]... secrets) {
    String[] hosts = rings.stream().map(ring -> "127.0.0.1").toArray(String[]::new);
    int[] ports = rings.stream().mapToInt(Ring::port).toArray();
    List<Future<Void>> joined = new ArrayList<>();
    for (int worker = 0; worker < hosts.length; worker++) {
      Ring ring = rings.get(worker);
      byte[] secret = secrets[worker % secrets.length];
      joined.add(
          run(
              () -> {
                ring.join(hosts, ports, secret);
                return null;
              }));
    }
    return joined;
  }

  private Future<Void> run(Callable<Void> call) {
    return threads.submit(call);
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 1", "2, 200001", "3, 2", "3, 1000", "5, 7", "4, 0"})
  void allGetTheSameSum(int workers, int size) throws Exception {
    open(workers, () -> {});
    for (Future<Void> each : join(SECRET)) {
      each.get();
    }
    SplittableRandom random = new SplittableRandom(1);
    float[][] values = new float[workers][size];
    double[] expected = new double[size];
    for (int round = 0; round < 2; round++) {
      Arrays.fill(expected, 0);
      List<Future<Void>> sums = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        float[] mine = values[worker];
        for (int place = 0; place < size; place++) {
          mine[place] = (float) random.nextDouble(-1, 1);
          expected[place] += mine[place];
        }
        Ring ring = rings.get(worker);
        sums.add(
            run(
                () -> {
                  ring.sum(mine);
                  return null;
                }));
      }
      for (Future<Void> sum : sums) {
        sum.get();
      }
      for (int place = 0; place < size; place++) {
        assertThat(values[0][place]).isCloseTo((float) expected[place], within(1e-6f));
      }
      for (float[] each : values) {
        assertThat(each).isEqualTo(values[0]);
      }
    }
    long sent = rings.stream().mapToLong(Ring::sent).sum();
    assertThat(sent).isEqualTo(2L * 2 * (workers - 1) * size * Float.BYTES);
  }

  /** Someone who only connects, and someone who sends anything, do not get in. */
  @Test
  void strangersStayOutside() throws Exception {
    open(2, () -> {});
    try (Socket babbles = new Socket(InetAddress.getLoopbackAddress(), rings.getFirst().port())) {
      babbles.getOutputStream().write(new byte[200]);
      for (Future<Void> each : join(SECRET)) {
        each.get();
      }
    }
  }

  @Test
  void aWorkerWithAnotherSecretIsAStranger() throws Exception {
    open(2, () -> {});
    assertThatThrownBy(() -> join(SECRET, new byte[] {9}).getFirst().get())
        .hasMessageContaining("no worker of this training");
  }

  @Test
  void aWorkerThatWaitsEndsWithTheOneBeforeItOrWhenItIsTold() throws Exception {
    open(
        2,
        () -> {
          throw new IllegalStateException("told to stop");
        });
    for (Future<Void> each : join(SECRET)) {
      each.get();
    }
    assertThatThrownBy(() -> rings.getFirst().sum(new float[8])).hasMessage("told to stop");
    rings.get(1).close();
    assertThatThrownBy(() -> rings.getFirst().sum(new float[8])).isInstanceOf(IOException.class);
  }
}
