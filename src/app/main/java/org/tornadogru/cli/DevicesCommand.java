package org.tornadogru.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.tornadogru.device.Device;
import org.tornadogru.report.Quantity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "Lists the devices that --device takes; * marks the default, the fastest.")
final class DevicesCommand implements Runnable {

  private static final List<String> HEADINGS =
      List.of("", "id", "backend", "type", "units", "memory", "name");

  @Option(names = "--device", paramLabel = "ID", description = "Only this one.")
  private String id;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    Device chosen = Device.fastest();
    List<Device> targets = id == null ? Device.all() : List.of(Device.of(id));
    for (Device target : targets) {
      rows.add(row(target, target.id().equals(chosen.id())));
    }
    Columns.print(out, rows);
    if (id == null && Starter.isOfTheSources() && Device.fastest().isPlainJvm()) {
      out.println();
      out.println(
          "For GPUs, FPGAs and OpenCL CPUs install TornadoVM 5.2.0-jdk25, set TORNADOVM_HOME");
      out.println(
          "to it, and start with ./run.sh: https://github.com/beehive-lab/TornadoVM/releases");
    }
  }

  private static List<String> row(Device target, boolean isDefault) {
    return List.of(
        isDefault ? "*" : "",
        target.id(),
        String.valueOf(target.backend()),
        String.valueOf(target.type()),
        Integer.toString(target.computeUnits()),
        Quantity.bytes(target.memory()),
        target.name());
  }
}
