package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** How every mistake of a user is answered: in one line that is not too long. */
public final class Refusals {

  /** Of what can be printed. */
  public static final String ONE_LINE =
      "[^\\p{C}\\p{Zl}\\p{Zp}]{1," + InvalidInputException.LONGEST + "}";

  private Refusals() {}

  /** Asserts that a call ends in an {@link InvalidInputException} of one line with these words. */
  public static void assertRefused(ThrowingCallable call, String... words) {
    AbstractThrowableAssert<?, ?> refusal =
        assertThatThrownBy(call)
            .isInstanceOf(InvalidInputException.class)
            .hasMessageMatching(ONE_LINE);
    Stream.of(words).forEach(refusal::hasMessageContaining);
  }
}
