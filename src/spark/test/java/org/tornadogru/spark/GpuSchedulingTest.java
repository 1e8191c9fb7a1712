package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine with two GPUs, as far as Spark knows, each task computes on one of its own. */
class GpuSchedulingTest {

  @TempDir private Path directory;

  private List<String> run(int devicesOfExecutor, String... devices) throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      cluster.addWorker("worker", devices);
      return cluster.run(
          devicesOfExecutor,
          ProgramOfTwoTasks.class.getName(),
          directory.resolve("trained").toString());
    }
  }

  @Test
  void whatTwoTasksOfAnExecutorLearnAndSayIsTheSame() throws Exception {
    List<String> printed = run(2, "jvm:0", "jvm:1");
    SparkSession spark = Clusters.session();
    assertThat(printed).hasSize(3).last().isEqualTo(ProgramOfTwoTasks.answers(spark));
    assertThat(printed.subList(0, 2)).containsExactly("executor 0: jvm:0", "executor 0: jvm:1");
    assertThat(SparkGruModel.load(directory.resolve("trained").toString()).model().weights())
        .isEqualTo(ProgramOfTwoTasks.trained(spark).model().weights());
  }

  /**
   * Of two executors each has a device. It is the one that Spark gave which is taken, since there
   * is no other reason to fail.
   */
  @Test
  void aDeviceThatIsNotThereIsNamed() throws Exception {
    List<String> printed = run(1, "jvm:0", "9:9");
    assertThat(printed.subList(0, 2))
        .extracting(line -> line.replaceFirst("executor \\d: ", ""))
        .containsExactlyInAnyOrder("jvm:0", "9:9");
    assertThat(printed.subList(0, 2))
        .extracting(line -> line.replaceFirst(": .*", ""))
        .containsExactly("executor 0", "executor 1");
    assertThat(printed.subList(2, 4))
        .satisfiesExactly(
            training -> assertThat(training).contains("training: device 9:9 does not exist"),
            prediction ->
                assertThat(prediction).contains("prediction: ", "device 9:9 does not exist"));
  }
}
