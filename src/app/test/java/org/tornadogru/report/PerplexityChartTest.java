package org.tornadogru.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.train.EpochMetrics;

class PerplexityChartTest {

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0} epochs")
  @ValueSource(ints = {1, 2, 50, 1000})
  void bothPicturesAreWholeAndShowBothCurves(int epochs) throws Exception {
    chart(epochs).save(directory);

    BufferedImage png = ImageIO.read(directory.resolve(PerplexityChart.PNG_FILE_NAME).toFile());
    assertThat(png.getWidth()).isEqualTo(ChartFiles.PNG_SCALE * ChartFiles.WIDTH);
    assertThat(png.getHeight()).isEqualTo(ChartFiles.PNG_SCALE * ChartFiles.HEIGHT);
    assertThat(pixels(png, 0x1f77b4)).as("pixels of the training curve").isGreaterThan(100);
    assertThat(pixels(png, 0xd95f02)).as("pixels of the validation curve").isGreaterThan(100);

    Path svg = directory.resolve(PerplexityChart.SVG_FILE_NAME);
    assertThat(elements(svg)).isGreaterThan(10);
    assertThat(svg).content().contains("rgb(31,119,180)", "rgb(217,95,2)");
  }

  @Test
  @Timeout(60)
  void aCurveBeyondAllMeasureIsDrawnAllTheSame() {
    List<EpochMetrics> wild =
        List.of(new EpochMetrics(1, 3, 3, 1, 1, 1, 1), new EpochMetrics(2, 600, 709, 1, 1, 1, 1));

    new PerplexityChart("wild", wild).save(directory);

    assertThat(directory.resolve(PerplexityChart.PNG_FILE_NAME)).isNotEmptyFile();
  }

  private static PerplexityChart chart(int epochs) {
    List<EpochMetrics> metrics =
        IntStream.rangeClosed(1, epochs)
            .mapToObj(
                epoch ->
                    new EpochMetrics(epoch, 2 + 1.0 / epoch, 2.1 + 1.0 / epoch, 1, 1000, 10, 10))
            .toList();
    return new PerplexityChart("a title <&>", metrics);
  }

  private static long pixels(BufferedImage image, int color) {
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .filter(
            at -> (image.getRGB(at % image.getWidth(), at / image.getWidth()) & 0xffffff) == color)
        .count();
  }

  /** How many elements a file has, if it is well-formed XML. */
  private static int elements(Path file) throws Exception {
    XMLInputFactory factory = XMLInputFactory.newInstance();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    int elements = 0;
    try (var in = Files.newInputStream(file)) {
      XMLStreamReader reader = factory.createXMLStreamReader(in);
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT) {
          elements++;
        }
      }
    }
    return elements;
  }
}
