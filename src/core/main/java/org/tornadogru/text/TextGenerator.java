package org.tornadogru.text;

import java.util.Arrays;
import java.util.function.Consumer;
import org.tornadogru.device.Device;
import org.tornadogru.graph.Access;
import org.tornadogru.graph.GenerationPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.WeightPrecision;
import org.tornadogru.nn.Weights;

/**
 * Continues a text: the model reads the prompt from the zero state, then reads what it wrote
 * itself.
 *
 * <pre>{@code
 * try (TextGenerator generator = new TextGenerator(weights, vocabulary, device)) {
 *   String text = generator.generate("it has", 50, Sampling.greedy());
 * }
 * }</pre>
 *
 * <p>For one thread at a time: another one that calls it meanwhile is refused.
 */
public final class TextGenerator implements AutoCloseable {

  private final Access access = new Access("TextGenerator");

  /** Tokens per execution: many, since an execution is dear, few enough to see them come. */
  private static final int CHUNK = 64;

  private final Vocabulary vocabulary;
  private final GenerationPlan plan;

  /**
   * A generator for one model.
   *
   * @throws InvalidInputException if the vocabulary is not the model's
   */
  public TextGenerator(Weights weights, Vocabulary vocabulary, Device device) {
    this(weights, vocabulary, WeightPrecision.F32, device);
  }

  /**
   * A generator for one model with rounded weights: where reading them takes the time, fewer bytes
   * write a text sooner.
   *
   * @throws InvalidInputException if the vocabulary is not the model's
   */
  public TextGenerator(
      Weights weights, Vocabulary vocabulary, WeightPrecision precision, Device device) {
    if (vocabulary.size() != weights.config().inputSize()) {
      throw new InvalidInputException(
          "the vocabulary has %d symbols but the model has %d: they do not belong together"
              .formatted(vocabulary.size(), weights.config().inputSize()));
    }
    this.vocabulary = vocabulary;
    plan = new GenerationPlan(weights, CHUNK, precision, Placement.on(device));
  }

  /**
   * Writes on from a prompt.
   *
   * @param length tokens to write: characters, or bytes if the vocabulary is one of bytes
   * @return the continuation, without the prompt
   * @throws InvalidInputException if the prompt has characters outside the vocabulary
   */
  public String generate(String prompt, int length, Sampling sampling) {
    StringBuilder text = new StringBuilder();
    generate(prompt, length, sampling, text::append);
    return text.toString();
  }

  /**
   * Writes on from a prompt, and hands over the continuation in pieces, as they come.
   *
   * @param length tokens to write: characters, or bytes if the vocabulary is one of bytes
   * @throws InvalidInputException if the prompt has characters outside the vocabulary
   */
  public void generate(String prompt, int length, Sampling sampling, Consumer<String> out) {
    access.open(() -> write(prompt, length, sampling, out));
  }

  private void write(String prompt, int length, Sampling sampling, Consumer<String> out) {
    if (length < 1) {
      throw new InvalidInputException("the length must be at least 1, not " + length);
    }
    int[] given = vocabulary.encodePrompt(prompt);
    int first = given.length - 1; // the turn that reads the last of the prompt
    long end = (long) first + length;
    int topK = Math.min(sampling.topK(), vocabulary.size());
    int[] tokens = new int[CHUNK];
    Vocabulary.Decoder decoder = vocabulary.decoder();
    for (long turn = 0; turn < end; turn += CHUNK) {
      Arrays.fill(tokens, TextGeneration.CONTINUE);
      if (turn < given.length) {
        int at = (int) turn;
        System.arraycopy(given, at, tokens, 0, Math.min(CHUNK, given.length - at));
      }
      int[] sampled =
          plan.execute(turn == 0, tokens, sampling.temperature(), topK, sampling.seed());
      int from = (int) Math.max(0, first - turn);
      int to = (int) Math.min(CHUNK, end - turn);
      if (from < to) {
        out.accept(decoder.decode(Arrays.copyOfRange(sampled, from, to), turn + to == end));
      }
    }
  }

  /** Frees the device's memory; the second time without effect. */
  @Override
  public void close() {
    access.close(plan::close);
  }
}
