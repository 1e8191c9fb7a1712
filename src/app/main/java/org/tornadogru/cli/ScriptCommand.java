package org.tornadogru.cli;

import java.util.List;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A command that the script does, or starts another program for: here it is listed, completed and
 * explained.
 *
 * @param name of the command
 * @param arguments what it takes
 * @param description lines, of which the first is for the list of commands
 */
record ScriptCommand(String name, String arguments, String description) implements Runnable {

  private static final List<ScriptCommand> ALL =
      List.of(
          new ScriptCommand(
              "compare", "--out DIR [options]", "Every device of this machine side by side."),
          new ScriptCommand(
              "peers",
              "--out DIR [options]",
              "LibTorch, ONNX Runtime and oneDNN beside this library."),
          new ScriptCommand(
              "scaling",
              "--out DIR [options]",
              "The time of a training step by its sizes, beside the same libraries."),
          new ScriptCommand(
              "curves",
              "--out DIR --text FILE [options]",
              "How LibTorch and this library learn a text, and in what time."),
          new ScriptCommand(
              "bench",
              "[pattern] [JMH options]",
              "JMH benchmarks of the kernels, on the plain JVM.\n"
                  + "The pattern is a regular expression that their names are searched for; without one all"
                  + " run, which takes ten minutes. JMH explains its own options with -h."),
          new ScriptCommand(
              "synthesize",
              "--config intel-fpga --out DIR COMMAND [its options]",
              "One bitstream for an FPGA, of all the kernels that a command needs.\n"
                  + "The command runs once as Java, to see which these are; then the FPGA's compiler takes hours."
                  + " Give what it makes to the command with --bitstream DIR."),
          new ScriptCommand(
              "bundle",
              "--out FILE.tar.xz [--backends opencl,ptx,cuda]",
              "Everything in one file, with a JVM, for a machine with a driver and nothing else."),
          new ScriptCommand(
              "test",
              "[Maven options] [-- ConsoleLauncher options]",
              "All tests: on the plain JVM, then on each of TornadoVM's backends.\n"
                  + "Spark's run where Maven can get it. Backends are those of TORNADOVM_HOME, if that is set. Every case is compiled anew there,"
                  + " which takes a quarter of an hour: -Ddevice.tests=quick runs a selection,"
                  + " -DskipTests leaves out the plain JVM's. CONFORMANCE_CASES, TIMEMACHINE_TEXT and SERIES_DATA name the files that some tests want."));

  /** Adds those that the program does not have itself. */
  static void addTo(CommandLine commandLine) {
    for (ScriptCommand command : ALL) {
      if (!commandLine.getSubcommands().containsKey(command.name)) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(command.name);
        spec.mixinStandardHelpOptions(true);
        spec.usageMessage()
            .description(command.description.split("\n"))
            .customSynopsis("%s %s %s".formatted(Starter.name(), command.name, command.arguments));
        spec.parser().unmatchedArgumentsAllowed(true).unmatchedOptionsArePositionalParams(true);
        commandLine.addSubcommand(command.name, spec);
      }
    }
  }

  @Override
  public void run() {
    throw new InvalidInputException("start with ./%s %s".formatted(Starter.name(), name));
  }
}
