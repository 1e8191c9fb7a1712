package org.tornadogru.report;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.train.EpochMetrics;

/**
 * Training and validation perplexity by epoch, as a picture of {@value #WIDTH} × {@value #HEIGHT}.
 *
 * @param title what was trained
 * @param epochs at least one
 */
public record PerplexityChart(String title, List<EpochMetrics> epochs) {

  /** The files in a run's directory. */
  public static final String PNG_FILE_NAME = "perplexity.png";

  public static final String SVG_FILE_NAME = "perplexity.svg";

  static final int WIDTH = 800;
  static final int HEIGHT = 480;

  /** The PNG has this many pixels for each point of the picture, for sharp text. */
  static final int PNG_SCALE = 2;

  /**
   * Larger values are drawn here: they say no more, and with 1e300 XChart's search for ticks does
   * not end.
   */
  private static final double LARGEST = 10_000;

  private static final Color TRAIN = new Color(0x1f77b4);
  private static final Color VALIDATION = new Color(0xd95f02);
  private static final Color GRID = new Color(0xdddddd);
  private static final Color TEXT = new Color(0x333333);

  public PerplexityChart {
    epochs = List.copyOf(epochs);
  }

  /**
   * Writes {@value #PNG_FILE_NAME} and {@value #SVG_FILE_NAME} into a directory.
   *
   * @throws InvalidInputException if they cannot be written
   */
  public void save(Path directory) {
    PictureFont.provide();
    try {
      WholeFile.write(directory.resolve(PNG_FILE_NAME), this::writePng);
      WholeFile.write(directory.resolve(SVG_FILE_NAME), this::writeSvg);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s into %s (%s): choose a directory that can be written"
              .formatted(PNG_FILE_NAME, directory, Reason.of(e)),
          e);
    }
  }

  /** In memory: streams with a file are to be closed at the process' end, which may have begun. */
  private void writePng(OutputStream out) throws IOException {
    try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image(), "png", png);
    }
  }

  private BufferedImage image() {
    BufferedImage image =
        new BufferedImage(PNG_SCALE * WIDTH, PNG_SCALE * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.scale(PNG_SCALE, PNG_SCALE);
      chart().paint(graphics, WIDTH, HEIGHT);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private void writeSvg(OutputStream out) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    chart().paint(graphics, WIDTH, HEIGHT);
    new SVGProcessor()
        .getDocument(graphics.getCommands(), new PageSize(0, 0, WIDTH, HEIGHT))
        .writeTo(out);
  }

  private XYChart chart() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle("perplexity")
            .build();
    style(chart.getStyler());
    add(chart, "train", EpochMetrics::trainPerplexity, TRAIN);
    add(chart, "validation", EpochMetrics::validationPerplexity, VALIDATION);
    return chart;
  }

  private void style(XYStyler styler) {
    styler
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartTitleBoxVisible(false)
        .setChartTitlePadding(12)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15))
        .setChartFontColor(TEXT)
        .setLegendPosition(Styler.LegendPosition.InsideNE)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
        .setChartPadding(14)
        .setLocale(Locale.ROOT);
    styler
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setAxisTickMarksColor(GRID)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setXAxisMin(epochs.size() == 1 ? 0d : epochs.getFirst().epoch())
        .setXAxisMax(epochs.size() == 1 ? 2d : epochs.getLast().epoch())
        .setXAxisDecimalPattern("0")
        .setYAxisDecimalPattern("0.##");
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
