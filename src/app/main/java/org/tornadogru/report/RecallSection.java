package org.tornadogru.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.tornadogru.nn.Tensor;
import org.tornadogru.study.HandSet;
import org.tornadogru.study.Recall;

/** The part of a study's page on gates that let one input through. */
record RecallSection(HandSet handSet, List<Recall> recalls) {

  private static final List<String> GATES = List.of("r", "z", "n");
  private static final int UNITS = 4;

  void addTo(HtmlPage page) {
    page.add(
        """
        <h2>3. Exercise 1: only the input at t′ matters</h2>
        <p>Both gates should be 0 at t′, so that the state becomes tanh(x), whatever it was; and z should be 1 at every other step, so that it
        stays. To tell t′ from other steps a GRU has to read it: here a second input is 1 at t′ and 0 otherwise. With one unit and these
        weights, gates are as good as 0 or 1, since their arguments are ±%.0f:</p>
        """
            .formatted(HandSet.SATURATION));
    addWeights(page);
    float common = handSet.inputs().getFirst().get(handSet.at());
    page.add(
        String.format(
            Locale.ROOT,
            "<p>Three sequences of random numbers have x in common at t′ = %d, and from there on their state, which is tanh(%s) = %s: off by %.1g at most. Gates that are not quite 0 or 1 account for %.1g at most, the rest is rounding.</p>\n",
            handSet.at(),
            HeatMap.bound(common),
            HeatMap.bound((float) Math.tanh(common)),
            handSet.error(),
            handSet.bound()));
    page.add("<div class=\"charts\">");
    page.add(sequences("What is read", "x", handSet.inputs()));
    page.add(sequences("The state", "h", handSet.states()));
    page.add(
        new LineChart(
                "The gates",
                "step",
                "",
                false,
                List.of(
                    LineChart.Line.by("r", 0, 1, doubles(handSet.reset())),
                    LineChart.Line.by("z", 0, 1, doubles(handSet.update())).asDashed()))
            .html());
    page.add("</div>\n");
    addLearned(page);
  }

  private void addWeights(HtmlPage page) {
    List<Tensor> tensors = HandSet.weights().tensors();
    page.add("<div class=\"wide\"><table>\n");
    page.row("th", "gate", "of x", "of the mark", "of h", "b_i", "b_h");
    for (int gate = 0; gate < GATES.size(); gate++) {
      page.row(
          "td",
          GATES.get(gate),
          weight(tensors.get(0).at(2 * gate)),
          weight(tensors.get(0).at(2 * gate + 1)),
          weight(tensors.get(1).at(gate)),
          weight(tensors.get(2).at(gate)),
          weight(tensors.get(3).at(gate)));
    }
    page.add("</table></div>\n");
  }

  private static String weight(float value) {
    return HeatMap.bound(value);
  }

  private String sequences(String title, String symbol, List<List<Float>> values) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (int row = 0; row < values.size(); row++) {
      lines.add(LineChart.Line.by("sequence " + (row + 1), 0, 1, doubles(values.get(row))));
    }
    double at = handSet.at();
    lines.add(new LineChart.Line("t′", List.of(at, at), List.of(-1.0, 1.0), true));
    return new LineChart(title, "step", symbol, false, lines).html();
  }

  private static List<Double> doubles(List<Float> values) {
    return values.stream().map(Float::doubleValue).toList();
  }

  private void addLearned(HtmlPage page) {
    page.add(
        """
        <h3>The same, learned</h3>
        <p>Models of %d units read %d numbers, one of them marked, and are asked for that one at the end (parts 5 and 6 are about models without some of the gates): %,d updates of %d new
        sequences each, Adam with rate 0.01, squared error. Always answering 0 is wrong by %.3f.</p>
        """
            .formatted(
                Recall.HIDDEN,
                Recall.STEPS,
                recalls.getFirst().errors().size() * Recall.UPDATES,
                Recall.BATCH,
                Recall.GUESS));
    page.add("<div class=\"wide\"><table>\n");
    page.row("th", "model", "error", "if marked last", "if marked first", "time");
    for (Recall recall : recalls) {
      page.row(
          "td",
          name(recall),
          number(recall.errors().getLast()),
          number(recall.errorsByLag().getFirst()),
          number(recall.errorsByLag().getLast()),
          Quantity.seconds(recall.seconds()));
    }
    page.add("</table></div>\n<div class=\"charts\">");
    page.add(
        new LineChart(
                "Error by updates",
                "update",
                "root mean square",
                true,
                lines(
                    recalls.stream()
                        .map(
                            recall ->
                                LineChart.Line.by(
                                    name(recall), Recall.UPDATES, Recall.UPDATES, recall.errors())),
                    Recall.UPDATES * (double) recalls.getFirst().errors().size()))
            .html());
    page.add(
        new LineChart(
                "Error by distance, at the end",
                "steps since the mark",
                "root mean square",
                true,
                lines(
                    recalls.stream()
                        .map(recall -> LineChart.Line.by(name(recall), 0, 1, recall.errorsByLag())),
                    Recall.STEPS - 1.0))
            .html());
    page.add("</div>\n");
    recalls.stream().filter(recall -> !recall.units().isEmpty()).forEach(r -> addUnits(page, r));
  }

  private static List<LineChart.Line> lines(Stream<LineChart.Line> learned, double end) {
    return Stream.concat(
            learned,
            Stream.of(
                new LineChart.Line(
                    "always 0", List.of(0.0, end), List.of(Recall.GUESS, Recall.GUESS), true)))
        .toList();
  }

  private static void addUnits(HtmlPage page, Recall recall) {
    page.add(
        "<p>What gates do on average, %s; the units whose update gate falls the most at the mark:</p>\n<div class=\"wide\"><table>\n"
            .formatted(name(recall)));
    page.row("th", "unit", "z at t′", "z later", "r at t′", "r later");
    for (Recall.Unit unit : recall.units().subList(0, UNITS)) {
      page.row(
          "td",
          String.valueOf(unit.unit()),
          number(unit.updateAtMark()),
          number(unit.updateLater()),
          number(unit.resetAtMark()),
          number(unit.resetLater()));
    }
    page.add("</table></div>\n");
  }

  private static String name(Recall recall) {
    return StudyReport.name(recall.gating());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
