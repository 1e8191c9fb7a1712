package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.report.BareMachine;

/** What memory has no room for is refused before any work, or not read. */
@Tag("plain-jvm")
class MemoryTest {

  private static final int MEGABYTES = 60;

  @TempDir private Path temporary;

  @Test
  void aModelThatHasNoRoomIsRefusedBeforeAnyWork() throws Exception {
    Path out = temporary.resolve("out");

    Outcome outcome = train("--concise", "--hidden=3000", "--batch=8", "--out=" + out);

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).isEmpty();
    assertThat(message(outcome))
        .containsPattern("needs more than \\d\\.\\d GB of memory, and Java's heap has 0\\.\\d GB");
    assertThat(out).doesNotExist();
  }

  @Test
  void ofALongTextAsMuchIsReadAsTheWindowsNeed() throws Exception {
    Path text = longText();

    Outcome outcome = train("--concise", "--hidden=4", "--epochs=1", "--text=" + text);

    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    assertThat(outcome.output())
        .startsWith("text        long.txt, 1,048,576 characters; d2l vocabulary");
  }

  @Test
  void aTextThatHasNoRoomIsRefused() throws Exception {
    Path text = longText();
    String needed = "long.txt takes more than 300.0 MB of memory and Java has ";

    assertThat(message(train("--vocabulary=d2l", "--text=" + text))).contains(needed);
    assertThat(message(train("--concise", "--windows=all", "--text=" + text))).contains(needed);
  }

  private Path longText() throws IOException {
    Path file = temporary.resolve("long.txt");
    try (Writer out = Files.newBufferedWriter(file)) {
      String line = "abcdefghi ".repeat(100);
      for (int kilobyte = 0; kilobyte < 1000 * MEGABYTES; kilobyte++) {
        out.write(line);
      }
    }
    return file;
  }

  private Outcome train(String... options) throws Exception {
    String[] arguments =
        Stream.concat(Stream.of(Main.class.getName(), "train"), Stream.of(options))
            .toArray(String[]::new);
    return Outcome.of(temporary, System.getenv(), BareMachine.java(List.of("-Xmx200m"), arguments));
  }

  private static String message(Outcome outcome) {
    assertThat(outcome.error()).doesNotContain("\tat ");
    return outcome
        .error()
        .lines()
        .filter(line -> !line.startsWith("WARNING: "))
        .reduce((one, other) -> one + "\n" + other)
        .orElseThrow();
  }
}
