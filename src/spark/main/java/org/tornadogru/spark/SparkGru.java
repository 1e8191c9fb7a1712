package org.tornadogru.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.train.TrainingOptions;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/**
 * Trains a model on a DataFrame, with a worker on each executor: in each update every worker has
 * some rows of the batch, their gradients are averaged, and all make the same update. What comes
 * out is, but for rounding and dropout, what one process would learn from the same batches.
 *
 * <pre>{@code
 * SparkGru tagger = new SparkGru(weights, Head.classifyEachStep(4), Optimization.of(new Adam(0.01f)));
 * SparkGruModel model = tagger.setInputCol("words").setLabelCol("tags").setEpochs(10).fit(sentences);
 * Dataset<Row> tagged = model.setOutput(Output.CLASSES).transform(sentences);
 * }</pre>
 *
 * <p>Rows without a sequence, without steps or without a label are left out. Each worker keeps its
 * rows in memory. To learn the same once more, or to go on after a loss as if there had been none,
 * the table has to have its rows in the same order whenever Spark computes it.
 */
public final class SparkGru extends Estimator<SparkGruModel> implements SequenceParams<SparkGru> {
  private static final long serialVersionUID = 1L;

  private static final int SECRET = 32;

  private final String uid;
  private final transient Weights weights;
  private final Head head;
  private final Optimization optimization;
  private final TrainingOptions options;

  /**
   * A training with a constant learning rate, that keeps the last weights.
   *
   * @param weights where it starts
   * @param head what it learns: classes or values, of each sequence or each step, or the next token
   * @param optimization how an update is made
   * @throws InvalidInputException if the head does not fit the weights
   */
  public SparkGru(Weights weights, Head head, Optimization optimization) {
    this(weights, head, optimization, TrainingOptions.DEFAULT);
  }

  /**
   * A training.
   *
   * @param weights where it starts
   * @param head what it learns: classes or values, of each sequence or each step, or the next token
   * @param optimization how an update is made
   * @param options how it goes on from update to update; validation is at the end of epochs, by the
   *     rows of {@link #validationIndicatorCol()}, and checkpoints are by {@link #checkpointDir()}
   * @throws InvalidInputException if the head does not fit the weights, or there is more to do
   *     within epochs
   */
  public SparkGru(Weights weights, Head head, Optimization optimization, TrainingOptions options) {
    this(
        "gru_" + UUID.randomUUID().toString().substring(0, 12),
        weights,
        head,
        optimization,
        options);
  }

  private SparkGru(
      String uid, Weights weights, Head head, Optimization optimization, TrainingOptions options) {
    head.requireFit(weights);
    if (options.accumulate() > 1 || options.validateEvery() > 0 || options.checkpointEvery() > 0) {
      throw new InvalidInputException(
          "on Spark an update has one batch, and validation is at the end of epochs: choose a larger batchSize, and setCheckpointEvery, in place of "
              + options);
    }
    this.options = options;
    this.uid = uid;
    this.weights = weights;
    this.head = head;
    this.optimization = optimization;
    setDefaults();
    setDefault(labelCol(), "label");
    setDefault(validationIndicatorCol(), "");
    setDefault(epochs(), 10);
    setDefault(seed(), 0L);
    setDefault(workers(), 0);
    setDefault(localSteps(), 1);
    setDefault(checkpointDir(), "");
    setDefault(checkpointEvery(), 100);
  }

