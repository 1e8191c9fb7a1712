package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.jvm.Kernels.counting;

import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Tasks that are methods of a program's own objects, which no transfer names. */
class CapturedObjectTest {

  static final class Sums {
    final FloatArray terms = counting(8);
    final FloatArray results = new FloatArray(8);
    int more = 20;

    void add() {
      for (@Parallel int i = 0; i < results.getSize(); i++) {
        results.set(i, terms.get(i) + more);
      }
    }

    void subtract() {
      for (@Parallel int i = 0; i < results.getSize(); i++) {
        results.set(i, terms.get(i) - more);
      }
    }
  }

  static final class Named {
    final FloatArray values = counting(3);
    final String name = "a name";

    void twice() {
      for (@Parallel int i = 0; i < values.getSize(); i++) {
        values.set(i, 2 * values.get(i));
      }
    }
  }

  private Properties before;

  @BeforeEach
  void beTolerant() {
    before = (Properties) System.getProperties().clone();
    System.setProperty("tornado.plain.strict", "false");
    System.setProperty("tornado.plain.lint", "off");
  }

  @AfterEach
  void asBefore() {
    System.setProperties(before);
  }

  @Test
  void fieldsComeBackWhenAskedFor() throws TornadoExecutionPlanException {
    Sums sums = new Sums();
    TaskGraph graph = new TaskGraph("captured").task("add", sums::add);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      TornadoExecutionResult result = plan.execute();
      assertThat(sums.results.toHeapArray()).containsOnly(0);
      result.transferToHost(sums.results);
      assertThat(sums.results.toHeapArray()).containsExactly(20, 21, 22, 23, 24, 25, 26, 27);
    }
  }

  @Test
  void ofSeveralMethodsTheOneThatIsMeant() throws TornadoExecutionPlanException {
    Sums sums = new Sums();
    TaskGraph graph = new TaskGraph("captured").task("subtract", sums::subtract);
    assertThat(sums.results.toHeapArray()).containsOnly(0); // finding out has run nothing
    assertThat(sums.more).isEqualTo(20);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute().transferToHost(sums.results);
    }
    assertThat(sums.results.toHeapArray()).containsExactly(-20, -19, -18, -17, -16, -15, -14, -13);
  }

  @Test
  void fieldsAreUploadedOnceAndAllComeBack() throws TornadoExecutionPlanException {
    Sums sums = new Sums();
    TaskGraph graph = new TaskGraph("captured").task("add", sums::add);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
      sums.terms.set(0, 100);
      sums.more = 30;
      plan.execute().transferToHost(new DataRange(sums.results).withSize(3));
    }
    assertThat(sums.results.toHeapArray()).containsExactly(20, 21, 22, 23, 24, 25, 26, 27);
    assertThat(sums.terms.get(0)).isZero();
    assertThat(sums.more).isEqualTo(20);
  }

  @Test
  @Tag("plain-jvm")
  void anObjectThatNoDeviceCouldHoldIsUsedAsItIs() throws TornadoExecutionPlanException {
    Named named = new Named();
    TaskGraph graph = new TaskGraph("captured").task("twice", named::twice);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    assertThat(named.values.toHeapArray()).containsExactly(0, 2, 4);
  }
}
