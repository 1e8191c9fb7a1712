package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;

/**
 * What a Keras model does only while it is trained, and between batches: kept as far as a
 * configuration can say it, and noted in words where not.
 */
final class KerasTraining {

  private final List<Double> between = new ArrayList<>();
  private final List<Double> recurrent = new ArrayList<>();
  private final List<String> others = new ArrayList<>();
  private double input;
  private double rate;
  private boolean spatial;
  private boolean stateful;

  /** Dropout in front of the next layer. */
  void dropout(double next, boolean isSpatial) {
    if (rate > 0) {
      others.add("%s in front of another dropout".formatted(rate));
    }
    rate = next;
    spatial = isSpatial;
  }

  /** A GRU layer: its walks. */
  void layer(String name, int index, JsonNode... walks) {
    if (index > 0 && !spatial) {
      between.add(rate);
    } else {
      between.addAll(index > 0 ? List.of(0.0) : List.of());
      noteRest(name);
    }
    rate = 0;
    spatial = false;
    input = index == 0 ? walks[0].path("dropout").asDouble() : input;
    for (JsonNode walk : walks) {
      double dropped = walk.path("dropout").asDouble();
      if (dropped > 0 && (index > 0 || dropped != input)) {
        others.add("%s in layer %s".formatted(dropped, name));
      }
      recurrent.add(walk.path("recurrent_dropout").asDouble());
      stateful |= walk.path("stateful").asBoolean();
    }
  }

  /** The linear layer. */
  void linear(String name) {
    noteRest(name);
    rate = 0;
  }

  private void noteRest(String name) {
    if (rate > 0) {
      others.add("%s%s in front of layer %s".formatted(rate, spatial ? " spatial" : "", name));
    }
  }

  /** A configuration with what it can say of this; the rest becomes notes. */
  GruConfig.Builder of(GruConfig config) {
    GruConfig.Builder builder = config.toBuilder();
    if (between.stream().distinct().count() == 1) {
      builder.dropout(between.getFirst().floatValue());
    } else if (!between.isEmpty()) {
      others.add("between layers " + between);
    }
    if (recurrent.stream().distinct().count() == 1) {
      builder.recurrentDropout(recurrent.getFirst().floatValue());
    } else {
      others.add("recurrent " + recurrent);
    }
    if (config.input() == InputKind.DENSE || config.hasEmbedding()) {
      builder.inputDropout((float) input);
    } else if (input > 0) {
      others.add(input + " of one-hot inputs");
    }
    if (rate > 0) {
      others.add(rate + " behind the last layer");
    }
    return builder;
  }

  /** What no configuration says, as metadata. */
  Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>();
    if (!others.isEmpty()) {
      notes.put("dropouts", String.join(", ", others));
    }
    if (stateful) {
      notes.put("stateful", "true");
    }
    return notes;
  }
}
