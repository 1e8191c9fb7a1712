package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;

class RandomLayersTest {

  /** A property of a case, and the values it can have. */
  private record Feature(String name, Function<RandomLayer, Object> of, Set<Object> values) {
    static Feature of(String name, Function<RandomLayer, Object> of, Object... values) {
      return new Feature(name, of, Set.of(values));
    }
  }

  private static final List<Feature> FEATURES =
      List.of(
          Feature.of("layers", RandomLayer::layers, "1", "2", "3", "2 unlike", "3 unlike"),
          Feature.of("direction", c -> c.config().direction(), (Object[]) Direction.values()),
          Feature.of("merge", c -> c.config().merge(), (Object[]) Merge.values()),
          Feature.of("reset", c -> c.config().reset(), (Object[]) ResetPlacement.values()),
          Feature.of("biases", c -> c.config().biases(), (Object[]) Biases.values()),
          Feature.of("gating", c -> c.config().gating(), (Object[]) Gating.values()),
          Feature.of("input", c -> c.config().input(), (Object[]) InputKind.values()),
          Feature.of("embedding", RandomLayer::embedding, "no table", "table", "tied table"),
          Feature.of("dense layers", c -> c.config().dense().size(), 0, 1, 2),
          Feature.of("masked", c -> c.config().maskedOutput(), (Object[]) MaskedOutput.values()),
          Feature.of("clip", c -> Float.isInfinite(c.config().clip()), true, false),
          Feature.of("recurrent dropout", c -> c.config().recurrentDropout() > 0, true, false),
          Feature.of("state", RandomLayer::hasState, true, false),
          Feature.of("valid", c -> c.valid() != null, true, false),
          Feature.of("lengths", c -> c.lengths() != null, true, false),
          Feature.of("standard", c -> c.config().isStandardCell(), true, false));

  private static final List<RandomLayer> CASES = RandomLayers.cases().toList();

  @Test
  void anyTwoValuesOfTwoFeaturesOccurTogether() {
    for (Feature one : FEATURES) {
      for (Feature other : FEATURES) {
        if (one.name.compareTo(other.name) < 0
            && !Set.of(one.name, other.name).equals(Set.of("valid", "lengths"))) {
          Set<List<Object>> pairs =
              CASES.stream()
                  .map(c -> List.of(one.of.apply(c), other.of.apply(c)))
                  .collect(Collectors.toSet());
          assertThat(pairs)
              .as("%s and %s", one.name, other.name)
              .hasSizeGreaterThanOrEqualTo(possible(one, other));
        }
      }
    }
  }

  /** Only a cell without any of these is a standard one; only tokens have a table. */
  private static int possible(Feature one, Feature other) {
    int all = one.values.size() * other.values.size();
    Set<String> names = Set.of(one.name, other.name);
    if (names.equals(Set.of("embedding", "input"))) {
      return all - 2;
    }
    if (!names.contains("standard")) {
      return all;
    }
    return names.contains("gating") ? all - 3 : names.contains("clip") ? all - 1 : all;
  }

  @Test
  void everySpecialCaseOccurs() {
    assertThat(CASES).hasSizeGreaterThanOrEqualTo(300);
    for (ActivationFunction.Kind kind : ActivationFunction.Kind.values()) {
      assertThat(CASES).anyMatch(c -> c.config().gateActivation(0).kind() == kind);
      assertThat(CASES).anyMatch(c -> c.config().candidateActivation(0).kind() == kind);
      assertThat(CASES).anyMatch(c -> hasDense(c, kind));
    }
    assertThat(CASES).anyMatch(c -> c.config().keepReversed() && c.valid() != null);
    assertThat(CASES).anyMatch(c -> !c.walksAreAlike() && c.config().layers() > 1);
    assertThat(CASES).anyMatch(c -> c.config().dropout() > 0);
    assertThat(CASES).anyMatch(c -> c.config().inputDropout() > 0);
    assertThat(CASES).anyMatch(c -> c.lengths() != null && c.lengths()[0] == 0);
  }

  private static boolean hasDense(RandomLayer layer, ActivationFunction.Kind kind) {
    return layer.config().dense().stream().anyMatch(dense -> dense.activation().kind() == kind);
  }

  @Test
  void theSameSeedIsTheSameCase() {
    for (RandomLayer first : CASES) {
      RandomLayer second = RandomLayers.of(first.seed());
      assertThat(second).hasToString(first.toString());
      assertThat(second.tensors(true)).usingRecursiveComparison().isEqualTo(first.tensors(true));
      assertThat(second.input()).usingRecursiveComparison().isEqualTo(first.input());
    }
  }
}
