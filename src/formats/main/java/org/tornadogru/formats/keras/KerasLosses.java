package org.tornadogru.formats.keras;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Usage;

/** What Keras' files do not say of a model. */
final class KerasLosses {

  private static final String INITIAL_STATE = "that sequences begin at a state other than zeros";

  private KerasLosses() {}

  /** Whether the steps of token 0 do not count, which an embedding of Keras can say. */
  static boolean masksZero(GruModel model) {
    return model.config().hasEmbedding() && model.usage().padding().orElse(-1) == 0;
  }

  /** What an archive loses. */
  static List<String> of(GruModel model) {
    GruConfig config = model.config();
    Usage usage = model.usage();
    List<String> losses = new ArrayList<>();
    boolean both = config.direction() == Direction.BIDIRECTIONAL;
    if (both && usage.steps() == Usage.Steps.LAST) {
      losses.add("that of both directions only the last step counts");
    }
    if (both && usage.steps() == Usage.Steps.EACH && config.maskedOutput() == MaskedOutput.HOLD) {
      losses.add("that outputs are held at masked steps of both directions");
    }
    if (usage.initialState().isPresent()) {
      losses.add(INITIAL_STATE);
    }
    if (usage.padding().isPresent() && config.input() == InputKind.TOKENS && !masksZero(model)) {
      losses.add("that steps of token %.0f do not count".formatted(usage.padding().getAsDouble()));
    }
    return losses;
  }

  /** What weights alone lose: all that is not as usual and that no shape shows. */
  static List<String> ofWeights(GruModel model) {
    GruConfig config = model.config();
    Usage usage = model.usage();
    List<String> losses = new ArrayList<>();
    if (config.input() == InputKind.TOKENS && !config.hasEmbedding()) {
      losses.add("that its inputs are tokens");
    }
    if (usage.initialState().isPresent()) {
      losses.add(INITIAL_STATE);
    }
    usage.padding().ifPresent(mark -> losses.add("that steps of %s do not count".formatted(mark)));
    if (config.direction() == Direction.REVERSE) {
      losses.add("its direction");
    }
    if (config.direction() == Direction.BIDIRECTIONAL && config.merge() != Merge.CONCAT) {
      losses.add("how its directions are merged");
    }
    if (config.biases() == Biases.NONE && config.reset() == ResetPlacement.BEFORE) {
      losses.add("that it resets before the product");
    }
    if (!GruProperty.GATE_ACTIVATION.isUsual(config)
        || !GruProperty.CANDIDATE_ACTIVATION.isUsual(config)) {
      losses.add("its activations");
    }
    if (!config.dense().isEmpty()) {
      losses.add("the activations between its dense layers");
    }
    for (GruProperty<Float> dropout :
        List.of(GruProperty.DROPOUT, GruProperty.INPUT_DROPOUT, GruProperty.RECURRENT_DROPOUT)) {
      if (!dropout.isUsual(config)) {
        losses.add(dropout.name().replace('_', ' '));
      }
    }
    if (config.maskedOutput() == MaskedOutput.HOLD) {
      losses.add("that outputs are held at masked steps");
    }
    if (usage.steps() != Usage.Steps.EACH) {
      losses.add("which steps it gives out");
    }
    if (usage.activation() != OutputActivation.LINEAR) {
      losses.add("the activation behind it");
    }
    if (model.vocabulary().isPresent()) {
      losses.add("its vocabulary");
    }
    if (!model.metadata().isEmpty()) {
      losses.add("its metadata");
    }
    return losses;
  }
}
