package org.tornadogru.bench;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler;
import org.tornadogru.report.PictureFont;

/** Bars: how many times as fast as the fastest of the other libraries, by work. */
final class RatioChart {

  /** Told apart by those who see colours differently, too (Okabe and Ito). */
  private static final Color[] COLOURS = {
    new Color(0x99, 0x99, 0x99),
    new Color(0x56, 0xB4, 0xE9),
    new Color(0xD5, 0x5E, 0x00),
    new Color(0x00, 0x9E, 0x73),
    new Color(0xCC, 0x79, 0xA7),
    new Color(0xF0, 0xE4, 0x42)
  };

  private static final int WIDTH_OF_A_WORK = 150;

  private final CategoryChart chart;

  /** Draws works in the order of the rows, and other libraries first. */
  RatioChart(List<Row> rows) {
    PictureFont.provide();
    List<Work> works = rows.stream().map(Row::work).distinct().toList();
    chart =
        new CategoryChartBuilder()
            .width(Math.max(1200, WIDTH_OF_A_WORK * works.size()))
            .height(560)
            .title("Speed against the fastest of %s, medians of rounds".formatted(libraries(rows)))
            .yAxisTitle("times as fast")
            .build();
    chart
        .getStyler()
        .setLegendPosition(Styler.LegendPosition.OutsideS)
        .setLegendLayout(Styler.LegendLayout.Horizontal)
        .setSeriesColors(COLOURS)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setAvailableSpaceFill(0.8);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setYAxisDecimalPattern("0.0#");
    List<Contender> contenders =
        rows.stream()
            .map(Row::contender)
            .distinct()
            .sorted(Comparator.comparing(contender -> !contender.isLibrary()))
            .toList();
    for (Contender contender : contenders) {
      List<Double> speeds = new ArrayList<>();
      works.forEach(work -> speeds.add(speed(work, contender, rows)));
      chart.addSeries(
          contender.isLibrary() ? contender.title() : "tornado-gru " + contender.title(),
          works.stream().map(Work::name).toList(),
          speeds);
    }
  }

  private static String libraries(List<Row> rows) {
    return rows.stream()
        .map(Row::contender)
        .filter(Contender::isLibrary)
        .map(Contender::description)
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  /** Null, for no bar, where that contender has no result at that work. */
  private static Double speed(Work work, Contender contender, List<Row> rows) {
    return rows.stream()
        .filter(row -> row.work().equals(work) && row.contender().equals(contender))
        .filter(row -> row.figures() != null)
        .findFirst()
        .flatMap(
            row ->
                row.fastestLibrary(rows)
                    .map(other -> other.figures().medianMillis() / row.figures().medianMillis()))
        .orElse(null);
  }

  /**
   * The chart as a file's bytes.
   *
   * @param format {@code png} or {@code svg}
   */
  byte[] encoded(String format) throws IOException {
    return ChartEncoder.getBytes(chart, format);
  }
}
