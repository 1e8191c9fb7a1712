package org.tornadogru.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tornadogru.bench.Comparison.Effort;

/**
 * Measures works by turns, each round of each contender in a process of its own: a driver that
 * crashes costs one row, and the same program differs by up to 40 % from one JVM to the next.
 *
 * @param name of the comparison's files
 * @param processes how they are started
 * @param judge whose answers are the right ones; of what it does not do, the specification's
 * @param progress gains a line after each process
 */
public record Comparer(
    String name,
    MeasurementProcess processes,
    Contender judge,
    Effort effort,
    Consumer<String> progress) {

  /** Times that a round is tried while other processes disturb it. */
  private static final int ATTEMPTS = 4;

  /** Keeps what there is so far. */
  @FunctionalInterface
  public interface Keeper {
    void keep(Comparison soFar) throws IOException;
  }

  /** A row in the making. */
  private record Cell(
      Work work, Contender contender, List<Measurement> measured, List<String> problems) {
    Cell(Work work, Contender contender) {
      this(work, contender, new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * Measures everything; what fails becomes a row that says so.
   *
   * @param keeper is called after each process
   */
  public Comparison compare(List<Work> works, List<Contender> contenders, Keeper keeper)
      throws IOException {
    Instant date = Instant.now();
    List<Cell> cells =
        works.stream()
            .flatMap(
                work ->
                    contenders.stream()
                        .filter(contender -> contender.does(work))
                        .map(contender -> new Cell(work, contender)))
            .toList();
    Map<Work, Path> references = new HashMap<>();
    Path directory = Files.createDirectories(processes.child().directory().resolve("references"));
    try {
      for (int round = 0; round < effort.rounds(); round++) {
        for (Work work : works) {
          // Another one begins in each round, so that none always follows the same one.
          List<Cell> turn =
              new ArrayList<>(cells.stream().filter(cell -> cell.work.equals(work)).toList());
          Collections.rotate(turn, -round);
          if (round == 0 && !turn.isEmpty()) {
            writeReference(work, directory.resolve(work.name()), references, turn);
          }
          for (Cell cell : turn) {
            if (references.containsKey(work)) {
              measure(cell, references.get(work), round);
              keeper.keep(comparison(date, cells));
            }
          }
        }
      }
    } finally {
      try (Stream<Path> files = Files.list(directory)) { // also of a run that was killed
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
    return comparison(date, cells);
  }

  private void writeReference(Work work, Path file, Map<Work, Path> references, List<Cell> turn) {
    progress.accept("%s: computing the reference".formatted(work));
    try {
      processes.writeReference(judge.does(work) ? judge : Contender.ANNOTATED, work, file);
      references.put(work, file);
    } catch (FailedProcessException e) {
      String problem = "there is no reference: " + e.getMessage();
      progress.accept("%s: FAILED: %s".formatted(work, problem));
      turn.forEach(cell -> cell.problems.add(problem));
    }
  }

  /** One round of a row; repeated while other processes disturb it. */
  private void measure(Cell cell, Path reference, int round) {
    String title =
        "%s, round %d of %d, %s"
            .formatted(cell.work, round + 1, effort.rounds(), cell.contender.title());
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Measurement measured =
            processes.measure(cell.contender, cell.work, reference, effort.seconds());
        boolean disturbed = measured.others() > effort.others();
        progress.accept(
            "%s: %.4g ms, others took %.1f %% of the CPUs%s"
                .formatted(
                    title,
                    measured.median(),
                    100 * measured.others(),
                    disturbed ? ": rejected" : ""));
        if (!disturbed) {
          cell.measured.add(measured);
          return;
        }
      }
      cell.problems.add("the machine is busy with other processes");
    } catch (FailedProcessException e) {
      cell.problems.add(e.getMessage());
      progress.accept("%s: FAILED: %s".formatted(title, e.getMessage()));
    }
  }

  private Comparison comparison(Instant date, List<Cell> cells) {
    List<Row> rows =
        cells.stream()
            .map(cell -> Row.of(cell.work, cell.contender, cell.measured, cell.problems))
            .toList();
    return new Comparison(
        name, date, Machine.description(), Runtime.version().toString(), judge, effort, rows);
  }
}
