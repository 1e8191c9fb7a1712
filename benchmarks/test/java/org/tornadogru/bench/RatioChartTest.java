package org.tornadogru.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.report.BareMachine;

class RatioChartTest {

  @TempDir private Path temporary;

  /** ONNX Runtime does not train: its bar is missing where the others have one. */
  @Test
  void aContenderMayBeMissingFromAWork() throws IOException {
    RatioChart chart = chart();

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(chart.encoded("png")));
    Map<Integer, Long> pixels =
        IntStream.range(0, image.getWidth() * image.getHeight())
            .mapToObj(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xFFFFFF)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    // ONNX Runtime, second in the legend, has five bars of height 1; LibTorch three, and five of
    // half.
    assertThat((double) pixels.get(0x56B4E9) / pixels.get(0x999999)).isBetween(0.8, 1.0);
    // The plain JVM is three quarters as fast as the device.
    assertThat((double) pixels.get(0xD55E00) / pixels.get(0x009E73)).isBetween(0.7, 0.8);
    assertThat(new String(chart.encoded("svg"), UTF_8)).startsWith("<?xml").endsWith("</svg>\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void itIsDrawnWithoutFonts() throws Exception {
    List<String> command =
        BareMachine.assumed(false)
            .command(BareMachine.java(List.of(), Drawing.class.getName(), temporary.toString()));

    Process process = new ProcessBuilder(command).inheritIO().start();

    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllBytes(temporary.resolve("chart.png")))
        .isEqualTo(chart().encoded("png"));
    assertThat(temporary.resolve("chart.svg")).isNotEmptyFile();
  }

  /** Draws into a directory. */
  static final class Drawing {

    private Drawing() {}

    public static void main(String[] arguments) throws IOException {
      RatioChart chart = chart();
      for (String format : List.of("png", "svg")) {
        Files.write(Path.of(arguments[0], "chart." + format), chart.encoded(format));
      }
    }
  }

  private static RatioChart chart() {
    List<Contender> contenders =
        List.of(
            RatioTest.library("libtorch"),
            RatioTest.library("onnxruntime"),
            RatioTest.ours("jvm"),
            RatioTest.ours("0:0"));
    return new RatioChart(
        Work.matching("^(training|inference|generation)-(d2l|H)", Work.all()).stream()
            .flatMap(
                work ->
                    contenders.stream()
                        .filter(
                            contender ->
                                !contender.target().equals("onnxruntime")
                                    || work.kind() != Work.Kind.TRAINING)
                        .map(
                            contender ->
                                RatioTest.row(
                                    work, contender, 1.0 / (1 + contenders.indexOf(contender)))))
            .toList());
  }
}
