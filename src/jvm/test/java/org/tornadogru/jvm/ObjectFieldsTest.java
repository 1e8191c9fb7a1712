package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.jvm.Kernels.counting;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.images.ImageFloat;

/** Objects of a program's own classes as arguments of tasks. */
class ObjectFieldsTest {

  static class Body {
    final FloatArray position = counting(8);
    float mass = 2;
  }

  static final class Star extends Body {
    final FloatArray velocity = FloatArray.fromElements(1, 10, 100, 0, 0, 0, 0, 0);
  }

  static final class Planets {
    final Body planet = new Body();
    float scale = 3;
  }

  static final class Named {
    final FloatArray values = counting(2);
    final String name = "a name";
  }

  static void move(Star star) {
    for (@Parallel int i = 0; i < 8; i++) {
      star.position.set(i, star.position.get(i) + star.velocity.get(i));
    }
  }

  static void fall(Body body) {
    for (@Parallel int i = 0; i < 8; i++) {
      body.position.set(i, body.position.get(i) + body.mass);
    }
  }

  static void grow(Planets planets, float mass) {
    planets.planet.mass = mass;
  }

  static void shift(Planets planets, FloatArray by) {
    for (@Parallel int i = 0; i < by.getSize(); i++) {
      planets.planet.position.set(i, planets.planet.position.get(i) - by.get(i));
    }
  }

  static void twice(Named named) {
    for (@Parallel int i = 0; i < named.values.getSize(); i++) {
      named.values.set(i, 2 * named.values.get(i));
    }
  }

  private static void run(TaskGraph graph, Object object) throws TornadoExecutionPlanException {
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, object);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
  }

  private static TaskGraph graph(Object... objects) {
    return new TaskGraph("objects").transferToDevice(DataTransferMode.EVERY_EXECUTION, objects);
  }

  @Test
  void arraysOfAnObjectAndInherited() throws TornadoExecutionPlanException {
    Star star = new Star();
    FloatArray position = star.position;
    run(graph(star).task("move", ObjectFieldsTest::move, star), star);
    assertThat(star.position).isSameAs(position);
    assertThat(position.toHeapArray()).containsExactly(1, 11, 102, 3, 4, 5, 6, 7);
    assertThat(star.velocity.toHeapArray()).containsExactly(1, 10, 100, 0, 0, 0, 0, 0);
    assertThat(star.mass).isEqualTo(2);
  }

  @Test
  void anArrayOfAnObjectInAnObject() throws TornadoExecutionPlanException {
    Planets planets = new Planets();
    FloatArray by = FloatArray.fromElements(1, 10, 100, 0, 0, 0, 0, 0);
    run(graph(planets, by).task("shift", ObjectFieldsTest::shift, planets, by), planets);
    assertThat(planets.planet.position.toHeapArray()).containsExactly(-1, -9, -98, 3, 4, 5, 6, 7);
    assertThat(planets.planet.mass).isEqualTo(2);
    assertThat(planets.scale).isEqualTo(3);
  }

  @Test
  void whatAMethodIsBoundToIsAnArgument() throws TornadoExecutionPlanException {
    ImageFloat image = new ImageFloat(4, 3);
    image.fill(9);
    TaskGraph graph =
        new TaskGraph("image")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, image)
            .task("fill", image::fill, 2f);
    run(graph, image);
    assertThat(image.getArray().toHeapArray()).containsOnly(2);
  }

  @Test
  void bytesOfAnObjectAndItsArrays() throws TornadoExecutionPlanException {
    DefaultBackend.assumeCountersOfBytes();
    Body body = new Body();
    TaskGraph graph =
        new TaskGraph("objects")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, body)
            .task("fall", ObjectFieldsTest::fall, body)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, body);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      TornadoProfilerResult profile = plan.execute().getProfilerResult();
      long bytes = 24 + 16 + 8 * Float.BYTES;
      assertThat(profile.getTotalBytesCopyIn()).isEqualTo(2 * bytes + 24);
      assertThat(profile.getTotalBytesCopyOut()).isEqualTo(bytes);
    }
    assertThat(body.position.toHeapArray()).containsExactly(2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void aNumberInAField() throws TornadoExecutionPlanException {
    Planets planets = new Planets();
    run(graph(planets).task("grow", ObjectFieldsTest::grow, planets, 77f), planets);
    assertThat(planets.planet.mass).isEqualTo(77);
    assertThat(planets.scale).isEqualTo(3);
    assertThat(planets.planet.position.toHeapArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  @Tag("plain-jvm")
  void aFieldThatIsNoData() {
    Named named = new Named();
    TaskGraph graph =
        new TaskGraph("objects")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, named)
            .task("twice", ObjectFieldsTest::twice, named);
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    assertThatThrownBy(plan::execute)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("cannot hold the field Named.name in device memory");
  }
}
