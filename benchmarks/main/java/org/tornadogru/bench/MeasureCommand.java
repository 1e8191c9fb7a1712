package org.tornadogru.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.tornadogru.cli.DeviceOption;
import org.tornadogru.cli.Subcommand;
import org.tornadogru.file.Reason;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The processes that compare and peers start. */
@Command(
    name = "measure",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Checks and times one work on one device, for compare and peers.")
public final class MeasureCommand implements Runnable, Subcommand {

  @Option(names = "--list", description = "List the devices instead.")
  private boolean list;

  @Option(names = "--work", paramLabel = "NAME", description = "For example training-d2l.")
  private String work;

  @Option(
      names = "--library",
      paramLabel = "NAME",
      description = "Another library, in place of a device.")
  private String library;

  @Option(names = "--reference", paramLabel = "FILE", description = "The right answers.")
  private Path reference;

  @Option(
      names = "--write-reference",
      paramLabel = "FILE",
      description =
          "Compute the right answers instead, by a library in double precision if it can.")
  private Path written;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      paramLabel = "S",
      description = "To warm up, and again to time; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Mixin private DeviceOption device = new DeviceOption();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      MeasurementProcess.printCandidates(out);
      return;
    }
    if (work == null || (reference == null) == (written == null)) {
      throw new InvalidInputException(
          "measure wants --list, or --work with --reference or --write-reference");
    }
    Work wanted = Work.named(work);
    Library chosen =
        library == null ? new TornadoGru(Placement.on(device.chosen())) : Library.named(library);
    if (written == null) {
      Reference right = Reference.read(wanted, reference);
      out.println(Measurement.of(wanted, chosen, right, seconds).json());
      return;
    }
    try {
      Reference.compute(wanted, chosen.exact()).write(written);
    } catch (IOException e) {
      throw new InvalidInputException("cannot write %s (%s)".formatted(written, Reason.of(e)), e);
    }
  }
}
