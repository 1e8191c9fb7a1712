package org.tornadogru.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("plain-jvm")
class LineChartTest {

  private static String chart(boolean logarithmic, LineChart.Line... lines) {
    return new LineChart("a <b>", "x", "y & z", logarithmic, List.of(lines)).html();
  }

  private static List<String> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** The points of a line, [points][x and y]. */
  private static double[][] points(String chart) {
    return Arrays.stream(matches("points=\"([^\"]*)\"", chart).getFirst().strip().split(" "))
        .map(point -> Arrays.stream(point.split(",")).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }

  @Test
  void equalDifferencesAreEquallyHigh() {
    double[][] points = points(chart(false, LineChart.Line.by("a", 1, 1, List.of(2.0, 4.0, 3.0))));

    assertThat(points[1][0] - points[0][0]).isCloseTo(points[2][0] - points[1][0], within(0.11));
    assertThat(points[1][1]).isLessThan(points[0][1]); // y grows upwards
    assertThat(points[2][1]).isCloseTo((points[0][1] + points[1][1]) / 2, within(0.11));
  }

  @Test
  void orEqualRatiosAre() {
    double[][] points = points(chart(true, LineChart.Line.by("a", 0, 5, List.of(1e-4, 1.0, 1e-2))));

    assertThat(points[2][1]).isCloseTo((points[0][1] + points[1][1]) / 2, within(0.11));
  }

  @Test
  void whatCannotBeDrawnIsLeftOut() {
    List<Double> values = List.of(3.0, Double.NaN, Double.POSITIVE_INFINITY, 0.0, -1.0, 2.0);

    assertThat(points(chart(true, LineChart.Line.by("a", 0, 1, values)))).hasNumberOfRows(2);
    assertThat(points(chart(false, LineChart.Line.by("a", 0, 1, values)))).hasNumberOfRows(4);
  }

  @Test
  void aSinglePointAndAFlatLineAreDrawn() {
    for (boolean logarithmic : new boolean[] {true, false}) {
      String point = chart(logarithmic, LineChart.Line.by("a", 1, 1, List.of(7.0)));
      String flat = chart(logarithmic, LineChart.Line.by("a", 1, 1, List.of(7.0, 7.0)));

      assertThat(points(point)).hasNumberOfRows(2);
      assertThat(point + flat).doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void ticksAreRoundAndWithinTheFrame() {
    String linear = chart(false, LineChart.Line.by("a", 0, 1, List.of(-0.42, 0.97)));
    assertThat(labels(linear)).contains("−0.4", "−0.2", "0", "0.2", "0.8").doesNotContain("1.2");

    String wide = chart(true, LineChart.Line.by("a", 0, 1, List.of(2e-7, 0.9)));
    assertThat(labels(wide)).contains("1e-6", "0.01");

    String decade = chart(true, LineChart.Line.by("a", 0, 1, List.of(4.5, 61.0)));
    assertThat(labels(decade)).contains("5", "10", "20", "50");
  }

  private static List<String> labels(String chart) {
    return matches("<text [^>]*>([^<]*)</text>", chart);
  }

  @Test
  void textsAreEscapedAndEveryLineHasItsNameInTheLegend() {
    LineChart.Line line = LineChart.Line.by("<i> & j", 0, 1, List.of(1.0, 2.0));
    String chart = chart(false, line, line.asDashed());

    assertThat(chart).doesNotContain("<b>", "<i>").contains("a &lt;b&gt;", "y &amp; z");
    assertThat(
            Pattern.compile("<li class=\"(c\\d[^\"]*)\">&lt;i&gt; &amp; j</li>")
                .matcher(chart)
                .results()
                .map(MatchResult::group))
        .hasSize(2);
    assertThat(matches("<polyline class=\"([^\"]*)\"", chart)).containsExactly("c0", "c1 dashed");
  }
}
