package org.tornadogru.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Lines as a picture within a page, in the colours of the reader's system, and without fonts of
 * ours.
 *
 * @param title above it
 * @param logarithmic whether equal ratios of y are equally high
 * @param lines with at least one point among them; what cannot be drawn is left out
 */
public record LineChart(
    String title, String xTitle, String yTitle, boolean logarithmic, List<Line> lines) {

  /** What a page with such charts needs of CSS. */
  public static final String STYLE =
      """
      :root { --c0: #1f77b4; --c1: #d95f02; --c2: #1b8a5a; --c3: #8456c0; --c4: #c2377e; --c5: #8a6d1a }
      @media (prefers-color-scheme: dark) {
        :root { --c0: #62aee5; --c1: #ff9d52; --c2: #56c596; --c3: #b79aef; --c4: #f082b6; --c5: #d8b94f }
      }
      .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem }
      .chart { margin: 1rem 0 }
      .chart figcaption { font-weight: bold }
      .chart svg { display: block; width: 100%; max-width: 34rem; font: 12px sans-serif; fill: currentColor }
      .chart .rule { stroke: var(--rule) }
      .chart polyline { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
      .chart .dashed { stroke-width: 1.5; stroke-dasharray: 5 4 }
      .chart ul { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; list-style: none; font-size: .85rem }
      .chart li::before { content: ''; display: inline-block; width: 1.2rem; margin-right: .35rem; vertical-align: middle; border-top: 3px solid }
      .chart li.dashed::before { border-top-style: dashed; border-top-width: 2px }
      """
          + colors();

  private static final int COLORS = 6;
  private static final int WIDTH = 400;
  private static final int HEIGHT = 250;
  private static final int LEFT = 50;
  private static final int RIGHT = 18;
  private static final int TOP = 22;
  private static final int BOTTOM = 40;
  private static final int TICKS = 7;

  /**
   * A line.
   *
   * @param dashed for what is there to compare with
   */
  public record Line(String name, List<Double> x, List<Double> y, boolean dashed) {

    public Line {
      x = List.copyOf(x);
      y = List.copyOf(y);
    }

    /** The same, dashed. */
    Line asDashed() {
      return new Line(name, x, y, true);
    }

    /** Something by how many of it there were, counted from {@code first}. */
    static Line by(String name, double first, double each, List<Double> y) {
      List<Double> x = new ArrayList<>();
      for (int i = 0; i < y.size(); i++) {
        x.add(first + i * each);
      }
      return new Line(name, x, y, false);
    }

    /** A number of every one of some things, counted from 1. */
    static <T> Line of(String name, List<T> things, ToDoubleFunction<T> number) {
      return by(name, 1, 1, things.stream().map(number::applyAsDouble).toList());
    }
  }

  public LineChart {
    lines = List.copyOf(lines);
  }

  private static String colors() {
    StringBuilder rules = new StringBuilder();
    for (int color = 0; color < COLORS; color++) {
      rules.append(
          ".chart .c%1$d { stroke: var(--c%1$d) } .chart li.c%1$d::before { color: var(--c%1$d) }\n"
              .formatted(color));
    }
    return rules.toString();
  }

  /** The chart in a page. */
  public String html() {
    Scale x = scale(lines.stream().flatMap(line -> line.x.stream()), false);
    Scale y = scale(lines.stream().flatMap(line -> line.y.stream()), logarithmic);
    StringBuilder svg = new StringBuilder();
    StringBuilder legend = new StringBuilder();
    for (double tick : y.ticks()) {
      double at = HEIGHT - BOTTOM - y.place(tick) * (HEIGHT - TOP - BOTTOM);
      svg.append(rule(LEFT, at, WIDTH - RIGHT, at));
      svg.append(text(LEFT - 6, at + 4, "end", label(tick)));
    }
    for (double tick : x.ticks()) {
      double at = LEFT + x.place(tick) * (WIDTH - LEFT - RIGHT);
      svg.append(rule(at, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 4.0));
      svg.append(text(at, HEIGHT - BOTTOM + 17, "middle", label(tick)));
    }
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 4, "middle", xTitle));
    svg.append(text(4, 12, "start", yTitle));
    for (int index = 0; index < lines.size(); index++) {
      Line line = lines.get(index);
      String kind = "c%d%s".formatted(index % COLORS, line.dashed ? " dashed" : "");
      String name = HtmlPage.escaped(line.name);
      svg.append(
          "<polyline class=\"%s\" points=\"%s\"><title>%s</title></polyline>\n"
              .formatted(kind, points(line, x, y), name));
      legend.append("<li class=\"%s\">%s</li>".formatted(kind, name));
    }
    return """
        <figure class="chart"><figcaption>%s</figcaption>
        <svg viewBox="0 0 %d %d" role="img" aria-label="%s">
        %s</svg>
        <ul>%s</ul></figure>
        """
        .formatted(HtmlPage.escaped(title), WIDTH, HEIGHT, HtmlPage.escaped(title), svg, legend);
  }

  private static String points(Line line, Scale x, Scale y) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < line.x.size(); i++) {
      if (y.shows(line.y.get(i))) {
        points.append(
            String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                LEFT + x.place(line.x.get(i)) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - y.place(line.y.get(i)) * (HEIGHT - TOP - BOTTOM)));
      }
    }
    String all = points.toString();
    return all.indexOf(' ') == all.length() - 1 ? all + all : all; // a line needs two points
  }

  private static String rule(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"rule\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        x,
        y,
        anchor,
        HtmlPage.escaped(text));
  }

  private static String label(double tick) { // which may be −0
    double size = Math.abs(tick);
    if (size != 0 && (size < 1e-3 || size >= 1e5)) {
      return String.format(Locale.ROOT, "%.0e", tick).replace("e-0", "e-").replace("e+0", "e");
    }
    return String.format(Locale.ROOT, "%.4f", tick + 0.0)
        .replaceAll("\\.?0+$", "")
        .replace("-", "−");
  }

  private static Scale scale(Stream<Double> values, boolean logarithmic) {
    double[] shown =
        values
            .mapToDouble(Double::doubleValue)
            .filter(value -> Double.isFinite(value) && (!logarithmic || value > 0))
            .sorted()
            .toArray();
    double low = shown[0];
    double high = shown[shown.length - 1];
    return low < high
        ? new Scale(low, high, logarithmic)
        : new Scale(
            low - (logarithmic ? low / 2 : 1), high + (logarithmic ? high : 1), logarithmic);
  }

  /** From values to places between 0 and 1. */
  private record Scale(double low, double high, boolean logarithmic) {

    boolean shows(double value) {
      return Double.isFinite(value) && (!logarithmic || value > 0);
    }

    double place(double value) {
      return logarithmic
          ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
    }

    /** Round numbers between the ends, not many. */
    double[] ticks() {
      double decades = Math.log10(high / low);
      return logarithmic && decades > 1 ? powers(decades) : steps();
    }

    /** 1, 2, 5, 10, …, or with many decades some powers of ten. */
    private double[] powers(double decades) {
      double[] within = decades > 2.5 ? new double[] {1} : new double[] {1, 2, 5};
      int every = (int) Math.ceil(decades / TICKS);
      int first = Math.floorDiv((int) Math.floor(Math.log10(low)), every) * every;
      return DoubleStream.iterate(first, power -> power <= Math.log10(high), power -> power + every)
          .flatMap(power -> DoubleStream.of(within).map(digit -> digit * Math.pow(10, power)))
          .filter(tick -> tick >= low && tick <= high)
          .toArray();
    }

    private double[] steps() {
      double rough = (high - low) / TICKS;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double step =
          power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
      return DoubleStream.iterate(
              Math.ceil(low / step),
              count -> count * step <= high * (1 + 1e-12),
              count -> count + 1)
          .map(count -> count * step)
          .toArray();
    }
  }
}
