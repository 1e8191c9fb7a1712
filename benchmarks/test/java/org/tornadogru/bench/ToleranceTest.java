package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.bench.Work.Kind;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.Activation;
import org.tornadogru.kernels.GruForward;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.library.LibraryKernels;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Tensor;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What passes for rounding, and what does not. */
@Tag("plain-jvm")
class ToleranceTest {

  private static final double SHORT = 0.01;

  /** What a race once did to answers that were taken for right. */
  private static final float RACE = 7e-4f;

  private static Library on(KernelChoice kernels) {
    return new TornadoGru(Placement.on(Device.fastest().withKernels(kernels)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"training-d2l", "inference-d2l", "inference-H256"})
  void rightAnswersUseAFifthOfIt(String name) {
    Work work = Work.named(name);
    Reference annotated = Reference.compute(work, on(KernelChoice.ANNOTATED));
    List<Tensor> simd =
        Reference.compute(work, on(KernelChoice.SIMD)).tensors().values().stream()
            .map(answer -> fiveTimesAsFar(answer, annotated.tensors().get(answer.name())))
            .toList();

    assertThat(annotated.check(simd)).isPositive();
  }

  private static Tensor fiveTimesAsFar(Tensor answer, Tensor right) {
    float[] values = answer.values();
    float[] exact = right.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = exact[i] + 5 * (values[i] - exact[i]);
    }
    return new Tensor(answer.name(), answer.shape(), values);
  }

  static Stream<Arguments> rounding() {
    return Stream.of(Kind.TRAINING, Kind.INFERENCE)
        .flatMap(
            kind ->
                Stream.of(LibraryKernels.CUBLAS_TF32, LibraryKernels.CUBLAS_BF16)
                    .map(kernels -> Arguments.of(kind, Named.of(kernels.name(), kernels))));
  }

  /** Products of rounded numbers leave four fifths of their tolerance, and not that of others. */
  @ParameterizedTest
  @MethodSource("rounding")
  void roundedOperandsHaveATolerance(Kind kind, KernelSet kernels) {
    Work work =
        new Work(
            kind,
            "small",
            GruConfig.ofTokens(28, 64, ResetPlacement.AFTER),
            new SequenceShape(32, 16));
    Reference exact = Reference.compute(work, on(KernelChoice.ANNOTATED));
    Library rounding = new TornadoGru(new Placement(Device.fastest(), kernels));
    List<Tensor> rounded = List.copyOf(Reference.compute(work, rounding).tensors().values());

    assertThatThrownBy(() -> exact.check(rounded)).isInstanceOf(InvalidInputException.class);
    List<Tensor> further =
        rounded.stream()
            .map(answer -> fiveTimesAsFar(answer, exact.tensors().get(answer.name())))
            .toList();
    assertThat(exact.check(further, rounding.operandBits())).isPositive();
  }

  static Stream<Work> worksWithNumbers() {
    return Work.all().stream()
        .filter(work -> work.kind() != Kind.GENERATION && work.kind() != Kind.PRODUCT);
  }

