package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of alarms in a table, some of which are known to be right. */
class AlarmCommandsTest {

  @TempDir private Path temporary;

  /** Beside what costs nothing, where a column says which rows are odd. */
  @Test
  void evaluateSaysWhichRowsAreOddAndHowManyOfThoseThatAre() throws IOException {
    Path out = temporary.resolve("alarm");
    String text = SeriesCommandsTest.power(150).replace("\"what, else\"", "else");
    SeriesCommandsTest.train(
            Files.writeString(temporary.resolve("normal.csv"), text), out, "--alarm")
        .successful();
    List<String> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      int row = lines.size();
      boolean odd = row == 60 || row == 100;
      // Within what loads are, but not at that time of the year.
      String cells = odd ? line.replaceFirst(",[0-9.]+,", row == 60 ? ",115," : ",85,") : line;
      lines.add(cells + (row == 0 ? ",broken" : odd ? ",yes" : ",no"));
    }
    Path known = Files.write(temporary.resolve("known.csv"), lines);
    String model = "--model=" + out;

    Outcome plain = Outcome.of("evaluate", model, "--series=" + known);
    String told = plain.successful();
    assertThat(plain.error()).contains("note        not looked at: 'broken'");
    assertThat(told).containsPattern("alarms      \\d+ of 149 rows, at scores above \\d");
    assertThat(told).containsPattern("'load' +\\d+").doesNotContain("precision");

    Outcome labelled = Outcome.of("evaluate", model, "--series=" + known, "--label=broken");
    assertThat(labelled.error()).doesNotContain("not looked at");
    assertThat(labelled.successful())
        .containsPattern("the model +0\\.\\d+ +1\\.000 +0\\.\\d+")
        .containsPattern("never an alarm +0\\.000 +0\\.000")
        .containsPattern("3 standard deviations from the mean +0\\.000 +0\\.000")
        .contains("the model beats what costs nothing: F1 0.");
    Outcome.of("evaluate", model, "--series=" + known, "--label=brokn")
        .assertRefused("no column 'brokn'");

    String onnx = temporary.resolve("alarm.onnx").toString();
    Outcome.of("convert", out.toString(), onnx)
        .assertRefused(".onnx files cannot say how alarms are scored, nor how a table's columns");
    assertThat(Outcome.of("convert", "--lossy", out.toString(), onnx).successful())
        .startsWith("lost: how alarms are scored");
  }
}
