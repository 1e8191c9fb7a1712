package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The device draws what the JVM draws. */
class TopKTest {

  static void fillUniform(FloatArray out, int size, int key) {
    for (@Parallel int i = 0; i < size; i++) {
      out.set(i, Philox.uniformFloat(i, i * 31, key));
    }
  }

  static void drawMany(
      FloatArray scores, FloatArray uniforms, IntArray drawn, int size, int vocabulary, int topK) {
    for (@Parallel int i = 0; i < size; i++) {
      drawn.set(i, TopK.draw(scores, 1.3f, topK, uniforms.get(i), vocabulary));
    }
  }

  @Test
  void uniformNumbersAreTheSameOnTheDevice() throws TornadoExecutionPlanException {
    int size = 1000;
    FloatArray out = new FloatArray(size);
    TaskGraph graph =
        new TaskGraph("random")
            .task("fill", TopKTest::fillUniform, out, size, 12345)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    FloatArray expected = new FloatArray(size);
    fillUniform(expected, size, 12345);
    assertThat(out.toHeapArray()).containsExactly(expected.toHeapArray());
    assertThat(IntStream.range(0, size).mapToDouble(out::get).average().orElseThrow())
        .isBetween(0.45, 0.55);
  }

  @Test
  void drawsAreTheSameOnTheDevice() throws TornadoExecutionPlanException {
    int size = 400;
    FloatArray scores = FloatArray.fromElements(0.5f, -1, 2, 0.5f, 0.5f, -3, 1, 2, 0, 0.25f, -2);
    FloatArray uniforms = new FloatArray(size);
    IntStream.range(0, size).forEach(i -> uniforms.set(i, i / (float) size));
    for (int topK : new int[] {1, 2, 4, 5, 10, 11}) {
      IntArray drawn = new IntArray(size);
      TaskGraph graph =
          new TaskGraph("draws")
              .transferToDevice(DataTransferMode.FIRST_EXECUTION, scores, uniforms)
              .task(
                  "draw", TopKTest::drawMany, scores, uniforms, drawn, size, scores.getSize(), topK)
              .transferToHost(DataTransferMode.EVERY_EXECUTION, drawn);
      try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
        plan.execute();
      }
      IntArray expected = new IntArray(size);
      drawMany(scores, uniforms, expected, size, scores.getSize(), topK);
      assertThat(drawn.toHeapArray()).as("top %d", topK).containsExactly(expected.toHeapArray());
      assertThat(IntStream.of(drawn.toHeapArray()).distinct()).hasSizeLessThanOrEqualTo(topK);
    }
  }
}