  /**
   * Adds to a table what a model says of each row, in the column {@code prediction}, from the
   * sequences in the column {@code features}.
   */
  public static Dataset<Row> transform(Dataset<?> dataset, GruModel model) {
    return new SparkGruModel(model).transform(dataset);
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * The column of labels: a class or values, or arrays of them with one for each step. A class that
   * is null or negative does not count. Not looked at by a head of next tokens.
   */
  public Param<String> labelCol() {
    return new Param<>(this, "labelCol", "column of labels");
  }

  /**
   * The column that says which rows are for validation, as in Spark's own estimators: their loss is
   * measured behind each epoch, and nothing is learned from them. Empty: there are none.
   */
  public Param<String> validationIndicatorCol() {
    return new Param<>(
        this, "validationIndicatorCol", "column that is true where a row is for validation");
  }

  /** Passes over all rows. */
  public IntParam epochs() {
    return new IntParam(this, "epochs", "passes over all rows", ParamValidators.gt(0));
  }

  /** Of the order of rows, and of dropout. */
  public LongParam seed() {
    return new LongParam(this, "seed", "of the order of rows, and of dropout");
  }

  /** How many executors work on it at the same time; 0 for all there are. */
  public IntParam workers() {
    return new IntParam(this, "workers", "tasks that train, or 0", ParamValidators.gtEq(0));
  }

  /**
   * Updates that each worker makes from its own rows before all take the average of their weights:
   * less to send, another result. 1 for the average of gradients in each update.
   */
  public IntParam localSteps() {
    return new IntParam(this, "localSteps", "updates between averages", ParamValidators.gt(0));
  }

  /**
   * A directory on a file system that the driver and all executors have: if one of them is lost,
   * Spark begins the stage again, and it goes on from there. Empty: it begins anew.
   */
  public Param<String> checkpointDir() {
    return new Param<>(this, "checkpointDir", "directory that all executors share, or nothing");
  }

  /** Updates between two checkpoints. */
  public IntParam checkpointEvery() {
    return new IntParam(
        this, "checkpointEvery", "updates between checkpoints", ParamValidators.gt(0));
  }

  /** Sets {@link #labelCol()}; default: {@code label}. */
  public SparkGru setLabelCol(String name) {
    return with(labelCol(), name);
  }

  /** Sets {@link #validationIndicatorCol()}; default: none. */
  public SparkGru setValidationIndicatorCol(String name) {
    return with(validationIndicatorCol(), name);
  }

  /** Sets {@link #epochs()}; default: 10. */
  public SparkGru setEpochs(int passes) {
    return with(epochs(), passes);
  }

  /** Sets {@link #seed()}; default: 0. */
  public SparkGru setSeed(long value) {
    return with(seed(), value);
  }

  /** Sets {@link #workers()}; default: one for each executor. */
  public SparkGru setWorkers(int count) {
    return with(workers(), count);
  }

  /** Sets {@link #localSteps()}; default: 1. */
  public SparkGru setLocalSteps(int updates) {
    return with(localSteps(), updates);
  }

  /** Sets {@link #checkpointDir()}; default: none. */
  public SparkGru setCheckpointDir(String directory) {
    return with(checkpointDir(), directory);
  }

  /** Sets {@link #checkpointEvery()}; default: 100. */
  public SparkGru setCheckpointEvery(int updates) {
    return with(checkpointEvery(), updates);
  }

  /** The model as it is now, for files and for what comes out. */
  private GruModel start() {
    Usage.Steps steps = head.ofLast() ? Usage.Steps.FINAL_STATE : Usage.Steps.EACH;
    return new GruModel(weights, Map.of()).withUsage(Usage.PLAIN.withSteps(steps));
  }

  private ExampleColumns columns(StructType schema) {
    return ExampleColumns.of(
        schema,
        getOrDefault(inputCol()),
        getOrDefault(labelCol()),
        getOrDefault(validationIndicatorCol()),
        weights.config(),
        head);
  }

  /** The columns that are looked at. */
  private Column[] used() {
    List<String> names = new ArrayList<>(List.of(getOrDefault(inputCol())));
    if (head.target() != Target.NEXT_TOKEN) {
      names.add(getOrDefault(labelCol()));
    }
    if (!getOrDefault(validationIndicatorCol()).isEmpty()) {
      names.add(getOrDefault(validationIndicatorCol()));
    }
    return names.stream().distinct().map(Column::new).toArray(Column[]::new);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    columns(schema);
    return copyValues(new SparkGruModel(uid, start()), extractParamMap()).transformSchema(schema);
  }

  /**
   * Trains.
   *
   * @throws InvalidInputException if the table or a setting does not fit, or a loss or a gradient
   *     becomes infinite or NaN
   */
  @Override
  public SparkGruModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    SparkContext context = dataset.sparkSession().sparkContext();
    Dataset<Row> chosen = dataset.select(used());
    ExampleColumns columns = columns(chosen.schema());
    JavaRDD<Example> examples =
        chosen
            .toJavaRDD()
            .map(columns::example)
            .filter(example -> example != null)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return fit(context, examples);
    } catch (Exception e) {
      throw understood(e);
    } finally {
      examples.unpersist(false);
    }
  }

  private SparkGruModel fit(SparkContext context, JavaRDD<Example> examples) throws IOException {
    JavaRDD<Example> learned = examples.filter(each -> !each.validates());
    JavaRDD<Example> validation = examples.filter(Example::validates);
    boolean asks = !getOrDefault(validationIndicatorCol()).isEmpty();
    Training training = training(context, learned.count(), asks ? validation.count() : 0);
    JavaPairRDD<Long, Example> numbered = learned.zipWithIndex().mapToPair(Tuple2::swap);
    if (training.validates()) {
      numbered =
          numbered.union(
              validation
                  .zipWithIndex()
                  .mapToPair(each -> new Tuple2<>(-1 - each._2, each._1))); // apart from those
    }
    JavaPairRDD<Long, Example> dealt =
        numbered.partitionBy(new Deal(training.order(), training.workers()));
    JavaRDD<Outcome> trained =
        JavaRDD.fromRDD(
            dealt
                .rdd()
                .barrier()
                .mapPartitions(new Work(training), false, ClassTag$.MODULE$.apply(Outcome.class)),
            ClassTag$.MODULE$.apply(Outcome.class));
    // Behind a shuffle: of a job's last stage Spark keeps what tasks gave, and begins none again.
    Outcome first = trained.filter(Outcome::isOfFirst).repartition(1).collect().getFirst();
    if (first.failure() != null) {
      throw new InvalidInputException(first.failure());
    }
    if (training.checkpoint().isPresent()) {
      Files.deleteIfExists(training.checkpoint().get());
    }
    SparkGruModel model = new SparkGruModel(uid, ModelFormat.SAFETENSORS.parse(first.model()));
    return copyValues(model, extractParamMap()).with(first.summary()).setParent(this);
  }

  private Training training(SparkContext context, long rows, long validationRows) {
    if (rows == 0) {
      throw new InvalidInputException(
          "there is nothing to learn from: no row has a sequence with steps and a label");
    }
    boolean asks = options.plateau() != null || options.patience() > 0 || options.keepBest();
    if (asks && validationRows == 0) {
      throw new InvalidInputException(
          "a plateau, patience and the best weights want a validation, but no row is for it: setValidationIndicatorCol, to a column that is true in some rows");
    }
    int executors = context.statusTracker().getExecutorInfos().length - (context.isLocal() ? 0 : 1);
    int workers = number(workers()) > 0 ? number(workers()) : Math.max(1, executors);
    int batch = (int) Math.min(rows, number(batchSize()));
    if (workers > batch) {
      throw new InvalidInputException(
          "%d workers cannot share batches of %d rows: choose fewer workers, or a larger batchSize"
              .formatted(workers, batch));
    }
    requireNoEncryption(context.getConf(), workers);
    byte[] secret = new byte[SECRET];
    new SecureRandom().nextBytes(secret);
    return new Training(
        ModelFormat.SAFETENSORS.bytes(start()),
        head.target() == Target.NEXT_TOKEN ? head.withTarget(Target.EACH_STEP) : head,
        optimization,
        options,
        new Order(rows, batch, (long) getOrDefault(seed())),
        validationRows,
        workers,
        number(epochs()),
        number(localSteps()),
        getOrDefault(checkpointDir()),
        number(checkpointEvery()),
        getOrDefault(device()),
        secret);
  }

  /** What workers send to each other is authenticated, but anyone on the way could read it. */
  static void requireNoEncryption(SparkConf conf, int workers) {
    for (String asked : List.of("spark.network.crypto.enabled", "spark.ssl.rpc.enabled")) {
      if (workers > 1 && conf.getBoolean(asked, false)) {
        throw new InvalidInputException(
            "%s is set, but gradients are sent as they are: train with 1 worker, or without it"
                .formatted(asked));
      }
    }
  }

  /** What was wrong in a task, without what Spark says around it. */
  private static RuntimeException understood(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidInputException known) {
        return new InvalidInputException(known.getMessage(), failure);
      }
    }
    if (failure instanceof IOException e) {
      return new UncheckedIOException(e);
    }
    return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }

  @Override
  public SparkGru copy(ParamMap extra) {
    return copyValues(new SparkGru(uid, weights, head, optimization, options), extra);
  }
}
