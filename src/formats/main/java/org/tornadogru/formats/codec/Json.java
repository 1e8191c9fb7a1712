package org.tornadogru.formats.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON as files have it. */
public final class Json {

  /** Characters of what is read, or bytes. */
  public static final int LARGEST = 16 << 20;

  /** Of numbers, texts, names, lists and objects; a tensor of a safetensors file has about 15. */
  private static final int MOST_TOKENS = 150_000;

  /** A layer of Keras within two others is about 20 deep. */
  private static final int DEEPEST = 100;

  /**
   * Refuses a name that comes twice, text behind the end, and what is larger or deeper than any
   * model is described by. Names are not pooled, since a pool of names that collide is slow.
   */
  public static final ObjectMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(LARGEST)
                          .maxTokenCount(MOST_TOKENS)
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LARGEST)
                          .build())
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** What is wrong with a text that cannot be read, behind the text's name. */
  public static String problem(JsonProcessingException problem) {
    if (problem instanceof StreamConstraintsException) {
      return "is longer or deeper than any model needs";
    }
    String reason = problem.getOriginalMessage();
    return reason.startsWith("Duplicate")
        ? "has a name twice: " + Quoted.oneLine(reason)
        : "is not JSON: not a model, or damaged";
  }
}
