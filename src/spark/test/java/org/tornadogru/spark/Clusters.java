package org.tornadogru.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Spark for all tests of this process: its executors are processes of their own. */
final class Clusters {

  private Clusters() {}

  /** Three executors of one core each, so that one may be lost and there are two yet. */
  static SparkSession session() {
    try {
      Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SparkSession.builder()
        .master("local-cluster[3,1,1024]")
        .config("spark.ui.enabled", false)
        .config("spark.executor.memory", "512m")
        .config("spark.executor.extraJavaOptions", "-XX:ActiveProcessorCount=1")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.scheduler.minRegisteredResourcesRatio", 1)
        .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .config("spark.sql.warehouse.dir", System.getenv("SPARK_HOME"))
        .getOrCreate();
  }
}
