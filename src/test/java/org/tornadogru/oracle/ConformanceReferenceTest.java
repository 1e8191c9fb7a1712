package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.ConformanceCases.Case;

class ConformanceReferenceTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.ConformanceCases#applicable")
  void referenceReproducesThePublishedAnswer(Case known) {
    known.assertReproducedBy(
        new ReferenceGru(known.reset()).states(known.parameters(), known.x(), known.initialState()),
        0);
  }

  @Test
  void selectionCoversBothPlacementsAndInitialStates() {
    assertThat(ConformanceCases.applicable()).hasSizeGreaterThanOrEqualTo(13);
    assertThat(ConformanceCases.applicable())
        .extracting(Case::reset)
        .contains(ResetPlacement.values());
    assertThat(ConformanceCases.applicable()).anyMatch(known -> known.h0() != null);
  }
}
