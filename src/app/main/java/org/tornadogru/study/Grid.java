package org.tornadogru.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tornadogru.nn.InvalidInputException;

/**
 * Values of some options, each of which is tried with each of the others.
 *
 * @param values of each option, {@code --learning-rate} for example; none is without any
 */
public record Grid(Map<String, List<String>> values) {

  public Grid {
    values = new LinkedHashMap<>(values);
  }

  /**
   * A grid as it is typed.
   *
   * @param text {@code learning-rate=1,2,4,hidden=16,32}
   * @throws InvalidInputException if it is something else
   */
  public static Grid of(String text) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    List<String> current = null;
    for (String part : text.split(",", -1)) {
      String[] named = part.split("=", 2);
      String value = named[named.length - 1].strip();
      if (named.length == 2) {
        String option = "--" + named[0].strip();
        current = new ArrayList<>();
        if (values.put(option, current) != null) {
          throw new InvalidInputException(
              "--grid has %s twice: give all of its values once".formatted(named[0].strip()));
        }
      }
      if (current == null || value.isEmpty() || current.contains(value)) {
        throw new InvalidInputException(
            "--grid wants options and the values of each, as learning-rate=1,2,4,hidden=16,32, not '%s'"
                .formatted(text));
      }
      current.add(value);
    }
    return new Grid(values);
  }

  /** Everything that is tried; the last option changes first. */
  public List<Experiment> experiments() {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, List<String>> option : values.entrySet()) {
      all =
          all.stream()
              .flatMap(
                  before ->
                      option.getValue().stream().map(value -> with(before, option.getKey(), value)))
              .toList();
    }
    return all.stream().map(options -> new Experiment(name(options), options)).toList();
  }

  private static Map<String, String> with(
      Map<String, String> options, String option, String value) {
    Map<String, String> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return more;
  }

  private static String name(Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey().substring(2) + " " + option.getValue())
        .collect(Collectors.joining(", "));
  }
}
