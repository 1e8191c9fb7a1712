import java.util.*;
import org.apache.spark.sql.*;
import org.apache.spark.sql.types.*;
import org.tornadogru.nn.*;
import org.tornadogru.optim.*;
import org.tornadogru.spark.*;

class TagOnSpark {
  /** Tokens with a tag each: 1 if the one before is the same, 2 if the next is, 3 if both are. */
  static Row sentence(Random random) {
    int[] tokens = random.ints(random.nextInt(4, 17), 0, 4).toArray();
    int[] tags = new int[tokens.length];
    for (int t = 1; t < tokens.length; t++) {
      boolean same = tokens[t] == tokens[t - 1];
      tags[t] += same ? 1 : 0;
      tags[t - 1] += same ? 2 : 0;
    }
    return RowFactory.create(tokens, tags);
  }

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().appName("tagger").getOrCreate();
    DataType ints = DataTypes.createArrayType(DataTypes.IntegerType);
    StructType schema = new StructType().add("tokens", ints).add("tags", ints);
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 800; i++) rows.add(sentence(random));
    Dataset<Row> training = spark.createDataFrame(rows.subList(0, 600), schema);
    Dataset<Row> heldOut = spark.createDataFrame(rows.subList(600, 800), schema);

    GruConfig config = GruConfig.builder(4, 12).tokens().direction(Direction.BIDIRECTIONAL).build();
    Weights weights = Weights.initial(config, 4, Initialization.UNIFORM, 0);
    Optimization adam = Optimization.of(new Adam(0.03f)).clip(Clipping.norm(1f));
    SparkGru tagger = new SparkGru(weights, Head.classifyEachStep(4), adam);
    tagger.setInputCol("tokens").setLabelCol("tags").setBatchSize(32).setEpochs(8);
    SparkGruModel model = tagger.fit(training); // on all executors

    TrainingSummary summary = model.summary().orElseThrow();
    System.out.println(summary.workers() + " workers, losses " + summary.losses());
    Dataset<Row> tagged = model.setOutput(Output.CLASSES).transform(heldOut);
    Dataset<Row> pairs = tagged.selectExpr("inline(arrays_zip(tags, prediction))");
    System.out.println(
        "accuracy " + pairs.selectExpr("avg(int(tags = prediction))").first().get(0));
  }
}
