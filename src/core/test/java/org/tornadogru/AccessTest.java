package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.text.Sampling;
import org.tornadogru.text.TextGenerator;
import org.tornadogru.text.Vocabulary;

/** What is closed says so, and two threads do not share an object without knowing. */
class AccessTest {

  private static final Device DEVICE = Device.fastest();
  private static final Vocabulary VOCABULARY = Vocabulary.ofCharacters("abcdef");
  private static final int SYMBOLS = VOCABULARY.size();
  private static final Head HEAD = Head.nextToken(SYMBOLS);
  private static final Weights WEIGHTS =
      Weights.initial(
          GruConfig.ofTokens(SYMBOLS, 5, ResetPlacement.AFTER), SYMBOLS, Initialization.UNIFORM, 3);
  private static final Sequences TOKENS = Sequences.ofOneOfTokens(1, 2, 3, 4);
  private static final Batch BATCH = Batch.ofTokens(TOKENS);

  /** An object, and one of its uses. */
  record Used(AutoCloseable object, Runnable use) {}

  private static Used gru(Use<Gru> use) {
    Gru gru = new Gru(WEIGHTS, DEVICE);
    return new Used(gru, () -> use.of(gru));
  }

  private static Used model(Use<SequenceModel> use) {
    SequenceModel model = new SequenceModel(WEIGHTS, HEAD, Optimization.sgd(1, 1), DEVICE);
    return new Used(model, () -> use.of(model));
  }

  private static Used predictor(Use<Predictor> use) {
    Predictor predictor = new Predictor(WEIGHTS, HEAD, DEVICE);
    return new Used(predictor, () -> use.of(predictor));
  }

  private static Used stream(GruStream stream, Use<GruStream> use) {
    return new Used(stream, () -> use.of(stream));
  }

  @FunctionalInterface
  private interface Use<T> {
    void of(T object);
  }

  static Stream<Named<Used>> uses() {
    TextGenerator generator = new TextGenerator(WEIGHTS, VOCABULARY, DEVICE);
    return Stream.of(
        Named.of("forward", gru(gru -> gru.forward(TOKENS))),
        Named.of("forwardForTraining", gru(gru -> gru.forwardForTraining(TOKENS, null))),
        Named.of("resetState", gru(Gru::resetState)),
        Named.of("train", model(model -> model.train(BATCH))),
        Named.of("accumulate", model(model -> model.accumulate(BATCH))),
        Named.of("evaluate", model(model -> model.evaluate(BATCH))),
        Named.of("measure", model(model -> model.measure(Batches.of(List.of(BATCH))))),
        Named.of("model.predict", model(model -> model.predict(TOKENS))),
        Named.of("weights", model(model -> model.weights(WEIGHTS))),
        Named.of("restore", model(model -> model.restore(model.state()))),
        Named.of("predict", predictor(predictor -> predictor.predict(TOKENS))),
        Named.of("step", stream(new GruStream(WEIGHTS, 1, DEVICE), stream -> stream.step(1))),
        Named.of("state", stream(new GruStream(WEIGHTS, 1, DEVICE), GruStream::state)),
        Named.of(
            "step of a head",
            stream(new GruStream(WEIGHTS, HEAD, 1, DEVICE), stream -> stream.step(1))),
        Named.of(
            "generate", new Used(generator, () -> generator.generate("a", 3, Sampling.greedy()))));
  }

  @ParameterizedTest
  @MethodSource("uses")
  void whatIsClosedIsNotUsed(Used used) throws Exception {
    used.use.run();
    used.object.close();
    assertThatThrownBy(used.use::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatCode(used.object::close).doesNotThrowAnyException();
  }

  @Test
  void whatATrainedModelHasLearnedOutlivesIt() {
    SequenceModel model = new SequenceModel(WEIGHTS, HEAD, Optimization.sgd(1, 1), DEVICE);
    model.train(BATCH);
    Weights learned = model.weights();
    ModelState state = model.state();
    model.close();
    assertThat(model.weights()).isEqualTo(learned).isNotEqualTo(WEIGHTS);
    assertThat(model.state()).isEqualTo(state);
  }

  /** The hand-over of what was written runs within the call. */
  @Test
  void aCallWithinACallIsRefused() {
    try (TextGenerator generator = new TextGenerator(WEIGHTS, VOCABULARY, DEVICE)) {
      for (Runnable within :
          List.<Runnable>of(
              generator::close, () -> generator.generate("a", 1, Sampling.greedy()))) {
        assertThatThrownBy(
                () -> generator.generate("a", 3, Sampling.greedy(), text -> within.run()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("at work");
      }
      assertThat(generator.generate("a", 3, Sampling.greedy())).hasSize(3);
    }
  }

  @Test
  void aSecondThreadIsRefusedAndCloseWaits() throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      TextGenerator generator = new TextGenerator(WEIGHTS, VOCABULARY, DEVICE);
      CountDownLatch writing = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      Future<?> written =
          other.submit(
              () ->
                  generator.generate(
                      "a",
                      3,
                      Sampling.greedy(),
                      text -> {
                        writing.countDown();
                        await(goOn);
                      }));
      await(writing);
      assertThatThrownBy(() -> generator.generate("a", 3, Sampling.greedy()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another thread");
      Thread closing = Thread.ofPlatform().start(generator::close);
      closing.join(100);
      assertThat(closing.isAlive()).isTrue();
      goOn.countDown();
      written.get();
      closing.join();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Either a thread has what one alone has, or it is told. */
  @Test
  void threadsThatShareAModelHaveRightAnswersOrNone() throws Exception {
    try (Predictor predictor = new Predictor(WEIGHTS, HEAD, DEVICE);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Sequences> inputs = new ArrayList<>();
      List<Tensor> expected = new ArrayList<>();
      for (int first = 0; first < 4; first++) {
        inputs.add(Sequences.ofOneOfTokens(first, 2, 3, 4));
        expected.add(predictor.predict(inputs.getLast()));
      }
      List<Future<Boolean>> right = new ArrayList<>();
      for (int each = 0; each < 400; each++) {
        int index = each % 4;
        right.add(
            threads.submit(
                () -> {
                  try {
                    return predictor.predict(inputs.get(index)).equals(expected.get(index));
                  } catch (IllegalStateException refused) {
                    return refused.getMessage().contains("another thread");
                  }
                }));
      }
      for (Future<Boolean> answer : right) {
        assertThat(answer.get()).isTrue();
      }
    }
  }
}
