package org.tornadogru.series;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tornadogru.formats.onnx.OnnxSurroundings;
import org.tornadogru.formats.onnx.OnnxTerms;

/**
 * A table's columns and answers around the graph of its model: what {@link Preparation} makes of
 * columns, and {@link RangeDecoder} of outputs, as terms of ONNX.
 *
 * <pre>
 *   x_COL [T][N], missing_COL, word_COL, step ──▶ inputs of rows ──▶ GRU ──▶ outputs ──▶ COL_y, COL_y_lo, COL_y_hi [T][N][ahead]
 *                                                    │                        ▲
 *                                                    └── baselines ───────────┘
 * </pre>
 */
final class OnnxTable implements OnnxSurroundings {

  private final Preparation preparation;
  private final int horizon;

  /** What goes in and comes out, in words. */
  private final List<String> words = new ArrayList<>();

  private OnnxTerms terms;

  /** Scaled numbers, flags and words of columns, with the rows that are known ahead. */
  private final Map<String, String> columns = new HashMap<>();

  private String steps;

  OnnxTable(Preparation preparation) {
    this.preparation = preparation;
    horizon = preparation.config().task().horizon();
  }

  List<String> words() {
    return words;
  }

  @Override
  public String inputs(OnnxTerms given) {
    terms = given;
    List<String> x = new ArrayList<>();
    for (ColumnCode code : preparation.inputs()) {
      add(code);
      put(code, 0, x);
    }
    for (TargetCode target : preparation.forecast()) {
      String y = y(target);
      x.add(error(target));
      for (int span : Preparation.SPANS) {
        x.add(terms.difference(terms.mean(y, span), y));
      }
      Season season = target.baseline().season();
      for (int harmonic = 1; season != null && harmonic <= Preparation.HARMONICS; harmonic++) {
        x.addAll(terms.turns(steps(), season.period(), harmonic));
      }
    }
    for (ColumnCode code : preparation.inputs()) {
      for (int ahead = 1; ahead <= rowsAhead(code); ahead++) {
        put(code, ahead, x);
      }
    }
    return terms.joined(x);
  }

  private int rowsAhead(ColumnCode code) {
    return preparation.config().known().contains(code.column()) ? horizon : 0;
  }

  private void add(ColumnCode code) {
    String column = code.column();
    int ahead = rowsAhead(code);
    String more = ahead == 0 ? "" : ", and of %d rows behind them".formatted(ahead);
    if (!code.isNumber()) {
      columns.put(column, terms.counts("word_" + column, ahead));
      words.add(
          "word_%s, int64: %s; -1 for another or none%s"
              .formatted(
                  column,
                  IntStream.range(0, code.words().size())
                      .mapToObj(place -> "%d %s".formatted(place, code.words().get(place)))
                      .collect(Collectors.joining(", ")),
                  more));
      return;
    }
    String raw = terms.numbers("x_" + column, ahead);
    Scale scale = code.scale();
    columns.put(
        column,
        terms.quotient(
            terms.difference(scale.log() ? terms.log(raw) : raw, scale.center()), scale.spread()));
    words.add(
        "x_%s, float: the column%s; where it is missing the last value before, or %s"
            .formatted(column, more, (float) scale.raw(code.fill())));
    if (code.flagged()) {
      columns.put(flag(column), terms.numbers(flag(column), ahead));
      words.add("%s, float: 1 where it is missing, else 0%s".formatted(flag(column), more));
    }
  }

  private static String flag(String column) {
    return "missing_" + column;
  }

  private void put(ColumnCode code, int ahead, List<String> x) {
    int rows = rowsAhead(code);
    String column = terms.ahead(columns.get(code.column()), ahead, rows);
    x.add(code.isNumber() ? column : terms.oneHot(column, code.words().size()));
    if (code.flagged()) {
      x.add(terms.ahead(columns.get(flag(code.column())), ahead, rows));
    }
  }

  /** A target until now. */
  private String y(TargetCode target) {
    return terms.ahead(columns.get(target.code().column()), 0, rowsAhead(target.code()));
  }

  /** What the baseline of the row before leaves over; 0 in the first row. */
  private String error(TargetCode target) {
    String y = y(target);
    return terms.quotient(
        terms.difference(y, terms.before(baseline(target, 1), y)), target.unit(1));
  }

  private String steps() {
    if (steps == null) {
      steps = terms.counts("step", 0);
      Clock clock = preparation.clock();
      words.add(
          "step, int64: "
              + (clock.column() == null
                  ? "the number of the row in its sequence, from 0"
                  : clock.months()
                      ? "months since January 1970"
                      : "'%s' divided by %s, rounded; a date is seconds since 1970"
                          .formatted(clock.column(), clock.step())));
    }
    return steps;
  }

