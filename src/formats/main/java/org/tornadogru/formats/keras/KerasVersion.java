package org.tornadogru.formats.keras;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;

/**
 * The version of Keras that wrote a file.
 *
 * @param text such as {@code 2.15.0}; empty if the file does not say
 */
record KerasVersion(String text) {

  private static final Pattern MAJOR = Pattern.compile("(\\d{1,3})\\..*");

  /**
   * Whether it is before a major version.
   *
   * @param what depends on it
   * @throws InvalidInputException if the file does not say
   */
  boolean isBefore(int major, String what) {
    Matcher matcher = MAJOR.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "its keras_version is %s, which does not say %s".formatted(Quoted.of(text), what));
    }
    return Integer.parseInt(matcher.group(1)) < major;
  }
}
