package org.tornadogru.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tornadogru.cli.Word;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.InvalidInputException;

/**
 * A device that can be compared, and the kernels that run there.
 *
 * @param id as {@code --device} takes it
 * @param device what it is, for people
 * @param fastest kernels that are chosen there unless told
 * @param usual those, the annotated ones, and those of the Vector API where they run
 * @param available all sets that run there, by name
 */
public record Candidate(
    @JsonProperty("id") String id,
    @JsonProperty("device") String device,
    @JsonProperty("fastest") String fastest,
    @JsonProperty("usual") List<String> usual,
    @JsonProperty("available") List<String> available) {

  public Candidate {
    usual = List.copyOf(usual);
    available = List.copyOf(available);
  }

  /** A device of this process. */
  public static Candidate of(Device target) {
    return new Candidate(
        target.id(),
        target.description(),
        Word.of(target.withKernels(KernelChoice.AUTO).kernels()),
        setNames(target, KernelChoice.ANNOTATED, KernelChoice.SIMD, KernelChoice.AUTO),
        setNames(target, KernelChoice.values()));
  }

  private static List<String> setNames(Device target, KernelChoice... choices) {
    return Stream.of(choices)
        .flatMap(choice -> setName(choice, target).stream())
        .distinct()
        .toList();
  }

  private static Optional<String> setName(KernelChoice choice, Device target) {
    try {
      return Optional.of(Word.of(target.withKernels(choice).kernels()));
    } catch (InvalidInputException doesNotRunThere) {
      return Optional.empty();
    }
  }
}