  @ParameterizedTest
  @MethodSource("worksWithNumbers")
  void whatARaceDidIsRefusedInEveryAnswer(Work work) {
    Reference reference = Reference.compute(work, on(KernelChoice.AUTO));

    assertThat(reference.check(List.copyOf(reference.tensors().values()))).isZero();
    for (Tensor right : reference.tensors().values()) {
      float[] values = right.values().clone();
      values[values.length / 2] += RACE * Math.max(1, largest(values)); // gradients may be large
      Tensor wrong = new Tensor(right.name(), right.shape(), values);
      assertRefused(() -> reference.check(List.of(wrong)), right.name());
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** A library that forgets to update a tensor leaves it where it was. */
  @ParameterizedTest
  @ValueSource(strings = {"training-d2l", "training-H256", "training-H512"})
  void weightsThatDidNotMoveAreRefused(String name) {
    Work work = Work.named(name);
    Reference reference = Reference.compute(work, on(KernelChoice.AUTO));

    for (Tensor before : work.weights().tensors()) {
      assertThatThrownBy(() -> reference.check(List.of(before)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(before.name());
    }
  }

  /** In one of 32 steps work-items go on before all others are done. */
  @ParameterizedTest
  @EnumSource(names = {"TRAINING", "INFERENCE"})
  void aMissingBarrierIsSeen(Kind kind) {
    Work work =
        new Work(
            kind,
            "small",
            GruConfig.ofTokens(28, Hasty.HIDDEN, ResetPlacement.AFTER),
            new SequenceShape(32, 16));
    Reference reference = Reference.compute(work, on(KernelChoice.ANNOTATED));
    Library allBarriers = Hasty.library(Hasty::withAllBarriers);
    Library oneMissing = Hasty.library(Hasty::withoutOneBarrier);

    assertThat(Measurement.of(work, allBarriers, reference, SHORT).maxAbsDiff()).isLessThan(1e-6);
    assertThatThrownBy(() -> Measurement.of(work, oneMissing, reference, SHORT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("wrong answers");
  }

  /**
   * The work-groups' way through time, with a work-item per unit, and without the barrier at the
   * end of one step.
   */
  private static final class Hasty {

    static final int HIDDEN = 32;
    private static final int ROWS = WorkgroupKernels.WORKGROUP.rowTile();

    private Hasty() {}

    static Library library(GruForward.Group forward) {
      Recurrence.Groups right = (Recurrence.Groups) WorkgroupKernels.WORKGROUP.recurrence();
      Recurrence.Groups hasty =
          new Recurrence.Groups(
              right.largestGroup(),
              right.localFloats(),
              forward,
              right.backward(),
              right.write(),
              right.steps());
      return new TornadoGru(
          new Placement(Device.fastest(), KernelSet.annotatedBut("hasty", ROWS, hasty)));
    }

    static void withAllBarriers(
        KernelContext context,
        IntArray tokens,
        FloatArray table,
        FloatArray parameters,
        FloatArray initialState,
        FloatArray states,
        FloatArray gates,
        int recurrentAt,
        int steps,
        int batch,
        int hidden,
        int gateStride,
        int resetBefore) {
      forward(
          context,
          tokens,
          table,
          parameters,
          initialState,
          states,
          gates,
          recurrentAt,
          steps,
          batch,
          hidden,
          gateStride,
          -1);
    }

    static void withoutOneBarrier(
        KernelContext context,
        IntArray tokens,
        FloatArray table,
        FloatArray parameters,
        FloatArray initialState,
        FloatArray states,
        FloatArray gates,
        int recurrentAt,
        int steps,
        int batch,
        int hidden,
        int gateStride,
        int resetBefore) {
      forward(
          context,
          tokens,
          table,
          parameters,
          initialState,
          states,
          gates,
          recurrentAt,
          steps,
          batch,
          hidden,
          gateStride,
          16);
    }

    private static void forward(
        KernelContext context,
        IntArray tokens,
        FloatArray table,
        FloatArray parameters,
        FloatArray initialState,
        FloatArray states,
        FloatArray gates,
        int recurrentAt,
        int steps,
        int batch,
        int hidden,
        int gateStride,
        int step) {
      float[] local = context.allocateFloatLocalArray(2 * ROWS * hidden);
      int unit = context.localIdx;
      int firstRow = context.groupIdx * ROWS;
      int resetAt = recurrentAt + Tiles.at(0, unit, hidden + 1);
      int updateAt = resetAt + hidden * (hidden + 1);
      int candidateAt = updateAt + hidden * (hidden + 1);
      for (int row = 0; row < ROWS; row++) {
        int stateAt = (firstRow + row) * hidden + unit;
        local[row * hidden + unit] = initialState.get(stateAt);
        states.set(stateAt, initialState.get(stateAt));
      }
      context.localBarrier();
      for (int time = 0; time < steps; time++) {
        int before = time % 2 * ROWS * hidden;
        int after = ROWS * hidden - before;
        for (int row = 0; row < ROWS; row++) {
          int position = time * batch + firstRow + row;
          int tableAt = tokens.get(position) * 3 * hidden + unit;
          int gatesAt = time * gateStride + (firstRow + row) * 4 * hidden + unit;
          int stateAt = before + row * hidden;
          float reset = product(local, stateAt, parameters, resetAt, hidden);
          float update = product(local, stateAt, parameters, updateAt, hidden);
          float q = product(local, stateAt, parameters, candidateAt, hidden);
          float r = Activation.sigmoid(table.get(tableAt) + reset);
          float z = Activation.sigmoid(table.get(tableAt + hidden) + update);
          float n = Activation.tanh(table.get(tableAt + 2 * hidden) + r * q);
          float next = (1f - z) * n + z * local[stateAt + unit];
          gates.set(gatesAt, r);
          gates.set(gatesAt + hidden, z);
          gates.set(gatesAt + 2 * hidden, n);
          gates.set(gatesAt + 3 * hidden, q);
          local[after + row * hidden + unit] = next;
          states.set((position + batch) * hidden + unit, next);
        }
        if (time != step) {
          context.localBarrier();
        }
      }
    }

    private static float product(
        float[] states, int stateAt, FloatArray parameters, int weightsAt, int hidden) {
      float sum = parameters.get(weightsAt + hidden * Tiles.LANES);
      for (int k = 0; k < hidden; k++) {
        sum += states[stateAt + k] * parameters.get(weightsAt + k * Tiles.LANES);
      }
      return sum;
    }
  }
}
