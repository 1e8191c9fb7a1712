package org.tornadogru.bench;

import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars as an SVG element, to stand in a page.
 *
 * @param title what they show, with the unit
 * @param bars from top to bottom
 */
record BarChart(String title, List<Bar> bars) {

  /**
   * One bar.
   *
   * @param label before it
   * @param value its length; NaN for no bar
   * @param low end of the whisker, NaN for no whisker
   * @param high other end of it
   * @param text after it
   * @param color CSS colour
   */
  record Bar(String label, double value, double low, double high, String text, String color) {

    /** A label with a remark in place of a bar. */
    static Bar missing(String label, String text) {
      return new Bar(label, Double.NaN, Double.NaN, Double.NaN, text, "none");
    }
  }

  private static final int WIDTH = 560;
  private static final int LABELS = 130;
  private static final int TEXTS = 130;
  private static final int ROW = 34;
  private static final int THICKNESS = 20;
  private static final int GAP = 8;
  private static final int WHISKER = 4;

  /** Text size is 13 units; this puts its middle on a line. */
  private static final double TEXT_DROP = 4.5;

  String svg() {
    double largest =
        bars.stream()
            .mapToDouble(bar -> Double.isNaN(bar.high) ? bar.value : bar.high)
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(1);
    double unit = (WIDTH - LABELS - TEXTS) / largest;
    int height = bars.size() * ROW;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            height,
            Markup.escape(title)));
    for (int index = 0; index < bars.size(); index++) {
      addBar(svg, bars.get(index), index * ROW + ROW / 2.0, unit);
    }
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<line class=\"axis\" x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%d\"/>",
            LABELS,
            LABELS,
            height));
    return svg.append("</svg>\n").toString();
  }

  private static void addBar(StringBuilder svg, Bar bar, double middle, double unit) {
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<text class=\"label\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            LABELS - GAP,
            middle + TEXT_DROP,
            Markup.escape(bar.label)));
    double end = LABELS;
    if (!Double.isNaN(bar.value)) {
      add(
          svg,
          String.format(
              Locale.ROOT,
              "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>",
              LABELS,
              middle - THICKNESS / 2.0,
              Math.max(1, bar.value * unit),
              THICKNESS,
              bar.color));
      end = LABELS + bar.value * unit;
    }
    if (!Double.isNaN(bar.low)) {
      double from = LABELS + bar.low * unit;
      double to = LABELS + bar.high * unit;
      add(
          svg,
          String.format(
              Locale.ROOT,
              "<path class=\"whisker\" d=\"M%.1f %.1fH%.1fM%.1f %.1fv%dM%.1f %.1fv%d\"/>",
              from,
              middle,
              to,
              from,
              middle - WHISKER,
              2 * WHISKER,
              to,
              middle - WHISKER,
              2 * WHISKER));
      end = Math.max(end, to);
    }
    add(
        svg,
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
            Double.isNaN(bar.value) ? "none" : "value",
            end + GAP,
            middle + TEXT_DROP,
            Markup.escape(bar.text)));
  }

  private static void add(StringBuilder svg, String line) {
    svg.append(line).append('\n');
  }
}
