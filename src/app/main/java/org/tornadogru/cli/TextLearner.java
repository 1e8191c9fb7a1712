package org.tornadogru.cli;

import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Sampling;
import org.tornadogru.text.TextGenerator;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingConfig;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingOptions;
import org.tornadogru.train.TrainingResult;

/** What learns a text: a model as settings say, and the batches that it is trained on. */
record TextLearner(RunSettings settings, Vocabulary vocabulary, TrainingText data, Device device) {

  /** What a model continues unless told. */
  static final String PROMPT = "it has";

  private static final int SAMPLE_LENGTH = 50;
  private static final int LONG_SAMPLE_LENGTH = 300;
  private static final float TEMPERATURE = 0.7f;

  /**
   * Checks, before anything is allocated, that it can be done.
   *
   * @throws InvalidInputException if the text is too short, or the model too large
   */
  static TextLearner of(RunSettings settings, Vocabulary vocabulary, int[] tokens, Device device) {
    TextLearner learner =
        new TextLearner(settings, vocabulary, TrainingText.of(tokens, settings), device);
    SequenceShape shape = new SequenceShape(settings.steps(), settings.batch());
    TrainingConfig.requireMemory(learner.config(), shape, device);
    TrainingConfig.requireFit(learner.config(), shape);
    settings.optimization();
    return learner;
  }

  GruConfig config() {
    return settings.model(vocabulary.size());
  }

  /** The model before it has learned anything; the caller's to close. */
  SequenceModel model() {
    int symbols = vocabulary.size();
    Weights initial = Weights.initial(config(), symbols, settings.init(), settings.seed());
    Head head = Head.nextToken(symbols);
    SequenceModel model =
        data.isStream()
            ? SequenceModel.stateful(initial, head, settings.optimization(), device)
            : new SequenceModel(initial, head, settings.optimization(), device);
    model.seed(settings.seed());
    return model;
  }

  Trainer trainer(SequenceModel model, TrainingOptions options) {
    return new Trainer(model, data.training(), data.validation(), options);
  }

  /** Learns from the first epoch to the last, without anything that is kept on the way. */
  TrainingResult train(TrainingListener listener) {
    try (SequenceModel model = model()) {
      return trainer(model, settings.training(data.batches(), 0))
          .train(settings.epochs(), listener);
    }
  }

  /** {@link #PROMPT}, which gives way to the text's beginning where a vocabulary has no words. */
  static String beginning(Vocabulary vocabulary, Corpus corpus) {
    try {
      vocabulary.encodePrompt(PROMPT);
      return PROMPT;
    } catch (InvalidInputException e) {
      int[] characters = corpus.text().codePoints().limit(PROMPT.length()).toArray();
      return new String(characters, 0, characters.length);
    }
  }

  /** A text that a trained model writes on from its beginning, which is part of it. */
  String sample(Weights weights, String beginning) {
    try (TextGenerator generator = new TextGenerator(weights, vocabulary, device)) {
      String continuation =
          settings.isD2l()
              ? generator.generate(beginning, SAMPLE_LENGTH, Sampling.greedy())
              : generator.generate(
                  beginning,
                  LONG_SAMPLE_LENGTH,
                  new Sampling(TEMPERATURE, Sampling.ALL, settings.seed()));
      return vocabulary.decode(vocabulary.encodePrompt(beginning)) + continuation;
    }
  }
}
