package org.tornadogru.bench;

import java.util.List;
import java.util.function.Predicate;
import org.tornadogru.device.Device;

/**
 * Who is measured: a device of ours with a set of kernels, or another library.
 *
 * @param target id of the device, or name of the library
 * @param description what it is, for people
 * @param kernels name of the set; empty for a library
 * @param work what it does
 */
public record Contender(String target, String description, String kernels, Predicate<Work> work) {

  /** The specification. */
  static final Contender ANNOTATED =
      new Contender(
          Device.PLAIN_JVM, "the annotated kernels on the plain JVM", "annotated", _ -> true);

  /** A device with one of its sets. */
  static Contender of(Candidate device, String kernels) {
    return new Contender(
        device.id(), device.device(), kernels, work -> work.kind() != Work.Kind.PRODUCT);
  }

  static Contender of(Library library) {
    return new Contender(library.name(), library.description(), library.kernels(), library::does);
  }

  boolean does(Work wanted) {
    return work.test(wanted);
  }

  boolean isLibrary() {
    return kernels.isEmpty();
  }

  /** Whether TornadoVM runs it. */
  boolean isTornadoDevice() {
    return !isLibrary() && !target.equals(Device.PLAIN_JVM);
  }

  /** What lines and charts call it. */
  String title() {
    return (target + " " + kernels).strip();
  }

  /** The options that choose it in a process of {@link MeasureCommand}. */
  List<String> options() {
    return isLibrary()
        ? List.of("--device", Device.PLAIN_JVM, "--library", target)
        : List.of("--device", target, "--kernels", kernels);
  }
}
