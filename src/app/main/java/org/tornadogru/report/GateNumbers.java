package org.tornadogru.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.Tensor;

/**
 * What one sequence's gates amount to.
 *
 * @param gates of a batch of one
 * @param symbols what was read, [T]
 */
record GateNumbers(Gates gates, List<Symbol> symbols) {

  /** A gate below is as good as shut, in counts of saturated gates. */
  static final float SHUT = 0.1f;

  /** A gate above is as good as open. */
  static final float OPEN = 0.9f;

  GateNumbers {
    symbols = List.copyOf(symbols);
    if (gates.batch() != 1 || gates.steps() != symbols.size()) {
      throw new IllegalArgumentException(
          "%d symbols for %d sequences of %d steps"
              .formatted(symbols.size(), gates.batch(), gates.steps()));
    }
  }

  /**
   * How much of its state a unit keeps.
   *
   * @param atSpaces mean update gate where a space is read
   * @param elsewhere and where anything else is
   */
  record Keeping(int unit, double atSpaces, double elsewhere) {

    /** How much more it forgets at spaces. */
    double forgetting() {
      return elsewhere - atSpaces;
    }
  }

  /** The units, those first that keep the most of their state: by their mean update gate. */
  List<Integer> slowestFirst() {
    return IntStream.range(0, gates.units())
        .boxed()
        .sorted(Comparator.comparingDouble(unit -> -mean(gates.update(), unit, step -> true)))
        .toList();
  }

  /** The mean of a gate of a unit over some of the steps. */
  double mean(Tensor gate, int unit, IntPredicate steps) {
    return IntStream.range(0, gates.steps())
        .filter(steps)
        .mapToDouble(step -> gate.get(step, 0, unit))
        .average()
        .orElse(Double.NaN);
  }

  /** How many of a gate's values, of all units at all steps, are as good as shut. */
  long shut(Tensor gate) {
    return IntStream.range(0, gate.size()).filter(place -> gate.at(place) < SHUT).count();
  }

  /** How many are as good as open. */
  long open(Tensor gate) {
    return IntStream.range(0, gate.size()).filter(place -> gate.at(place) > OPEN).count();
  }

  /** The saturated values of a gate, in words. */
  String saturation(Tensor gate) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d (%.1f %%) below %s, %,d (%.1f %%) above %s",
        shut(gate),
        gate.size(),
        100.0 * shut(gate) / gate.size(),
        SHUT,
        open(gate),
        100.0 * open(gate) / gate.size(),
        OPEN);
  }

  /**
   * The units that keep less of their state at spaces than elsewhere, those first that differ the
   * most; none if there are no spaces, or nothing else.
   */
  List<Keeping> forgettingAtSpaces() {
    IntPredicate isSpace = step -> symbols.get(step).isSpace();
    return IntStream.range(0, gates.units())
        .mapToObj(
            unit ->
                new Keeping(
                    unit,
                    mean(gates.update(), unit, isSpace),
                    mean(gates.update(), unit, isSpace.negate())))
        .filter(keeping -> keeping.forgetting() > 0)
        .sorted(Comparator.comparingDouble(keeping -> -keeping.forgetting()))
        .toList();
  }
}
