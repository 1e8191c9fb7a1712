package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What TornadoVM's profiler says of the kernels.
 *
 * @param nanoseconds of each execution, by {@code graph.task}
 */
record KernelTimes(Map<String, List<Long>> nanoseconds) {

  /** The property that asks for a plan's times, on standard error when it is closed. */
  static final String PROPERTY = "tornado-gru.profile";

  private static final Pattern TASK =
      Pattern.compile("\"([^\"]+\\.[^\"]+)\": \\{[^}]*\"TASK_KERNEL_TIME\": \"(\\d+)\"");

  /** Reads a log of the profiler. */
  static KernelTimes of(String log) {
    Map<String, List<Long>> times = new TreeMap<>();
    Matcher task = TASK.matcher(log);
    while (task.find()) {
      times
          .computeIfAbsent(task.group(1), name -> new ArrayList<>())
          .add(Long.valueOf(task.group(2)));
    }
    return new KernelTimes(times);
  }

  /** Whether a task ever took time. */
  boolean ran(String graph, String task) {
    return nanoseconds.getOrDefault(graph + "." + task, List.of()).stream().anyMatch(t -> t > 0);
  }

  /** One line of JSON: the median of each task, in microseconds. */
  String json() {
    return nanoseconds.entrySet().stream()
        .map(
            task ->
                String.format(
                    Locale.ROOT, "\"%s\":%.1f", task.getKey(), median(task.getValue()) / 1000.0))
        .collect(Collectors.joining(",", "{\"profile\":{", "}}"));
  }

  private static long median(List<Long> values) {
    List<Long> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
