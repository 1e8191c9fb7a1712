package org.tornadogru.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.Hindcast;
import org.tornadogru.series.Range;
import org.tornadogru.series.SeriesConfig;

/**
 * What was forecast, with its range, and what came; and what comes next.
 *
 * @param table its name
 */
public record ForecastChart(String table, Hindcast hindcast, SeriesConfig config) {

  /** The files in a run's directory. */
  public static final String PNG_FILE_NAME = "forecast.png";

  public static final String SVG_FILE_NAME = "forecast.svg";

  private static final Color TRUTH = new Color(0x333333);
  private static final Color FORECAST = new Color(0x1f77b4);
  private static final Color NEXT = new Color(0xd95f02);
  private static final int RANGE_ALPHA = 0x40;

  /** Values beyond are not drawn: XChart's search for ticks would not end. */
  private static final double LARGEST = 1e100;

  /**
   * Writes {@value #PNG_FILE_NAME} and {@value #SVG_FILE_NAME} into a directory.
   *
   * @throws InvalidInputException if they cannot be written
   */
  public void save(Path directory) {
    ChartFiles.save(chart(), directory.resolve(PNG_FILE_NAME), directory.resolve(SVG_FILE_NAME));
  }

  private XYChart chart() {
    String title =
        "%s: %s%s, %d rows ahead"
            .formatted(
                table,
                hindcast.target(),
                hindcast.sequence().isEmpty() ? "" : " of " + hindcast.sequence(),
                config.task().horizon());
    XYChart chart =
        ChartFiles.chart(
            title, hindcast.time() == null ? "row" : hindcast.time(), hindcast.target());
    chart.getStyler().setTimezone(TimeZone.getTimeZone("UTC"));
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    List<Hindcast.Point> points = hindcast.points();
    int end = points.size() - config.task().horizon();
    List<Hindcast.Point> held =
        points.subList(0, end).stream().filter(point -> point.range() != null).toList();
    List<Hindcast.Point> next = points.subList(end, points.size());
    range(chart, percent() + " range", held, FORECAST);
    range(chart, percent() + " range of the next rows", next, NEXT);
    line(chart, "truth", points, Hindcast.Point::truth, TRUTH);
    line(chart, "forecast", held, point -> point.range().median(), FORECAST);
    line(chart, "next rows", next, point -> point.range().median(), NEXT);
    return chart;
  }

  private String percent() {
    return "%d %%".formatted(Math.round(100 * (config.high() - config.low())));
  }

  private void line(
      XYChart chart,
      String name,
      List<Hindcast.Point> points,
      ToDoubleFunction<Hindcast.Point> value,
      Color color) {
    List<Hindcast.Point> drawn =
        points.stream().filter(point -> Math.abs(value.applyAsDouble(point)) < LARGEST).toList();
    if (!drawn.isEmpty()) {
      XYSeries series =
          chart.addSeries(
              name,
              drawn.stream().map(this::at).toList(),
              drawn.stream().map(value::applyAsDouble).toList());
      series.setLineColor(color).setLineStyle(new BasicStroke(1.5f));
      // A line needs two points.
      series.setMarker(drawn.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      series.setMarkerColor(color);
    }
  }

  /** The area between the ends: along the upper ones, and back along the lower ones. */
  private void range(XYChart chart, String name, List<Hindcast.Point> points, Color color) {
    List<Object> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    List<Hindcast.Point> drawn = points.stream().filter(point -> isDrawn(point.range())).toList();
    for (Hindcast.Point point : drawn) {
      x.add(at(point));
      y.add(point.range().high());
    }
    for (Hindcast.Point point : drawn.reversed()) {
      x.add(at(point));
      y.add(point.range().low());
    }
    if (!drawn.isEmpty()) {
      XYSeries series = chart.addSeries(name, x, y);
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
      Color light = new Color(color.getRed(), color.getGreen(), color.getBlue(), RANGE_ALPHA);
      series.setFillColor(light);
      series.setLineStyle(new BasicStroke(0));
      series.setMarker(SeriesMarkers.NONE);
    }
  }

  private static boolean isDrawn(Range range) {
    return Math.abs(range.low()) < LARGEST && Math.abs(range.high()) < LARGEST;
  }

  private Object at(Hindcast.Point point) {
    return hindcast.dates()
        ? Date.from(Instant.ofEpochSecond((long) point.at()))
        : (Object) point.at();
  }
}
