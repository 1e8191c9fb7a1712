package org.tornadogru.spark;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Workers in a circle, each of which sends to the next one, that add up an array.
 *
 * <pre>
 *   the array is cut into as many chunks as there are workers
 *   adding:       in W − 1 turns each chunk goes around, and every worker adds its own to it
 *   spreading:    in W − 1 turns each sum goes around
 * </pre>
 *
 * Each worker sends 2 (W − 1) / W of the array, however many there are, and all get the same bits.
 *
 * @see <a href="https://doi.org/10.1016/j.jpdc.2008.09.002">Patarasuk and Yuan 2009</a>
 */
final class Ring implements AutoCloseable {

  /** How often a worker that waits looks whether it has been told to stop. */
  private static final int LOOKS_EVERY_MILLIS = 500;

  /** How long a stranger may keep a connection. */
  private static final int GREETING_MILLIS = 10_000;

  private static final int CHALLENGE = 32;

  private final int worker;
  private final ServerSocket server;
  private final Runnable stopIfTold;
  private final ExecutorService sender = Executors.newVirtualThreadPerTaskExecutor();

  private int workers = 1;
  private Socket next;
  private Socket before;
  private long sent;

  /**
   * A place in a ring that is not closed yet.
   *
   * @param worker which one this is
   * @param host this executor's own address
   * @param stopIfTold throws if this task is to end
   */
  Ring(int worker, String host, Runnable stopIfTold) throws IOException {
    this.worker = worker;
    this.stopIfTold = stopIfTold;
    server = new ServerSocket(0, 0, InetAddress.getByName(host));
  }

  int port() {
    return server.getLocalPort();
  }

  /** Bytes that this worker has sent. */
  long sent() {
    return sent;
  }

  /**
   * Closes the ring.
   *
   * @param hosts of all workers
   * @param ports of all workers
   * @param secret that only they have
   */
  void join(String[] hosts, int[] ports, byte[] secret) throws IOException {
    workers = hosts.length;
    if (workers == 1) {
      return;
    }
    Future<Socket> accepted = sender.submit(() -> accept(secret));
    int to = (worker + 1) % workers;
    next = new Socket(hosts[to], ports[to]);
    greet(next, secret, true);
    before = of(accepted);
    before.setSoTimeout(LOOKS_EVERY_MILLIS);
  }

  private Socket accept(byte[] secret) throws IOException {
    while (true) {
      Socket socket = server.accept();
      try {
        greet(socket, secret, false);
        return socket;
      } catch (IOException stranger) {
        socket.close();
      }
    }
  }

  /** Each side has to answer the other's challenge: HMAC(secret, who asks · challenge · link). */
  private void greet(Socket socket, byte[] secret, boolean asks) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(GREETING_MILLIS);
    byte[] mine = new byte[CHALLENGE];
    new SecureRandom().nextBytes(mine);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    out.write(mine);
    byte[] theirs = in.readNBytes(CHALLENGE);
    int link = asks ? worker : Math.floorMod(worker - 1, workers);
    if (asks) {
      out.write(answer(secret, theirs, link, true));
    }
    byte[] answered = in.readNBytes(CHALLENGE);
    if (!MessageDigest.isEqual(answered, answer(secret, mine, link, !asks))) {
      throw new IOException("someone who is no worker of this training has answered");
    }
    if (!asks) {
      out.write(answer(secret, theirs, link, false));
    }
  }

  private static byte[] answer(byte[] secret, byte[] challenge, int link, boolean asks) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
      mac.update((byte) (asks ? 1 : 0));
      mac.update(challenge);
      return mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(link).array());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // every JVM has it
    }
  }

  /** Makes of every worker's array, all of the same size, their sum. */
  void sum(float[] values) throws IOException {
    for (int turn = 0; turn < 2 * (workers - 1); turn++) {
      int sends = Math.floorMod(worker - turn, workers);
      int receives = Math.floorMod(worker - turn - 1, workers);
      byte[] out = bytes(values, sends);
      Future<Void> sending = sender.submit(() -> send(out));
      byte[] in = new byte[size(values, receives) * Float.BYTES];
      fill(in);
      take(values, receives, in, turn < workers - 1);
      of(sending);
      sent += out.length;
    }
  }

  private Void send(byte[] bytes) throws IOException {
    next.getOutputStream().write(bytes);
    return null;
  }

  private int start(float[] values, int chunk) {
    return (int) ((long) values.length * chunk / workers);
  }

  private int size(float[] values, int chunk) {
    return start(values, chunk + 1) - start(values, chunk);
  }

  private byte[] bytes(float[] values, int chunk) {
    byte[] bytes = new byte[size(values, chunk) * Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().put(values, start(values, chunk), size(values, chunk));
    return bytes;
  }

  private void take(float[] values, int chunk, byte[] bytes, boolean adds) {
    FloatBuffer taken = ByteBuffer.wrap(bytes).asFloatBuffer();
    int start = start(values, chunk);
    for (int place = 0; place < size(values, chunk); place++) {
      float value = taken.get(place);
      values[start + place] = adds ? values[start + place] + value : value;
    }
  }

  private void fill(byte[] bytes) throws IOException {
    InputStream stream = before.getInputStream();
    for (int at = 0; at < bytes.length; ) {
      try {
        int read = stream.read(bytes, at, bytes.length - at);
        if (read < 0) {
          throw new IOException("the worker before this one has ended");
        }
        at += read;
      } catch (SocketTimeoutException noneYet) {
        stopIfTold.run();
      }
    }
  }

  private static <R> R of(Future<R> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("told to stop", e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : new Socket[] {next, before}) {
      if (socket != null) {
        socket.close();
      }
    }
    sender.shutdownNow();
  }
}
