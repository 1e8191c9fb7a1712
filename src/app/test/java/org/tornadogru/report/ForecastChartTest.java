package org.tornadogru.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.series.Hindcast;
import org.tornadogru.series.Range;
import org.tornadogru.series.SeriesConfig;
import org.tornadogru.series.SeriesTask;

class ForecastChartTest {

  private static final int HORIZON = 3;
  private static final int TRUTH = 0x333333;
  private static final int FORECAST = 0x1f77b4;
  private static final int NEXT = 0xd95f02;

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0} known rows, dates: {1}")
  @CsvSource({"40, true", "40, false", "3, true"})
  void thePictureShowsTruthForecastAndWhatComesNext(int known, boolean dates) throws Exception {
    chart(known, dates, 1).save(directory);

    BufferedImage png = ImageIO.read(directory.resolve(ForecastChart.PNG_FILE_NAME).toFile());
    assertThat(pixels(png, TRUTH)).isGreaterThan(100);
    assertThat(pixels(png, FORECAST)).isGreaterThan(100);
    assertThat(pixels(png, NEXT)).isGreaterThan(100);
    assertThat(directory.resolve(ForecastChart.SVG_FILE_NAME))
        .content()
        .contains("rgb(31,119,180)", "rgb(217,95,2)");
  }

  @Test
  @Timeout(60)
  void valuesBeyondAllMeasureAreLeftOut() {
    chart(10, false, 1e300).save(directory);

    assertThat(directory.resolve(ForecastChart.PNG_FILE_NAME)).isNotEmptyFile();
  }

  /** Forecasts of the last three known rows, and of three more. */
  private static ForecastChart chart(int known, boolean dates, double size) {
    List<Hindcast.Point> points = new ArrayList<>();
    for (int row = 0; row < known + HORIZON; row++) {
      double y = size * (10 + Math.sin(row));
      points.add(
          new Hindcast.Point(
              86_400.0 * row,
              row < known ? y : Double.NaN,
              row < known - HORIZON ? null : new Range(y - 1, y + 0.1, y + 2)));
    }
    Hindcast hindcast = new Hindcast("load", "", "day", dates, points);
    SeriesConfig config = SeriesConfig.builder(SeriesTask.forecast(HORIZON, "load")).build();
    return new ForecastChart("table", hindcast, config);
  }

  private static long pixels(BufferedImage image, int color) {
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .filter(
            at -> (image.getRGB(at % image.getWidth(), at / image.getWidth()) & 0xffffff) == color)
        .count();
  }
}
