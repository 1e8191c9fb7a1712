package org.tornadogru.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.train.EpochMetrics;

class MetricsFileTest {

  @TempDir private Path directory;

  @Test
  void eachEpochIsOneLineAsSoonAsItEnds() throws IOException {
    MetricsFile file = new MetricsFile(MetricsFile.Source.TEXT, directory);
    for (int epoch = 1; epoch <= 3; epoch++) {
      file.epochDone(new EpochMetrics(epoch, 2.5, 3 - 0.1 * epoch, 1.25, 1e6, 123, 1L << 40), null);

      List<String> lines = Files.readAllLines(directory.resolve(MetricsFile.FILE_NAME));
      assertThat(lines).hasSize(epoch);
      JsonNode last = new ObjectMapper().readTree(lines.getLast());
      assertThat(last.propertyStream().map(Map.Entry::getKey))
          .containsExactly(
              "epoch",
              "train_loss",
              "train_perplexity",
              "validation_loss",
              "validation_perplexity",
              "seconds",
              "characters_per_second",
              "bytes_to_device",
              "bytes_from_device");
      assertThat(last.get("epoch").intValue()).isEqualTo(epoch);
      assertThat(last.get("train_perplexity").doubleValue()).isEqualTo(Math.exp(2.5));
      assertThat(last.get("validation_perplexity").doubleValue())
          .isEqualTo(Math.exp(3 - 0.1 * epoch));
      assertThat(last.get("bytes_from_device").longValue()).isEqualTo(1L << 40);
    }
    assertThat(directory.resolve(MetricsFile.FILE_NAME)).content().endsWith("}\n");
  }

  @Test
  void aDirectoryThatCannotBeWrittenSaysSo() throws IOException {
    Path inTheWay = Files.createFile(directory.resolve("file"));

    assertRefused(
        () ->
            new MetricsFile(MetricsFile.Source.TEXT, inTheWay)
                .epochDone(new EpochMetrics(1, 1, 1, 1, 1, 1, 1), null),
        "cannot write " + inTheWay);
  }
}
