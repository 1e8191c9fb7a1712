package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.ConformanceCases.Case;

class ConformanceReferenceTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.ConformanceCases#published")
  void referenceReproducesThePublishedAnswer(Case known) {
    ReferenceLayer layer = new ReferenceLayer(known.config());
    known.assertReproducedBy(input -> layer.forward(known.tensors(), input), 0);
  }

  @Test
  void thereAreCasesOfEveryKind() {
    List<Case> published = ConformanceCases.published();
    assertThat(published).hasSizeGreaterThanOrEqualTo(24);
    assertThat(published)
        .extracting(known -> known.config().direction())
        .contains(Direction.values());
    assertThat(published).anyMatch(known -> known.statefulCalls() > 1);
    assertThat(published).anyMatch(known -> known.mask() != null);
    assertThat(published).anyMatch(known -> known.numLayers() > 1);
  }

  /** Those with twins of their kernels, which {@code PublishedAnswersTest} gives to every set. */
  @Test
  void standardCellsHaveBothPlacementsAndInitialStates() {
    List<Case> standard =
        ConformanceCases.published().stream()
            .filter(known -> known.config().isStandardCell())
            .toList();
    assertThat(standard).hasSizeGreaterThanOrEqualTo(13);
    assertThat(standard).extracting(Case::reset).contains(ResetPlacement.values());
    assertThat(standard).anyMatch(known -> known.h0() != null);
  }
}
