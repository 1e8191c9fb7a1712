package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** What a device cannot run ends in an error: TornadoVM by itself would run it as Java. */
class BailoutTest {

  /** TornadoVM's compilers fail at a vector that begins without values. */
  static void accumulate(FloatArray sums) {
    for (@Parallel int i = 0; i < sums.getSize(); i++) {
      Float16 sum = new Float16();
      for (int j = 0; j < 3; j++) {
        sum = Float16.add(sum, sum);
      }
      sums.set(i, sum.getS0());
    }
  }

  /** As it is when a user asks for the contrary, with {@code -Dtornado.recover.bailout=True}. */
  @Test
  void tornadoVmWasToldNotTo() throws ReflectiveOperationException {
    assumeTrue(!Device.fastest().isPlainJvm(), "a plain JVM has no such setting");
    Class<?> options = Class.forName("uk.ac.manchester.tornado.runtime.common.TornadoOptions");
    assertThat(options.getField("RECOVER_BAILOUT").getBoolean(null)).isFalse();
  }

  @Test
  void aKernelThatDoesNotCompileIsNotRunAsJava() {
    Device device = Device.fastest();
    assumeTrue(!device.isPlainJvm(), "a plain JVM runs any Java");
    FloatArray sums = new FloatArray(4);
    PlanGraph graph =
        new PlanGraph("summing")
            .loop(4, new TaskPackage("accumulate", BailoutTest::accumulate, sums))
            .download(sums);

    assertThatThrownBy(
            () -> {
              try (ExecutionPlan plan = new ExecutionPlan(Placement.on(device), graph)) {
                plan.execute(0);
              }
            })
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(device.id(), "refused graph summing");
  }
}
