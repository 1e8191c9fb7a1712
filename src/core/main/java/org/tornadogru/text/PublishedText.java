package org.tornadogru.text;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;

/**
 * A text at a public address, known by its checksum and kept in a cache directory.
 *
 * @param name the corpus' name
 * @param address where it is published
 * @param sha1 the checksum of its bytes, lower-case hexadecimal
 * @param fileName its name in the cache directory
 * @param timeout the longest that the whole download may take
 */
record PublishedText(String name, URI address, String sha1, String fileName, Duration timeout) {
  static final PublishedText TIME_MACHINE =
      new PublishedText(
          "The Time Machine",
          URI.create("http://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt"),
          "090b5e7e70c295757f55df93cb0a180b9691891a",
          "timemachine.txt",
          Duration.ofSeconds(60));

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;

  /** Far above any text worth publishing; ends an endless answer. */
  private static final long LARGEST_ANSWER = 64L << 20;

  /**
   * The text, downloaded first unless the cache has it with the right checksum.
   *
   * @throws InvalidInputException if it is neither cached nor downloadable, or cannot be cached
   */
  Corpus load(Path cacheDirectory) {
    Path cached = cacheDirectory.resolve(fileName);
    Optional<byte[]> kept = readCached(cached);
    if (kept.isPresent()) {
      return corpus(kept.get());
    }
    byte[] downloaded;
    try {
      downloaded = download();
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot download %s (%s): fetch it by any other means and put it at %s"
              .formatted(address, Reason.of(e), cached),
          e);
    }
    try {
      WholeFile.write(cached, downloaded);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a cache directory that can be written"
              .formatted(cached, Reason.of(e)),
          e);
    }
    return corpus(downloaded);
  }

  private Corpus corpus(byte[] utf8) {
    return new Corpus(name, Corpus.decode(name, utf8));
  }

  /** The cached bytes; empty if they are absent, unreadable or not the published ones. */
  private Optional<byte[]> readCached(Path cached) {
    if (!Files.isRegularFile(cached)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readAllBytes(cached)).filter(bytes -> sha1Of(bytes).equals(sha1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private byte[] download() throws IOException {
    HttpResponse<byte[]> response = get();
    if (response.statusCode() != OK) {
      throw new IOException("HTTP status " + response.statusCode());
    }
    String actual = sha1Of(response.body());
    if (!actual.equals(sha1)) {
      throw new IOException("its SHA-1 is " + actual + " instead of " + sha1);
    }
    return response.body();
  }

  private HttpResponse<byte[]> get() throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    try {
      // A request's own timeout ends with the headers; waiting on the future bounds the body too.
      return client
          .sendAsync(
              HttpRequest.newBuilder(address).build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER))
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause
          ? cause
          : new IOException("the client failed", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no complete answer within " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      // Not close(), which would wait for an answer that has stalled.
      client.shutdownNow();
    }
  }

  private static String sha1Of(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-1", e);
    }
  }
}