  /** As {@link Baseline#of}. */
  private String baseline(TargetCode target, int ahead) {
    Baseline baseline = target.baseline();
    return switch (baseline.kind()) {
      case LAST -> y(target);
      case MEAN -> terms.mean(y(target), baseline.span());
      case SEASONAL -> {
        int period = baseline.season().period();
        yield terms.ago(y(target), Math.ceilDiv(ahead, period) * period - ahead);
      }
      case ALL, PROFILE -> season(baseline, ahead);
      case LEVEL ->
          terms.sum(
              season(baseline, ahead),
              terms.mean(
                  terms.difference(y(target), season(baseline, 0)), baseline.season().period()));
    };
  }

  /** For each row ahead, or for all of them the same. */
  private String baselines(TargetCode target) {
    int different = target.baseline().season() == null ? 1 : horizon;
    return terms.joined(
        IntStream.rangeClosed(1, different).mapToObj(ahead -> baseline(target, ahead)).toList());
  }

  private String season(Baseline baseline, int ahead) {
    return terms.repeated(steps(), ahead, baseline.season().profile());
  }

  @Override
  public void outputs(OnnxTerms given, String outputs) {
    int ranges = preparation.config().task().ranges();
    int first = 0;
    for (TargetCode target : preparation.targets()) {
      ranges(target, outputs, first, ranges);
      first += ranges * Preparation.LEVELS;
    }
    if (!preparation.labels().isEmpty()) {
      words.add("outputs: the probabilities of " + String.join(", ", preparation.labels()));
    }
  }

  /** As {@link RangeDecoder#range}. */
  private void ranges(TargetCode target, String outputs, int first, int ranges) {
    String[] levels = new String[Preparation.LEVELS];
    for (int level = 0; level < levels.length; level++) {
      levels[level] =
          terms.features(
              outputs, first + level, first + ranges * Preparation.LEVELS, Preparation.LEVELS);
    }
    String median = levels[1];
    String wider = recent(target);
    String below = end(target, terms.difference(median, terms.least(levels[0], median)), wider);
    String above = end(target, terms.difference(terms.most(levels[2], median), median), wider);
    String name = target.code().column() + "_y";
    boolean ofRows = !preparation.config().task().ofSequences();
    terms.output(name, raw(target, median), ofRows, ranges);
    terms.output(name + "_lo", raw(target, terms.difference(median, below)), ofRows, ranges);
    terms.output(name + "_hi", raw(target, terms.sum(median, above)), ofRows, ranges);
    words.add(
        "%s, %s_lo, %s_hi: the forecast and its range%s"
            .formatted(name, name, name, ofRows ? ", 1 to %d rows ahead".formatted(ranges) : ""));
  }

  /** How far an end of a range is from the median. */
  private String end(TargetCode target, String distance, String wider) {
    double[] margins = target.margins().stream().mapToDouble(Double::doubleValue).toArray();
    String far = terms.most(terms.sum(distance, margins), 0);
    return wider == null ? far : terms.product(far, wider);
  }

  /** As {@link RangeDecoder#recent}; null where ranges do not follow. */
  private String recent(TargetCode target) {
    if (preparation.forecast().isEmpty()) {
      return null;
    }
    String y = y(target);
    String none = terms.difference(y, y);
    String counted = terms.before(terms.sum(none, 1), none);
    if (target.code().flagged()) {
      String missing =
          terms.ahead(columns.get(flag(target.code().column())), 0, rowsAhead(target.code()));
      counted = terms.product(counted, terms.difference(terms.sum(none, 1), missing));
    }
    String errors = terms.product(terms.magnitude(error(target)), counted);
    return terms.quotient(
        terms.sum(terms.total(errors, RangeDecoder.RECENT), RangeDecoder.PRIOR),
        terms.sum(terms.total(counted, RangeDecoder.RECENT), RangeDecoder.PRIOR));
  }

  /** As {@link ColumnCode#raw}. */
  private String raw(TargetCode target, String leftOver) {
    double[] units = target.leftOver().stream().mapToDouble(Double::doubleValue).toArray();
    String rest = terms.product(leftOver, units);
    String scaled =
        target.baseline().kind() == Baseline.Kind.ALL
            ? terms.sum(rest, target.baseline().season().at(0))
            : terms.sum(rest, baselines(target));
    Scale scale = target.code().scale();
    String x = terms.sum(terms.product(scaled, scale.spread()), scale.center());
    String raw = scale.log() ? terms.exp(x) : x;
    return target.code().least() < 0 ? raw : terms.most(raw, 0);
  }
}
