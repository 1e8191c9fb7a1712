package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("plain-jvm")
@Tag("sources")
class MeasureScriptTest {

  /** Nobody sees a name that is out of date before the script runs on a GPU. */
  @Test
  void theTestsItStartsExist() throws IOException {
    List<String> names =
        Files.readString(Path.of("benchmarks/gpu/measure.sh"))
            .replaceFirst("(?s).*<<'SHARDS'\n", "")
            .replaceFirst("(?s)\nSHARDS\n.*", "")
            .lines()
            .flatMap(shard -> List.of(shard.split(" ")).stream().skip(1))
            .toList();

    assertThat(names).hasSizeGreaterThan(10);
    for (String name : names) {
      assertThatCode(
              () -> Class.forName("org.tornadogru." + name, false, getClass().getClassLoader()))
          .as(name)
          .doesNotThrowAnyException();
    }
  }
}
