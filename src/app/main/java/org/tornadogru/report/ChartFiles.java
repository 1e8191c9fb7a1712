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
import java.util.Locale;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;

/** What all charts have in common: their looks, {@value #WIDTH} × {@value #HEIGHT}, and files. */
final class ChartFiles {

  static final int WIDTH = 800;
  static final int HEIGHT = 480;

  /** The PNG has this many pixels for each point of the picture, for sharp text. */
  static final int PNG_SCALE = 2;

  private static final Color GRID = new Color(0xdddddd);
  static final Color TEXT = new Color(0x333333);

  private ChartFiles() {}

  /** An empty chart. */
  static XYChart chart(String title, String xTitle, String yTitle) {
    PictureFont.provide();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    style(chart.getStyler());
    return chart;
  }

  private static void style(XYStyler styler) {
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
        .setPlotGridLinesStroke(new BasicStroke(1));
  }

  /**
   * Writes a chart.
   *
   * @throws InvalidInputException if it cannot be written
   */
  static void save(XYChart chart, Path png, Path svg) {
    try {
      WholeFile.write(png, out -> writePng(chart, out));
      WholeFile.write(svg, out -> writeSvg(chart, out));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a directory that can be written"
              .formatted(png, Reason.of(e)),
          e);
    }
  }

  private static void writePng(XYChart chart, OutputStream out) throws IOException {
    writePng(image(WIDTH, HEIGHT, graphics -> chart.paint(graphics, WIDTH, HEIGHT)), out);
  }

  /** In memory: streams with a file are to be closed at the process' end, which may have begun. */
  static void writePng(BufferedImage image, OutputStream out) throws IOException {
    try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, "png", png);
    }
  }

  /** A picture of so many points, smooth and with {@value #PNG_SCALE} pixels for each of them. */
  static BufferedImage image(int width, int height, Consumer<Graphics2D> painting) {
    BufferedImage image =
        new BufferedImage(PNG_SCALE * width, PNG_SCALE * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.scale(PNG_SCALE, PNG_SCALE);
      painting.accept(graphics);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private static void writeSvg(XYChart chart, OutputStream out) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    chart.paint(graphics, WIDTH, HEIGHT);
    new SVGProcessor()
        .getDocument(graphics.getCommands(), new PageSize(0, 0, WIDTH, HEIGHT))
        .writeTo(out);
  }
}
