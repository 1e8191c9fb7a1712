package org.tornadogru.peers;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler;
import org.tornadogru.peers.Comparison.Row;
import org.tornadogru.report.PictureFont;

/** Bars: how many times as fast as the better of LibTorch and ONNX Runtime, by work. */
final class ComparisonChart {

  /** Told apart by those who see colours differently, too (Okabe and Ito). */
  private static final Color[] COLOURS = {
    new Color(0x99, 0x99, 0x99),
    new Color(0x56, 0xB4, 0xE9),
    new Color(0xD5, 0x5E, 0x00),
    new Color(0x00, 0x9E, 0x73),
    new Color(0xCC, 0x79, 0xA7),
    new Color(0xF0, 0xE4, 0x42)
  };

  private final CategoryChart chart;

  /** Draws the contenders in that order, those without a row left out. */
  ComparisonChart(Comparison comparison, List<Contender> contenders) {
    PictureFont.provide();
    Map<String, List<Row>> byWork =
        comparison.rows().stream()
            .collect(Collectors.groupingBy(Row::work, LinkedHashMap::new, Collectors.toList()));
    chart =
        new CategoryChartBuilder()
            .width(1200)
            .height(560)
            .title("Speed against the faster one of LibTorch and ONNX Runtime, medians of rounds")
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
    List<String> works = List.copyOf(byWork.keySet());
    List<String> targets =
        contenders.stream()
            .map(Contender::title)
            .filter(title -> comparison.rows().stream().anyMatch(row -> row.target().equals(title)))
            .toList();
    for (String target : targets) {
      List<Double> speeds = new ArrayList<>();
      for (List<Row> rows : byWork.values()) {
        speeds.add(speed(rows, target));
      }
      chart.addSeries(target, works, speeds);
    }
  }

  /** Null, for no bar, where that target did not do that work. */
  private static Double speed(List<Row> rows, String target) {
    return rows.stream()
        .filter(row -> row.target().equals(target))
        .findFirst()
        .flatMap(row -> Comparison.best(rows).map(best -> best.medianMs() / row.medianMs()))
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
