package org.tornadogru.spark;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.MapState;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.tornadogru.nn.InvalidInputException;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Goes on with the sequences of a stream, those of a group of keys side by side.
 *
 * <pre>
 *   rows of a group ──▶ by key, in order ──▶ {@link Runner#advance} ──▶ rows with answers
 *                                               ▲          │
 *                                        states by key ◀───┘   (Spark's state store)
 * </pre>
 */
final class StreamProcessor extends StatefulProcessor<Integer, Row, Row> {
  private static final long serialVersionUID = 1L;

  private static final String STORE = "spark.sql.streaming.stateStore.providerClass";

  private final Broadcast<ServedModel> served;
  private final StreamColumns columns;
  private final int batch;
  private final Duration silence;

  /** Of the weights that the states are of. */
  private final long fingerprint;

  private transient MapState<String, byte[]> states;

  /** Of a task; null before its first rows. */
  private transient Runner runner;

  StreamProcessor(
      Broadcast<ServedModel> served,
      StreamColumns columns,
      int batch,
      Duration silence,
      long fingerprint) {
    if (silence.isNegative()) {
      throw new InvalidInputException(
          "keys are forgotten after some time, not after %s: zero for never".formatted(silence));
    }
    this.served = served;
    this.columns = columns;
    this.batch = batch;
    this.silence = silence;
    this.fingerprint = fingerprint;
  }

  /** Spark's usual store takes no processors, and says so in words of its own, late. */
  static void requireStore(SparkSession spark) {
    String store = spark.conf().get(STORE);
    if (store.endsWith(".HDFSBackedStateStoreProvider")) {
      throw new InvalidInputException(
          "states of streams are kept in RocksDB: set %s to org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
              .formatted(STORE));
    }
  }

  TimeMode timeMode() {
    return silence.isZero() ? TimeMode.None() : TimeMode.ProcessingTime();
  }

  @Override
  public void init(OutputMode outputMode, TimeMode timeMode) {
    TTLConfig kept = silence.isZero() ? TTLConfig.NONE() : new TTLConfig(silence);
    states = getHandle().getMapState("states", Encoders.STRING(), Encoders.BINARY(), kept);
  }

  /** The rows of a key that are there, and their steps. */
  private record Part(String key, List<Row> rows, Sequence steps) {

    int length() {
      return rows.size();
    }
  }

  @Override
  public Iterator<Row> handleInputRows(Integer group, Iterator<Row> rows, TimerValues timers) {
    Map<String, List<Row>> byKey = new LinkedHashMap<>();
    CollectionConverters.asJava(rows)
        .forEachRemaining(
            row -> byKey.computeIfAbsent(columns.key(row), key -> new ArrayList<>()).add(row));
    List<Row> answered = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    byKey.forEach(
        (key, ofKey) -> {
          Part part = part(key, ofKey, answered);
          if (part.length() > 0) {
            parts.add(part);
          }
        });
    parts.sort(Comparator.comparingInt(Part::length).reversed());
    for (int from = 0; from < parts.size(); from += batch) {
      advance(parts.subList(from, Math.min(parts.size(), from + batch)), answered);
    }
    return CollectionConverters.asScala(answered.iterator());
  }

  /** The steps of a key; rows without one are answered with null. */
  private Part part(String key, List<Row> rows, List<Row> answered) {
    columns.sort(rows);
    List<Row> filled = new ArrayList<>(rows.size());
    List<Object> steps = new ArrayList<>(rows.size());
    for (Row row : rows) {
      Object step = row.get(columns.steps().at());
      if (step == null) {
        answered.add(AnsweredRows.with(row, null));
      } else {
        filled.add(row);
        steps.add(step);
      }
    }
    return new Part(key, filled, columns.steps().sequence(steps));
  }

  private void advance(List<Part> parts, List<Row> answered) {
    if (runner == null) {
      runner = served.value().runner();
    }
    float[][] before = new float[parts.size()][];
    for (int row = 0; row < before.length; row++) {
      String key = parts.get(row).key;
      before[row] = states.containsKey(key) ? numbers(key, states.getValue(key)) : null;
    }
    Runner.Advanced done = runner.advance(parts.stream().map(Part::steps).toList(), before, batch);
    for (int row = 0; row < before.length; row++) {
      Part part = parts.get(row);
      states.updateValue(part.key, bytes(done.states()[row]));
      for (int step = 0; step < part.length(); step++) {
        answered.add(AnsweredRows.with(part.rows.get(step), done.answers()[row][step]));
      }
    }
  }

  private byte[] bytes(float[] state) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + state.length * Float.BYTES);
    bytes.putLong(fingerprint).asFloatBuffer().put(state);
    return bytes.array();
  }

  private float[] numbers(String key, byte[] kept) {
    ByteBuffer bytes = ByteBuffer.wrap(kept);
    if (bytes.getLong() != fingerprint) {
      throw new InvalidInputException(
          "the checkpoint has the state of key %s from other weights: go on with the model that it was begun with, or choose another checkpointLocation"
              .formatted(key));
    }
    float[] state = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(state);
    return state;
  }
}
