package org.tornadogru.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.nn.InvalidInputException;

@Timeout(30)
class PublishedTextTest {
  private static final String TEXT = "abc";

  /** The SHA-1 of "abc", from FIPS 180. */
  private static final String SHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d";

  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  @TempDir Path temporary;
  private HttpServer server;
  private Path cache;
  private Path cached;

  @BeforeEach
  void startServer() throws IOException {
    cache = temporary.resolve("cache").resolve("texts");
    cached = cache.resolve("book.txt");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve("/good", exchange -> answer(exchange, 200, TEXT));
    serve("/other", exchange -> answer(exchange, 200, "<html>please log in</html>"));
    serve("/missing", exchange -> answer(exchange, 404, TEXT));
    serve(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/good");
          answer(exchange, 302, "");
        });
    serve("/stalled", this::answerHalf);
    server.start();
  }

  @AfterEach
  void stopServer() {
    release.countDown();
    server.stop(0);
  }

  @Test
  void aTextIsDownloadedOnceAndThenReadFromTheCache() {
    assertThat(published("/good").load(cache)).isEqualTo(new Corpus("book", TEXT));
    assertThat(cached).hasContent(TEXT);
    assertThat(cache).isDirectoryNotContaining("glob:**.part");

    assertThat(published("/good").load(cache)).isEqualTo(new Corpus("book", TEXT));
    assertThat(requests).hasValue(1);
  }

  @Test
  void aCachedTextNeedsNoNetwork() throws IOException {
    Files.createDirectories(cache);
    Files.writeString(cached, TEXT);

    assertThat(published(refused()).load(cache).text()).isEqualTo(TEXT);
  }

  @Test
  void aCachedTextWithAnotherChecksumIsDownloadedAgain() throws IOException {
    Files.createDirectories(cache);
    Files.writeString(cached, "ab");

    assertThat(published("/good").load(cache).text()).isEqualTo(TEXT);
    assertThat(cached).hasContent(TEXT);
  }

  @Test
  void aRedirectIsFollowed() {
    assertThat(published("/moved").load(cache).text()).isEqualTo(TEXT);
  }

  @Test
  void anotherTextIsRejectedAndNotCached() {
    assertUnavailable(published("/other"), "its SHA-1 is ");
    assertThat(cached).doesNotExist();
  }

  @Test
  void anErrorStatusIsRejectedEvenWithTheRightBytes() {
    assertUnavailable(published("/missing"), "HTTP status 404");
  }

  @Test
  void aRefusedConnectionSaysWhatToDoInstead() throws IOException {
    assertUnavailable(published(refused()), "no connection");
  }

  @Test
  void aStalledAnswerEndsWithTheTimeout() {
    PublishedText stalled =
        new PublishedText("book", address("/stalled"), SHA1, "book.txt", Duration.ofSeconds(1));

    assertUnavailable(stalled, "no complete answer within 1 s");
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Files.createDirectories(cache.getParent());
    Files.writeString(cache, "a file where the directory should be");

    assertThatThrownBy(() -> published("/good").load(cache))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("cannot write " + cached)
        .hasMessageContaining("choose a cache directory");
  }

  private void assertUnavailable(PublishedText text, String reason) {
    assertThatThrownBy(() -> text.load(cache))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("cannot download " + text.address() + " (" + reason)
        .hasMessageEndingWith("fetch it by any other means and put it at " + cached)
        .hasMessageNotContaining("\n");
  }

  private PublishedText published(String path) {
    return published(address(path));
  }

  private static PublishedText published(URI address) {
    return new PublishedText("book", address, SHA1, "book.txt", Duration.ofSeconds(10));
  }

  private URI address(String path) {
    return at(server.getAddress().getPort()).resolve(path);
  }

  /** A port that was free a moment ago. */
  private static URI refused() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return at(socket.getLocalPort());
    }
  }

  private static URI at(int port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.incrementAndGet();
          handler.handle(exchange);
        });
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Sends the headers and one byte, then nothing until the test ends. */
  private void answerHalf(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, TEXT.length());
      exchange.getResponseBody().write('a');
      exchange.getResponseBody().flush();
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
