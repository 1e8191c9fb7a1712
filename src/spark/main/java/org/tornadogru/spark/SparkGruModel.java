package org.tornadogru.spark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InvalidInputException;
import scala.Option;

/**
 * A finished model that adds a column to a DataFrame.
 *
 * <pre>{@code
 * SparkGruModel tagger = new SparkGruModel(ModelFormat.read(file)).setInputCol("words").setOutput(Output.CLASSES);
 * Dataset<Row> tagged = tagger.transform(sentences);
 * }</pre>
 *
 * <p>The model is broadcast once; on an executor each shape is compiled once. Batches are filled
 * across the rows of a partition, and rows stay in their order. A sequence that is null gets null;
 * one without steps gets an empty array where there is an answer at each step, otherwise null.
 */
public final class SparkGruModel extends Model<SparkGruModel>
    implements SequenceParams<SparkGruModel>, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final transient GruModel model;
  private transient TrainingSummary summary;

  /** A model of a file. */
  public SparkGruModel(GruModel model) {
    this("gru_" + UUID.randomUUID().toString().substring(0, 12), model);
  }

  SparkGruModel(String uid, GruModel model) {
    this.uid = uid;
    this.model = model;
    setDefaults();
  }

  /** The weights, and how they are used. */
  public GruModel model() {
    return model;
  }

  /** How it was trained; empty for a model that was loaded. */
  public Optional<TrainingSummary> summary() {
    return Optional.ofNullable(summary);
  }

  SparkGruModel with(TrainingSummary ofTraining) {
    summary = ofTraining;
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * The columns, and the one that is added.
   *
   * @throws InvalidInputException if the input column is not there or has something else, or the
   *     output column is there
   */
  @Override
  public StructType transformSchema(StructType schema) {
    SequenceColumn.of(schema, getOrDefault(inputCol()), model.config());
    return with(schema, Output.of(getOrDefault(output())).type(model));
  }

  private StructType with(StructType schema, DataType type) {
    String added = getOrDefault(outputCol());
    if (List.of(schema.fieldNames()).contains(added)) {
      throw new InvalidInputException(
          "there is a column %s already: choose another outputCol".formatted(added));
    }
    return schema.add(added, type);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    SequenceColumn column =
        SequenceColumn.of(dataset.schema(), getOrDefault(inputCol()), model.config());
    Output what = Output.of(getOrDefault(output()));
    boolean ofSteps = what.isOfSteps(model);
    int batch = number(batchSize());
    Broadcast<ServedModel> served = served(dataset, what);
    MapPartitionsFunction<Row, Row> answered =
        rows -> served.value().answered(rows, column, batch, ofSteps);
    return dataset.toDF().mapPartitions(answered, Encoders.row(schema));
  }

  private Broadcast<ServedModel> served(Dataset<?> dataset, Output what) {
    ServedModel served =
        new ServedModel(ModelFormat.SAFETENSORS.bytes(model), what, getOrDefault(device()));
    return JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext())
        .broadcast(served);
  }

  /**
   * Adds a column to a stream in which each row is one step of one of many sequences: what the
   * model says behind that step, which is what it would say of all rows of the same key so far. The
   * states of all sequences are kept with the stream's checkpoint, for ever.
   *
   * @param keyCol the column that says which sequence a row belongs to: strings or whole numbers
   * @see #transformStream(Dataset, String, String, Duration)
   */
  public Dataset<Row> transformStream(Dataset<?> rows, String keyCol, String orderCol) {
    return transformStream(rows, keyCol, orderCol, Duration.ZERO);
  }

  /**
   * Adds a column to a stream in which each row is one step of one of many sequences, and forgets
   * sequences that have ended.
   *
   * <pre>{@code
   * spark.conf().set("spark.sql.streaming.stateStore.providerClass",
   *     "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
   * model.setInputCol("reading").transformStream(readings, "sensor", "time", Duration.ofDays(7))
   *     .writeStream().option("checkpointLocation", directory).format("parquet").start(answers);
   * }</pre>
   *
   * <p>{@link #inputCol()} has a token id or a vector in each row. A row without one gets null and
   * changes nothing, and so does one that the model takes for padding. Outputs and classes can be
   * asked for, not states. Spark hands rows over in micro-batches: within each they are sorted, and
   * those of a later one come behind. Rows of different keys run side by side, {@link #batchSize()}
   * at a time. A table that is no stream is answered as one micro-batch. A stream that forgets has
   * micro-batches without rows for it: {@code Trigger.AvailableNow} ends only without those, with
   * {@code spark.sql.streaming.noDataMicroBatches.enabled} set to {@code false}.
   *
   * @param keyCol the column that says which sequence a row belongs to: strings or whole numbers
   * @param orderCol the column that says in which order the rows of a key are: numbers, strings,
   *     dates or times, different for each of them
   * @param silence behind which a key begins anew, by the clock; zero: never
   * @throws InvalidInputException if a column is not there or has something else, the GRU walks
   *     backwards, or Spark has no store that keeps states
   */
  public Dataset<Row> transformStream(
      Dataset<?> rows, String keyCol, String orderCol, Duration silence) {
    StreamColumns columns =
        StreamColumns.of(rows.schema(), keyCol, orderCol, getOrDefault(inputCol()), model.config());
    Output what = Output.of(getOrDefault(output()));
    StructType schema = with(rows.schema(), what.typeInStream(model));
    StreamProcessor.requireStore(rows.sparkSession());
    // Spark's stores report to what this starts, and a table alone would not start it.
    rows.sparkSession().streams();
    StreamProcessor processor =
        new StreamProcessor(
            served(rows, what), columns, number(batchSize()), silence, fingerprint());
    return rows.toDF()
        .groupByKey((MapFunction<Row, Integer>) columns::group, Encoders.INT())
        .transformWithState(
            processor, processor.timeMode(), OutputMode.Append(), Encoders.row(schema));
  }

  /** Of the weights, whose states those of others are not. */
  private long fingerprint() {
    CRC32C sum = new CRC32C();
    sum.update(ModelFormat.SAFETENSORS.bytes(new GruModel(model.weights(), Map.of())));
    return sum.getValue();
  }

  @Override
  public SparkGruModel copy(ParamMap extra) {
    SparkGruModel copy = copyValues(new SparkGruModel(uid, model), extra);
    return copy.with(summary).setParent(parent());
  }

  /** Writes the parameters as Spark ML does, and beside them a file that any tool here reads. */
  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  /** A reader of what {@link #write} has written. */
  public static MLReader<SparkGruModel> read() {
    return new Reader();
  }

  /** Reads what {@link #write} has written. */
  public static SparkGruModel load(String path) {
    return read().load(path);
  }

  private static Path file(String path) {
    return new Path(path, ModelFormat.FILE_NAME);
  }

  private static final class Writer extends MLWriter {
    private final SparkGruModel written;

    Writer(SparkGruModel written) {
      this.written = written;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter$.MODULE$.saveMetadata(written, path, sparkSession());
      Path file = file(path);
      try (FSDataOutputStream out = file.getFileSystem(sc().hadoopConfiguration()).create(file)) {
        out.write(ModelFormat.SAFETENSORS.bytes(written.model));
      } catch (IOException e) {
        throw new InvalidInputException("cannot write %s (%s)".formatted(file, e.getMessage()), e);
      }
    }
  }

  private static final class Reader extends MLReader<SparkGruModel> {

    @Override
    public SparkGruModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(
              path, sparkSession(), SparkGruModel.class.getName());
      Path file = file(path);
      try (FSDataInputStream in = file.getFileSystem(sc().hadoopConfiguration()).open(file)) {
        SparkGruModel model =
            new SparkGruModel(metadata.uid(), ModelFormat.SAFETENSORS.parse(in.readAllBytes()));
        metadata.getAndSetParams(model, Option.empty());
        return model;
      } catch (IOException e) {
        throw new InvalidInputException("cannot read %s (%s)".formatted(file, e.getMessage()), e);
      }
    }
  }
}
