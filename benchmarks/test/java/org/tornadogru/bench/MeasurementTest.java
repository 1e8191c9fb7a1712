package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.bench.Work.Kind;
import org.tornadogru.cli.Word;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.graph.Parameters;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Tensor;

/** What a process measures, and how its answers are judged. */
class MeasurementTest {

  private static final double SHORT = 0.01;

  @TempDir private Path temporary;

  private static Work tiny(Kind kind) {
    SequenceShape shape =
        kind == Kind.GENERATION ? new SequenceShape(1, 1) : new SequenceShape(3, 2);
    GruConfig config =
        kind.isOfLayer()
            ? GruConfig.builder(5, 7).build()
            : GruConfig.ofTokens(5, 7, ResetPlacement.AFTER);
    return new Work(kind, "tiny", config, shape);
  }

  private static Library annotated() {
    return on(Device.fastest().withKernels(KernelChoice.ANNOTATED));
  }

  private static Library on(Device device) {
    return new TornadoGru(Placement.on(device));
  }

  @Test
  void theBigWorkIsDoneOnlyByItsName() {
    assertThat(Work.named("training-big").shape()).isEqualTo(new SequenceShape(128, 1024));
    assertThat(Work.all()).doesNotContain(Work.named("training-big"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PRODUCT") // only libraries have that
  void theDevicesOwnKernelsAgreeWithTheReferenceAndAreTimed(Kind kind) throws IOException {
    Work work = tiny(kind);
    Path file = temporary.resolve("reference");
    Reference.compute(work, annotated()).write(file);
    Library fastest = on(Device.fastest());

    Measurement measured = Measurement.of(work, fastest, Reference.read(work, file), SHORT);

    assertThat(measured.maxAbsDiff()).isBetween(0d, 1e-4);
    assertThat(measured.firstStepSeconds()).isPositive();
    assertThat(measured.milliseconds()).hasSizeGreaterThanOrEqualTo(3).doesNotContain(0);
    assertThat(measured.kernels()).isEqualTo(fastest.kernels());
    assertThat(measured.charactersPerStep())
        .as("a character of a text, or all of a batch")
        .isEqualTo(work.shape().positions());
    // The weights stay: each step moves less than they are.
    assertThat(measured.bytesToDevice())
        .isBetween(
            4L * work.shape().positions(), 4L * Parameters.pack(work.weights()).array().getSize());
    assertThat(measured.bytesFromDevice()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PRODUCT") // only libraries have that
  void wrongAnswersAreNotTimed(Kind kind) {
    Work work = tiny(kind);
    Reference right = Reference.compute(work, annotated());
    Map<String, Tensor> tensors = new HashMap<>();
    right
        .tensors()
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.values().clone();
              for (int i = 0; i < values.length; i++) {
                values[i] = kind == Kind.GENERATION ? (values[i] + 1) % 5 + i % 5 : values[i] + 1;
              }
              tensors.put(name, new Tensor(name, tensor.shape(), values));
            });

    assertRefused(
        () -> Measurement.of(work, annotated(), new Reference(work, tensors), SHORT),
        "wrong answers");
  }

  @Test
  void aReferenceOfAnotherWorkIsRefused() throws IOException {
    Path file = temporary.resolve("reference");
    Reference.compute(tiny(Kind.INFERENCE), annotated()).write(file);

    assertRefused(() -> Reference.read(tiny(Kind.TRAINING), file), "training-tiny");
  }

  @Test
  void oneWrongNumberAmongManyIsTheDifference() {
    Reference reference = reference("logits", 1, 2, 3);

    assertThat(reference.difference(vector("logits", 1, 2.25f, 3))).isEqualTo(0.25);
    assertThat(reference.difference(vector("logits", 1, Float.NaN, 3))).isNaN();
  }

  @Test
  void aTextIsJudgedWhereItFirstDiffers() {
    Tensor tokens = vector("tokens", 1, 0, 1);
    Tensor logits = vector("logits", 0, 9, 5, 4.75f, 0, 9); // two symbols after three characters
    Reference reference =
        new Reference(tiny(Kind.GENERATION), Map.of("tokens", tokens, "logits", logits));

    assertThat(reference.difference(vector("tokens", 1, 0, 1))).isZero();
    assertThat(reference.difference(vector("tokens", 1, 1, 0))).isCloseTo(0.25, within(1e-9));
    assertThat(reference.difference(vector("tokens", 0, 0, 1))).isCloseTo(9, within(1e-9));
    assertThat(reference.difference(vector("tokens", 7, 0, 1))).isNaN();
  }

  @Test
  void aMeasurementSurvivesItsJson() throws IOException {
    Measurement measurement =
        new Measurement("training-d2l", "wide", 1.5, new double[] {2, 3}, 64, 100, 200, 1e-7, 0.5);

    assertThat(new ObjectMapper().readValue(measurement.json(), Measurement.class))
        .usingRecursiveComparison()
        .isEqualTo(measurement);
  }

  @Test
  void operationsAreThoseOfTheMatrixProducts() {
    // H 7, V 5: 3·49 + 35 = 182 multiplications per position, as many additions.
    assertThat(tiny(Kind.INFERENCE).flops(6)).isEqualTo(2 * 182 * 6);
    assertThat(tiny(Kind.TRAINING).flops(6)).isEqualTo(3 * 2 * 182 * 6);
  }

  @Test
  void aCandidatesUsualKernelsAreAvailable() {
    Candidate candidate = Candidate.of(Device.fastest());

    assertThat(candidate.usual()).contains("annotated").isSubsetOf(candidate.available());
    assertThat(candidate.usual())
        .contains(Word.of(Device.fastest().kernels()))
        .doesNotHaveDuplicates();
  }

  private static Reference reference(String name, float... values) {
    return new Reference(tiny(Kind.INFERENCE), Map.of(name, vector(name, values)));
  }

  private static Tensor vector(String name, float... values) {
    return new Tensor(name, List.of(values.length), values);
  }
}
