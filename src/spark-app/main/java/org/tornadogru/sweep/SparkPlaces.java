package org.tornadogru.sweep;

import java.io.File;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.tornadogru.cli.SweepPlaces;
import org.tornadogru.cli.SweepTask;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.spark.Devices;
import scala.Function2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** Tasks of Spark, each of which learns with one configuration, on the device that it is given. */
public final class SparkPlaces implements SweepPlaces {

  /** Those that executors do not have; the rest is for commands and pages, or Spark's. */
  private static final Pattern OURS = Pattern.compile("(tornado-|picocli-).*\\.jar");

  /** A configuration on an executor. */
  private record Work(SweepTask task)
      implements Function2<TaskContext, Iterator<String>, String>, Serializable {

    @Override
    public String apply(TaskContext context, Iterator<String> experiment) {
      String named = Objects.requireNonNullElse(task.device(), Devices.AUTO);
      return task.run(experiment.next(), Devices.of(named, context.resourcesJMap()));
    }
  }

  @Override
  public void run(String master, SweepTask task, List<String> experiments, Consumer<String> done) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("tornado-gru sweep")
            .setIfMissing("spark.ui.enabled", "false")
            .set("spark.ui.showConsoleProgress", "false");
    if (!master.startsWith("local")) {
      conf.setJars(jars());
    }
    List<Object> all =
        IntStream.range(0, experiments.size())
            .mapToObj(Integer::valueOf)
            .map(Object.class::cast)
            .toList();
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      context
          .sc()
          .runJob(
              context.parallelize(experiments, experiments.size()).rdd(),
              new Work(task),
              CollectionConverters.asScala(all).toSeq(),
              (Object place, String run) -> {
                done.accept(run);
                return BoxedUnit.UNIT;
              },
              ClassTag$.MODULE$.apply(String.class));
    } catch (Exception e) {
      throw e instanceof InvalidInputException known
          ? known
          : new InvalidInputException(
              "Spark at %s could not do it: %s".formatted(master, e.getMessage()), e);
    }
  }

  private static String[] jars() {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(each -> OURS.matcher(new File(each).getName()).matches())
        .toArray(String[]::new);
  }
}
