package org.tornadogru.spark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
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
    String added = getOrDefault(outputCol());
    if (List.of(schema.fieldNames()).contains(added)) {
      throw new InvalidInputException(
          "there is a column %s already: choose another outputCol".formatted(added));
    }
    return schema.add(added, Output.of(getOrDefault(output())).type(model));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    SequenceColumn column =
        SequenceColumn.of(dataset.schema(), getOrDefault(inputCol()), model.config());
    Output what = Output.of(getOrDefault(output()));
    boolean ofSteps = what.isOfSteps(model);
    int batch = number(batchSize());
    Broadcast<ServedModel> served =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext())
            .broadcast(
                new ServedModel(
                    ModelFormat.SAFETENSORS.bytes(model), what, getOrDefault(device())));
    MapPartitionsFunction<Row, Row> answered =
        rows -> served.value().answered(rows, column, batch, ofSteps);
    return dataset.toDF().mapPartitions(answered, Encoders.row(schema));
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
