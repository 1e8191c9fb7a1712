package org.tornadogru.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tornadogru.device.Device;

/**
 * How processes of {@link MeasureCommand} are started. Results are a line of JSON, the last one on
 * standard output, where drivers print too.
 *
 * @param child what starts them
 * @param command of {@code run.sh}: {@code measure}, or {@code peer}, the same with other libraries
 */
public record MeasurementProcess(ChildProcess child, String command) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Prints the devices of this process, for {@link #candidates} of another one. */
  static void printCandidates(PrintWriter out) {
    List<Candidate> candidates = Device.all().stream().map(Candidate::of).toList();
    try {
      out.println(JSON.writeValueAsString(candidates));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The devices of TornadoVM, in a process of their drivers' own. */
  List<Candidate> candidates() throws FailedProcessException {
    return result(run(List.of(), "--list"), "[{", new TypeReference<List<Candidate>>() {});
  }

  /** Computes the right answers of a work. */
  void writeReference(Contender judge, Work work, Path file) throws FailedProcessException {
    run(judge.options(), "--work", work.name(), "--write-reference", file.toString());
  }

  /** Checks a contender's answers, and measures it. */
  Measurement measure(Contender contender, Work work, Path reference, double seconds)
      throws FailedProcessException {
    String printed =
        on(work.cores())
            .run(
                contender.options(),
                "--work",
                work.name(),
                "--reference",
                reference.toString(),
                "--seconds",
                Double.toString(seconds));
    return result(printed, "{", new TypeReference<Measurement>() {});
  }

  /** One with so many cores; 0: with those that it has. */
  private MeasurementProcess on(int cores) {
    return cores == 0 ? this : new MeasurementProcess(child.on(cores), command);
  }

  private String run(List<String> who, String... what) throws FailedProcessException {
    List<String> arguments = new ArrayList<>(List.of(command));
    Stream.concat(who.stream(), Stream.of(what)).forEach(arguments::add);
    return child.run(arguments);
  }

  private static <T> T result(String printed, String beginning, TypeReference<T> type)
      throws FailedProcessException {
    String line =
        printed
            .lines()
            .filter(candidate -> candidate.startsWith(beginning))
            .reduce((earlier, later) -> later)
            .orElseThrow(() -> new FailedProcessException("the process printed no result"));
    try {
      return JSON.readValue(line, type);
    } catch (JsonProcessingException e) {
      throw new FailedProcessException("the process printed no result but: " + line);
    }
  }
}
