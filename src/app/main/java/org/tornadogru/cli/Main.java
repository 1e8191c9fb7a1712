package org.tornadogru.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.tornadogru.nn.InvalidInputException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. Exit code 2 and one line on standard error for what a user can put right. */
@Command(
    name = "run.sh",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Trains a GRU language model on text and writes text with it.",
    synopsisSubcommandLabel = "[COMMAND]",
    footer = {
      "",
      "Without a command, run.sh trains.",
      "Run `source <(./run.sh completion)` for completion in this shell."
    })
public final class Main {

  private static final int INVALID_INPUT = 2;
  private static final int INTERNAL_ERROR = 1;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error arose.")
  private boolean stackTrace;

  private final PrintWriter err;

  private Main(PrintWriter err) {
    this.err = err;
  }

  public static void main(String[] args) {
    int exitCode = run(writer(FileDescriptor.out), writer(FileDescriptor.err), args);
    System.exit(exitCode);
  }

  /** Texts are UTF-8, whatever the locale is: also a pipe should get the model's characters. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /**
   * Runs a command.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main(err);
    CommandLine commandLine =
        new CommandLine(main)
            .setCommandName(Starter.name())
            .addSubcommand(new TrainCommand())
            .addSubcommand(new GenerateCommand())
            .addSubcommand(new EvaluateCommand())
            .addSubcommand(new ConvertCommand())
            .addSubcommand(new InspectCommand())
            .addSubcommand(new DevicesCommand())
            .addSubcommand("completion", new AutoComplete.GenerateCompletion());
    ServiceLoader.load(Subcommand.class).forEach(commandLine::addSubcommand);
    ScriptCommand.addTo(commandLine);
    // Only commands that are there already hear of these.
    commandLine
        .setOut(out)
        .setErr(err)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler((failure, arguments) -> main.misused(failure))
        .setExecutionExceptionHandler((failure, command, result) -> main.failed(failure));
    try {
      return commandLine.execute(withCommand(args));
    } catch (OutOfMemoryError e) {
      return main.outOfMemory(e);
    } catch (Error e) {
      return main.failed(e);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Options alone are those of train. */
  private static String[] withCommand(String[] args) {
    boolean train =
        args.length == 0
            || (args[0].startsWith("-")
                && !List.of("-h", "--help", "-V", "--version").contains(args[0]));
    return train ? Stream.concat(Stream.of("train"), Stream.of(args)).toArray(String[]::new) : args;
  }

  private int misused(CommandLine.ParameterException failure) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    String what =
        failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && command.parent() == null
            ? "there is no command '%s'".formatted(unmatched.getUnmatched().getFirst())
            : failure.getMessage();
    print("%s; see ./%s --help".formatted(what, command.qualifiedName()));
    return INVALID_INPUT;
  }

  private int failed(Throwable failure) {
    if (stackTrace) {
      failure.printStackTrace(err);
    }
    if (failure instanceof InvalidInputException) {
      print(failure.getMessage());
      return INVALID_INPUT;
    }
    print("internal error: %s; --stacktrace shows where".formatted(failure));
    return INTERNAL_ERROR;
  }

  private int outOfMemory(OutOfMemoryError failure) {
    if (stackTrace) {
      failure.printStackTrace(err);
    }
    print(
        "not enough memory (%s): choose a smaller --batch, --steps or --hidden, or give Java more with JAVA_TOOL_OPTIONS=-Xmx8g"
            .formatted(failure.getMessage()));
    return INVALID_INPUT;
  }

  private void print(String message) {
    err.println("tornado-gru: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
