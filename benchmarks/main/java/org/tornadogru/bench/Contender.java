package org.tornadogru.bench;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tornadogru.bench.Work.Kind;
import org.tornadogru.device.Device;

/**
 * Who is measured: a device of ours with a set of kernels, or another library.
 *
 * @param target id of the device, or name of the library
 * @param description what it is, for people
 * @param kernels name of the set; empty for a library
 * @param kinds of work that it does
 */
public record Contender(String target, String description, String kernels, Set<Kind> kinds) {

  /** The specification. */
  static final Contender ANNOTATED =
      new Contender(
          Device.PLAIN_JVM,
          "the annotated kernels on the plain JVM",
          "annotated",
          Set.of(Kind.values()));

  public Contender {
    kinds = Set.copyOf(kinds);
  }

  /** A device with one of its sets. */
  static Contender of(Candidate device, String kernels) {
    return new Contender(device.id(), device.device(), kernels, Set.of(Kind.values()));
  }

  static Contender of(Library library) {
    Set<Kind> kinds =
        Stream.of(Kind.values()).filter(library::does).collect(Collectors.toUnmodifiableSet());
    return new Contender(library.name(), library.description(), library.kernels(), kinds);
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
