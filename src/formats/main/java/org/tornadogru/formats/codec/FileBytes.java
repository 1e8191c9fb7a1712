package org.tornadogru.formats.codec;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.tornadogru.nn.InvalidInputException;

/**
 * The bytes of a file that nobody has checked, read as they are asked for. They are not mapped into
 * memory, where a file that gets shorter meanwhile would be an error of the JVM.
 */
public final class FileBytes {

  /** What an array can hold. */
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  /** The part of all memory that reading may take. */
  private static final double ROOM = 0.75;

  /** Where bytes come from. */
  @FunctionalInterface
  private interface Source {
    /** Fills a buffer from a place on, as {@link FileChannel#read(ByteBuffer, long)} does. */
    int read(ByteBuffer buffer, long at) throws IOException;
  }

  private final long size;
  private final Source source;

  private FileBytes(long size, Source source) {
    this.size = size;
    this.source = source;
  }

  /** The bytes of an open file. */
  public static FileBytes of(FileChannel channel) throws IOException {
    return new FileBytes(channel.size(), channel::read);
  }

  /** The bytes of a file that is in memory. */
  public static FileBytes of(byte... bytes) {
    return new FileBytes(
        bytes.length,
        (buffer, at) -> {
          int count = Math.clamp(bytes.length - at, 0, buffer.remaining());
          buffer.put(bytes, (int) at, count);
          return count;
        });
  }

  /** How many there are. */
  public long size() {
    return size;
  }

  /**
   * Some of them, little-endian.
   *
   * @throws UncheckedIOException if the file can no longer be read, or has become shorter
   */
  public ByteBuffer read(long at, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (bytes.hasRemaining()) {
        if (source.read(bytes, at + bytes.position()) <= 0) {
          throw new EOFException("it has become shorter while it was read");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.flip();
  }

  /**
   * All of them.
   *
   * @param copies how many times they are in memory at most until a model is made of them
   * @throws InvalidInputException if there are too many
   */
  public byte[] all(int copies) {
    if (size > LARGEST) {
      throw new InvalidInputException("it has more than 2 GB, more than can be read");
    }
    requireRoom(copies * size);
    return read(0, (int) size).array();
  }

  /**
   * Refuses what would not fit into the memory of the JVM, before it is allocated.
   *
   * @param bytes that reading takes
   */
  public static void requireRoom(long bytes) {
    if (bytes > room()) {
      throw new InvalidInputException(
          "reading it takes %d MB of memory but the JVM has %d: give it more"
              .formatted(bytes >> 20, Runtime.getRuntime().maxMemory() >> 20));
    }
  }

  /** Bytes of memory that reading a file may take. */
  public static long room() {
    return (long) (ROOM * Runtime.getRuntime().maxMemory());
  }
}
