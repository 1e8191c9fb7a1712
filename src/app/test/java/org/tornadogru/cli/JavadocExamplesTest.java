package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The example in the Javadoc of a class compiles and runs. */
@Tag("sources")
@DisabledIf(
    value = "org.tornadogru.device.DeviceTests#areQuick",
    disabledReason = "the plain JVM has run the same programs")
class JavadocExamplesTest {

  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\n(.*?) \\* \\}</pre>", Pattern.DOTALL);

  private static final String PROGRAM =
      """
      import java.util.*;
      import org.tornadogru.*;
      import org.tornadogru.device.*;
      import org.tornadogru.optim.Optimization;
      import org.tornadogru.nn.*;

      class Example {
        static int seed = 1;
        static float[][][] x = new float[2][4][3];
        static Device device = Device.fastest();

        public static void main(String[] args) {
          // code
        }
      }
      """;

  @TempDir private Path directory;

  static Stream<Arguments> examples() {
    String weights =
        "Weights weights = Weights.initial(GruConfig.builder(3, 5).build(), 1, Initialization.UNIFORM, seed);";
    return Stream.of(
        Arguments.of("nn/GruConfig", ""),
        Arguments.of("nn/Initializers", ""),
        Arguments.of("nn/Gates", weights + "Sequences sequences = Sequences.ofBatchFirst(x);"),
        Arguments.of("Gru", ""),
        Arguments.of(
            "GruStream",
            weights + "Iterator<float[]> sensor = List.of(new float[3], new float[3]).iterator();"),
        Arguments.of(
            "Predictor",
            "Weights weights = Weights.initial(GruConfig.builder(3, 5).build(), 2, Initialization.UNIFORM, seed);"
                + "Sequences sequences = Sequences.ofBatchFirst(x);"),
        Arguments.of(
            "SequenceModel",
            "GruConfig config = GruConfig.builder(3, 5).build(); int[] labels = {0, 1};"
                + "Sequences sequences = Sequences.ofBatchFirst(x);"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void theExampleRuns(String type, String before) throws Exception {
    Path file = Path.of("src/core/main/java/org/tornadogru", type + ".java");
    Matcher example = EXAMPLE.matcher(Files.readString(file, UTF_8));
    assertThat(example.find()).isTrue();
    String code = example.group(1).replaceAll("(?m)^ \\* ?", "");
    new Program("Example", PROGRAM.replace("// code", before + code)).run(directory);
  }
}
