package org.tornadogru.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void othersMayReadTheFileAsTheyMayReadAnyNewFile() throws IOException {
    Path ordinary = Files.writeString(temporary.resolve("ordinary"), "a");
    WholeFile.write(file, new byte[] {'a'});

    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(Files.getPosixFilePermissions(ordinary));
  }
}
