package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Optimization;

/**
 * Prints the constants of README's model of many executors, for a machine that does nothing else:
 * {@code mvn -Pspark -pl src/spark -am -Dtest=ScalingTest -Dspark.scaling=true
 * -Dsurefire.failIfNoSpecifiedTests=false test}.
 */
@EnabledIfSystemProperty(named = "spark.scaling", matches = "true")
class ScalingTest {

  private static final SparkSession SPARK = Clusters.session();
  private static final int SYMBOLS = 64;
  private static final int CLASSES = 8;
  private static final int STEPS = 64;
  private static final int BATCH = 64;
  private static final int ROWS = 8 * BATCH;

  private static Dataset<Row> sequences() {
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(
          RowFactory.create(
              random.ints(STEPS, 0, SYMBOLS).toArray(), random.ints(STEPS, 0, CLASSES).toArray()));
    }
    StructType schema =
        new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("label", DataTypes.createArrayType(DataTypes.IntegerType));
    return SPARK.createDataFrame(rows, schema).repartition(4).cache();
  }

  /**
   * Per update: of one executor all, of two what their steps and their waiting take. The small
   * model is as good as nothing to send, so that its waiting is that of rounds in the ring, two
   * each.
   */
  @Test
  void printsWhatAnUpdateTakes() {
    Dataset<Row> sequences = sequences();
    for (int hidden : new int[] {8, 512}) {
      GruConfig config = GruConfig.builder(SYMBOLS, hidden).tokens().build();
      Weights weights = Weights.initial(config, CLASSES, Initialization.UNIFORM, 1);
      for (int workers = 1; workers <= 2; workers++) {
        TrainingSummary summary =
            new SparkGru(weights, Head.classifyEachStep(CLASSES), Optimization.of(new Adam(0.001f)))
                .setBatchSize(BATCH)
                .setEpochs(hidden == 8 ? 200 : 16) // long enough for how they begin not to count
                .setWorkers(workers)
                .fit(sequences)
                .summary()
                .orElseThrow();
        double updates = summary.updates();
        System.out.printf(
            "H %d, %,d parameters, batches of %d × %d, %d executors: %.2f ms an update, of which %.2f ms (%.0f %%) waiting, %,.0f bytes sent by each%n",
            hidden,
            weights.count(),
            BATCH,
            STEPS,
            workers,
            1e3 * summary.seconds() / updates,
            1e3 * summary.exchangeSeconds() / updates,
            100 * summary.exchangeSeconds() / summary.seconds(),
            summary.bytesSent() / updates);
        double floats = 2.0 * (workers - 1) / workers * (weights.count() + Progress.SHARED);
        assertThat(summary.bytesSent() / updates).isCloseTo(4 * floats, within(16.0));
      }
    }
  }
}
