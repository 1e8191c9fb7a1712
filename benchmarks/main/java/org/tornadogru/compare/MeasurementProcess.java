package org.tornadogru.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.graph.Placement;

/**
 * Both ends of the processes that measure: what they do, which is the hidden command {@value
 * #COMMAND}, and how they are started. Results are a line of JSON, the last one on standard output,
 * where drivers print too.
 */
public final class MeasurementProcess {

  /** The command of {@code run.sh}. */
  public static final String COMMAND = "measure";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ChildProcess child;

  public MeasurementProcess(ChildProcess child) {
    this.child = child;
  }

  // ---- In the process ----

  /** Prints the devices of this process. */
  public static void printCandidates(PrintWriter out) {
    List<Candidate> candidates = Device.all().stream().map(Candidate::of).toList();
    try {
      out.println(JSON.writeValueAsString(candidates));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Computes the right answers on the plain JVM.
   *
   * @param kernels by which: the annotated ones are the specification; large works want faster ones
   */
  public static void writeReference(Work work, KernelChoice kernels, Path file) throws IOException {
    Device device = Device.of(Device.PLAIN_JVM).withKernels(kernels);
    Reference.compute(work, Placement.on(device)).write(file);
  }

  /** Measures, and prints a {@link Measurement}. */
  public static void measure(
      Work work, Device device, Path reference, double seconds, PrintWriter out) {
    out.println(
        Measurement.of(work, Placement.on(device), Reference.read(work, reference), seconds)
            .json());
  }

  // ---- Outside ----

  /** The devices of TornadoVM, in a process of their drivers' own. */
  public List<Candidate> startCandidates() throws FailedProcessException {
    return result(
        child.run(List.of(COMMAND, "--list")), "[{", new TypeReference<List<Candidate>>() {});
  }

  /** Computes the right answers of a work in another process. */
  public void startReference(Work work, Path file) throws FailedProcessException {
    child.run(
        List.of(
            COMMAND,
            "--device",
            Device.PLAIN_JVM,
            "--kernels",
            "annotated",
            "--work",
            work.name(),
            "--write-reference",
            file.toString()));
  }

  /**
   * Measures in another process.
   *
   * @param id of the device
   * @param kernels name of the set
   */
  public Measurement start(Work work, String id, String kernels, Path reference, double seconds)
      throws FailedProcessException {
    String printed =
        child.run(
            List.of(
                COMMAND,
                "--device",
                id,
                "--kernels",
                kernels,
                "--work",
                work.name(),
                "--reference",
                reference.toString(),
                "--seconds",
                Double.toString(seconds)));
    return result(printed, "{", new TypeReference<Measurement>() {});
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
