package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.bench.Work.Kind;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;

/** What libraries make of a layer, several times over, against the annotated kernels. */
class LayersTest {

  private static final Library ANNOTATED =
      new TornadoGru(Placement.on(Device.fastest().withKernels(KernelChoice.ANNOTATED)));

  /** The works of layers, each at a size that takes no time. */
  static Stream<Work> works() {
    return Work.all().stream()
        .filter(work -> work.kind().isOfLayer())
        .map(
            work -> {
              GruConfig config = work.config();
              GruConfig small =
                  GruConfig.builder(3, 5)
                      .layers(config.layers())
                      .direction(config.direction())
                      .activations(config.gateActivations(), config.candidateActivations())
                      .build();
              int batch = Math.min(work.shape().batch(), 4);
              int steps = Math.min(work.shape().steps(), 16);
              return new Work(
                  work.kind(),
                  work.size(),
                  small,
                  new SequenceShape(steps, batch),
                  work.ragged(),
                  0);
            });
  }

  @Test
  void productsAreProducts() {
    Work work =
        new Work(Kind.PRODUCT, "5", GruConfig.builder(5, 5).build(), new SequenceShape(1, 5));
    float[] left = work.vectors().vectors().orElseThrow().values();
    float[] right = work.outputGradients().values();
    float[] expected = new float[25];
    for (int place = 0; place < 125; place++) {
      expected[place / 5] +=
          left[place / 25 * 5 + place % 5] * right[place % 5 * 5 + place / 5 % 5];
    }
    List<Library> libraries =
        Library.others().stream().filter(library -> library.does(work)).toList();
    assertThat(libraries).extracting(Library::name).containsExactly("libtorch", "onednn");
    for (Library library : libraries) {
      try (Exercise exercise = new Exercise(work, library)) {
        exercise.step();
        assertThat(exercise.answers().getFirst().values())
            .as(library.name())
            .containsExactly(expected, within(1e-6f));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("works")
  void everyLibraryThatDoesItHasTheSameAnswers(Work work) {
    Reference reference = Reference.compute(work, ANNOTATED);
    List<Library> libraries =
        Library.others().stream().filter(library -> library.does(work)).toList();
    for (Library library : libraries) {
      try (Exercise exercise = new Exercise(work, library)) {
        for (int round = 0; round < 3; round++) { // the next must not see the last one's
          exercise.step();
          assertThat(reference.check(exercise.answers())).as(library.name()).isBetween(0d, 1e-5);
        }
      }
    }
    boolean plain = !work.ragged() && !work.size().equals("variant");
    assertThat(libraries)
        .extracting(Library::name)
        .filteredOn(name -> name.equals("libtorch"))
        .hasSize(plain ? 1 : 0);
  }
}
