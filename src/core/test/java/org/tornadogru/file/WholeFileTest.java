package org.tornadogru.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir private Path temporary;
  private Path file;

  @BeforeEach
  void nameAFile() {
    file = temporary.resolve("new/directory/file.txt");
  }

  @Test
  void missingDirectoriesAreCreatedAndAnOldFileIsReplaced() throws IOException {
    WholeFile.write(file, new byte[] {'a', 'b'});
    WholeFile.write(file, new byte[] {'c'});

    assertThat(file).hasContent("c");
    assertThat(file.getParent().toFile().list()).containsExactly("file.txt");
  }

  @Test
  void aReaderSeesTheOldFileUntilTheNewOneIsComplete() throws IOException {
    WholeFile.write(file, new byte[] {'a'});

    WholeFile.write(
        file,
        out -> {
          out.write('b');
          out.flush();
          assertThat(file).hasContent("a");
          out.write('c');
        });

    assertThat(file).hasContent("bc");
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    WholeFile.write(file, new byte[] {'a'});

    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write('b');
                      throw new IOException("full");
                    }))
        .hasMessage("full");

    assertThat(file).hasContent("a");
    assertThat(file.getParent().toFile().list()).containsExactly("file.txt");
  }

  @Test
  void whatAKilledProcessLeftGoesAndWhatALivingOneWritesStays() throws Exception {
    Path directory = Files.createDirectories(file.getParent());
    Path left = Files.writeString(directory.resolve(".file.txt.1-left.part"), "half");
    Path other = Files.writeString(directory.resolve(".other.txt.1-left.part"), "half");
    Process writer = writer(file, "a", 1 << 20);
    try {
      Path living = directory.resolve(".file.txt." + writer.pid() + "-");
      for (int wait = 0; wait < 400 && parts(living).isEmpty(); wait++) {
        Thread.sleep(25);
      }
      Thread.sleep(100); // it has the lock then
      WholeFile.write(file, new byte[] {'b'});

      assertThat(left).doesNotExist();
      assertThat(other).as("of another file").exists();
      assertThat(parts(living)).as("of a process that lives").hasSize(1);
    } finally {
      writer.destroyForcibly().waitFor();
    }
    WholeFile.write(file, new byte[] {'c'});
    assertThat(directory.toFile().list()).containsOnly("file.txt", other.getFileName().toString());
  }

  /** The writers do nothing else, so that they are killed at their writes. */
  @Test
  void aKillAtAnyMomentDamagesNoFileAndLeavesNothingAfterTheNext() throws Exception {
    int size = 100_000;
    SplittableRandom random = new SplittableRandom(6);
    for (int kill = 0; kill < Integer.getInteger("kills", 6); kill++) {
      Process writer = writer(file, kill % 2 == 0 ? "a" : "b", size / 1000);
      writer.waitFor(random.nextInt(150, 600), TimeUnit.MILLISECONDS);
      writer.destroyForcibly().waitFor();
      if (Files.exists(file)) {
        assertThat(Files.readString(file)).matches("(a+|b+|c)").hasSizeGreaterThan(0);
        assertThat(Files.size(file)).isIn(1L, (long) size);
      }
      WholeFile.write(file, new byte[] {'c'});
      assertThat(file.getParent().toFile().list()).containsExactly("file.txt");
    }
  }

  private static List<String> parts(Path prefix) {
    String[] names =
        prefix
            .getParent()
            .toFile()
            .list((directory, name) -> name.startsWith(prefix.getFileName().toString()));
    return List.of(names);
  }

  /** A process that writes a file again and again, in so many writes of 1000 bytes. */
  private static Process writer(Path file, String letter, int writes) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            file.toString(),
            letter,
            Integer.toString(writes))
        .inheritIO()
        .start();
  }

  /** The process. */
  static final class Writer {

    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      byte[] bytes = arguments[1].repeat(1000).getBytes(StandardCharsets.US_ASCII);
      int writes = Integer.parseInt(arguments[2]);
      while (true) {
        WholeFile.write(
            Path.of(arguments[0]),
            out -> {
              for (int write = 0; write < writes; write++) {
                out.write(bytes);
              }
            });
      }
    }
  }

  @Test
  void othersMayReadTheFileAsTheyMayReadAnyNewFile() throws IOException {
    Path ordinary = Files.writeString(temporary.resolve("ordinary"), "a");
    WholeFile.write(file, new byte[] {'a'});

    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(Files.getPosixFilePermissions(ordinary));
  }
}
