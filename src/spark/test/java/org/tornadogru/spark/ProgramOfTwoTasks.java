package org.tornadogru.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Optimization;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Learns, and predicts, with two tasks at a time, and says what devices they were given. */
final class ProgramOfTwoTasks {

  private static final GruConfig CONFIG = GruConfig.builder(5, 9).tokens().build();
  private static final Weights WEIGHTS = Weights.initial(CONFIG, 3, Initialization.UNIFORM, 3);

  private ProgramOfTwoTasks() {}

  /**
   * Runs on the master that is a property of the system.
   *
   * @param args where the trained model goes
   */
  public static void main(String[] args) throws IOException {
    SparkSession spark = SparkSession.builder().getOrCreate();
    given(spark).stream().sorted().forEach(System.out::println);
    try {
      trained(spark).write().overwrite().save(args[0]);
    } catch (InvalidInputException e) {
      System.out.println("training: " + e.getMessage());
    }
    try {
      System.out.println(answers(spark));
    } catch (Exception e) {
      if (!(e instanceof SparkException)) {
        throw e;
      }
      System.out.println("prediction: " + e.getMessage().lines().findFirst().orElseThrow());
    }
    spark.stop();
  }

  /** The executor and the device of each of two tasks that run at the same time. */
  private static List<String> given(SparkSession spark) {
    Function1<Iterator<Integer>, Iterator<String>> told =
        (Function1<Iterator<Integer>, Iterator<String>> & Serializable)
            nothing -> {
              String device = TaskContext.get().resourcesJMap().get("gpu").addresses()[0];
              String both = "executor %s: %s".formatted(SparkEnv.get().executorId(), device);
              return CollectionConverters.asScala(List.of(both).iterator());
            };
    ClassTag<String> strings = ClassTag$.MODULE$.apply(String.class);
    JavaRDD<Integer> two =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(List.of(0, 1), 2);
    return JavaRDD.fromRDD(two.rdd().barrier().mapPartitions(told, false, strings), strings)
        .collect();
  }

  /** In two partitions. */
  private static Dataset<Row> sentences(SparkSession spark) {
    DataType ints = DataTypes.createArrayType(DataTypes.IntegerType);
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < 24; row++) {
      int[] tokens = random.ints(random.nextInt(1, 12), 0, 5).toArray();
      rows.add(RowFactory.create(tokens, Arrays.stream(tokens).map(token -> token % 3).toArray()));
    }
    return spark
        .createDataFrame(rows, new StructType().add("features", ints).add("label", ints))
        .coalesce(2);
  }

  static SparkGruModel trained(SparkSession spark) {
    return new SparkGru(WEIGHTS, Head.classifyEachStep(3), Optimization.of(new Adam(0.02f)))
        .setWorkers(2)
        .setBatchSize(7)
        .setEpochs(3)
        .fit(sentences(spark));
  }

  /** What an untrained model says of all rows. */
  static String answers(SparkSession spark) {
    GruModel model =
        new GruModel(WEIGHTS, Map.of()).withUsage(Usage.PLAIN.withSteps(Usage.Steps.EACH));
    return new SparkGruModel(model)
        .transform(sentences(spark))
        .select("prediction")
        .collectAsList()
        .toString();
  }
}
