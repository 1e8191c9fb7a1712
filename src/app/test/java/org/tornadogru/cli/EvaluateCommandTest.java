package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {

  private static final String RHYME = "the tide is in, the tide is out; nine feet and falling\n";

  @TempDir private Path temporary;

  /** A model of streams is measured as it was trained: its states go on from window to window. */
  @Test
  void theEndOfATextHasTheLossThatTrainingSaid() throws IOException {
    String text = RHYME.repeat(60);
    Path all = Files.writeString(temporary.resolve("all.txt"), text);
    Path out = temporary.resolve("model");
    String trained =
        Outcome.of(
                "train",
                "--text=" + all,
                "--out=" + out,
                "--hidden=12",
                "--batch=4",
                "--steps=5",
                "--epochs=1",
                "--keep=last")
            .successful();
    int train = Integer.parseInt(found("used, ([\\d,]+) train", trained).replace(",", ""));
    Path end = Files.writeString(temporary.resolve("end.txt"), text.substring(train));

    String measured = Outcome.of("evaluate", "--model=" + out, "--text=" + end).successful();
    assertThat(found("perplexity (\\d+\\.\\d\\d)", measured))
        .isEqualTo(found("validation (\\d+\\.\\d\\d),", trained));
  }

  private static String found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError(pattern + " is not in " + text));
  }
}
