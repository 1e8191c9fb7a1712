package org.tornadogru.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tornadogru.InvalidInputException;
import org.tornadogru.device.Target;
import org.tornadogru.graph.KernelChoice;

/**
 * A device that can be compared, and the kernels that run there.
 *
 * @param id as {@code --device} takes it
 * @param device what it is, for people
 * @param usual the annotated kernels, and the fastest ones where those are others
 * @param available all sets that run there, by name
 */
public record Candidate(
    @JsonProperty("id") String id,
    @JsonProperty("device") String device,
    @JsonProperty("usual") List<String> usual,
    @JsonProperty("available") List<String> available) {

  public Candidate {
    usual = List.copyOf(usual);
    available = List.copyOf(available);
  }

  /** A device of this process. */
  public static Candidate of(Target target) {
    List<String> usual =
        Stream.of(KernelChoice.ANNOTATED, KernelChoice.AUTO)
            .map(choice -> choice.on(target).name())
            .distinct()
            .toList();
    List<String> available =
        Stream.of(KernelChoice.values())
            .flatMap(choice -> setName(choice, target).stream())
            .distinct()
            .toList();
    return new Candidate(target.id(), target.description(), usual, available);
  }

  private static Optional<String> setName(KernelChoice choice, Target target) {
    try {
      return Optional.of(choice.on(target).name());
    } catch (InvalidInputException doesNotRunThere) {
      return Optional.empty();
    }
  }
}
