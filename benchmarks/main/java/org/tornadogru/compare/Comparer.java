package org.tornadogru.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures works on devices by turns, each round of each device in a process of its own, so that a
 * driver that crashes costs one row.
 *
 * @param processes how they are started
 * @param rounds processes per row
 * @param seconds to warm up, and again to time
 * @param progress gains a line after each process
 */
public record Comparer(
    MeasurementProcess processes, int rounds, double seconds, Consumer<String> progress) {

  /**
   * One row to come.
   *
   * @param kernels name of the set
   */
  public record Contender(Candidate candidate, String kernels) {
    String title() {
      return candidate.id() + " " + kernels;
    }
  }

  private record Cell(Work work, Contender contender) {}

  /** Measures everything; what fails becomes a row that says so. */
  public DeviceComparison compare(List<Work> works, List<Contender> contenders) throws IOException {
    Instant date = Instant.now();
    Map<Cell, List<Measurement>> results = new LinkedHashMap<>();
    Map<Cell, List<String>> problems = new HashMap<>();
    for (Work work : works) {
      for (Contender contender : contenders) {
        results.put(new Cell(work, contender), new ArrayList<>());
        problems.put(new Cell(work, contender), new ArrayList<>());
      }
    }
    for (Work work : works) {
      Path reference = Files.createTempFile("tornado-gru-" + work, ".safetensors");
      try {
        progress.accept("%s: computing the reference".formatted(work));
        processes.startReference(work, reference);
        measure(work, contenders, reference, results, problems);
      } catch (FailedProcessException e) {
        for (Contender contender : contenders) {
          problems.get(new Cell(work, contender)).add("there is no reference: " + e.getMessage());
        }
      } finally {
        Files.deleteIfExists(reference);
      }
    }
    List<ComparisonRow> rows =
        results.keySet().stream()
            .map(
                cell ->
                    ComparisonRow.of(
                        cell.work,
                        cell.contender.candidate,
                        cell.contender.kernels,
                        results.get(cell),
                        problems.get(cell)))
            .toList();
    return new DeviceComparison(
        date, Machine.description(), Runtime.version().toString(), rounds, seconds, rows);
  }

  private void measure(
      Work work,
      List<Contender> contenders,
      Path reference,
      Map<Cell, List<Measurement>> results,
      Map<Cell, List<String>> problems) {
    for (int round = 0; round < rounds; round++) {
      // Another one begins in each round, so that none always follows the same one.
      List<Contender> turn = new ArrayList<>(contenders);
      Collections.rotate(turn, -round);
      for (Contender contender : turn) {
        Cell cell = new Cell(work, contender);
        String title =
            "%s, round %d of %d, %s".formatted(work, round + 1, rounds, contender.title());
        try {
          Measurement measured =
              processes.start(
                  work, contender.candidate.id(), contender.kernels, reference, seconds);
          results.get(cell).add(measured);
          progress.accept(
              "%s: %.4g ms".formatted(title, Quantiles.of(measured.milliseconds(), 0.5)));
        } catch (FailedProcessException e) {
          problems.get(cell).add(e.getMessage());
          progress.accept("%s: FAILED: %s".formatted(title, e.getMessage()));
        }
      }
    }
  }
}
