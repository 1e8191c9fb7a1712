package org.tornadogru.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.train.EpochMetrics;

/**
 * Training and validation perplexity by epoch, as a picture.
 *
 * @param title what was trained
 * @param epochs at least one
 */
public record PerplexityChart(String title, List<EpochMetrics> epochs) {

  /** The files in a run's directory. */
  public static final String PNG_FILE_NAME = "perplexity.png";

  public static final String SVG_FILE_NAME = "perplexity.svg";

  /**
   * Larger values are drawn here: they say no more, and with 1e300 XChart's search for ticks does
   * not end.
   */
  private static final double LARGEST = 10_000;

  private static final Color TRAIN = new Color(0x1f77b4);
  private static final Color VALIDATION = new Color(0xd95f02);

  public PerplexityChart {
    epochs = List.copyOf(epochs);
  }

  /**
   * Writes {@value #PNG_FILE_NAME} and {@value #SVG_FILE_NAME} into a directory.
   *
   * @throws InvalidInputException if they cannot be written
   */
  public void save(Path directory) {
    ChartFiles.save(chart(), directory.resolve(PNG_FILE_NAME), directory.resolve(SVG_FILE_NAME));
  }

  private XYChart chart() {
    XYChart chart = ChartFiles.chart(title, "epoch", "perplexity");
    chart
        .getStyler()
        .setXAxisMin(epochs.size() == 1 ? 0d : epochs.getFirst().epoch())
        .setXAxisMax(epochs.size() == 1 ? 2d : epochs.getLast().epoch())
        .setXAxisDecimalPattern("0")
        .setYAxisDecimalPattern("0.##");
    add(chart, "train", EpochMetrics::trainPerplexity, TRAIN);
    add(chart, "validation", EpochMetrics::validationPerplexity, VALIDATION);
    return chart;
  }

  private void add(
      XYChart chart, String name, ToDoubleFunction<EpochMetrics> perplexity, Color color) {
    double[] x = epochs.stream().mapToDouble(EpochMetrics::epoch).toArray();
    double[] y =
        epochs.stream().mapToDouble(perplexity).map(value -> Math.min(value, LARGEST)).toArray();
    XYSeries series = chart.addSeries(name, x, y);
    series.setLineColor(color).setLineStyle(new BasicStroke(2));
    // A line needs two points.
    series.setMarker(epochs.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    series.setMarkerColor(color);
  }
}
