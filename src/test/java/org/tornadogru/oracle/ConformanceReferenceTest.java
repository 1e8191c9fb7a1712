package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.ConformanceCases.Case;

class ConformanceReferenceTest {

  /**
   * Asked for by each test rather than once for the class, so that a missing property is reported
   * as skipped.
   */
  static List<Case> applicable() {
    Optional<ConformanceCases> published = ConformanceCases.load();
    assumeTrue(
        published.isPresent(),
        "no published answers: give their file with -D" + ConformanceCases.PROPERTY);
    return published.orElseThrow().applicableToSingleLayer();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("applicable")
  void referenceReproducesThePublishedAnswer(Case known) {
    known.assertReproducedBy(
        new ReferenceGru(known.reset()).states(known.parameters(), known.x(), known.initialState()),
        0);
  }

  @Test
  void selectionCoversBothPlacementsAndInitialStates() {
    assertThat(applicable()).hasSizeGreaterThanOrEqualTo(13);
    assertThat(applicable()).extracting(Case::reset).contains(ResetPlacement.values());
    assertThat(applicable()).anyMatch(known -> known.h0() != null);
  }
}
