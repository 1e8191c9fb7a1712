package org.tornadogru.bench;

import java.util.List;
import java.util.ServiceLoader;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.InvalidInputException;

/**
 * What loads models: {@link TornadoGru} on a device, or another library. Those are found by {@link
 * ServiceLoader}, in the builds that have them.
 */
public interface Library {

  /** As {@code --contenders} takes it. */
  String name();

  /** What it is, for people. */
  String description();

  /** The set of kernels that computes; empty where there is no choice. */
  default String kernels() {
    return "";
  }

  /** Bits of a significand that its large products keep of what they multiply. */
  default int operandBits() {
    return KernelSet.SINGLE;
  }

  boolean does(Work work);

  /** Loads the model of a work. */
  Model load(Work work);

  /**
   * What learns a text.
   *
   * @throws InvalidInputException if the library cannot
   */
  default Learner learner(Lesson lesson) {
    throw new InvalidInputException(name() + " does not learn texts here");
  }

  /** The same in double precision, as a reference for others, where the library has that. */
  default Library exact() {
    return this;
  }

  /** The other libraries of this build. */
  static List<Library> others() {
    return ServiceLoader.load(Library.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  /**
   * One of the other libraries.
   *
   * @throws InvalidInputException if this build does not have it
   */
  static Library named(String name) {
    return others().stream()
        .filter(library -> library.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new InvalidInputException("this build has no library called " + name));
  }
}
