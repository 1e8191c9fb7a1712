package org.tornadogru.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.tornadogru.file.Reason;
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
    description =
        "Trains a GRU on text and writes text with it; or on a table, and forecasts or labels its rows.",
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
    PrintWriter err =
        new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.exit(run(StandardOutput.writer(), err, args));
  }

  /**
   * Runs a command.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main(err);
    int exitCode;
    try {
      requireReadable(args);
      exitCode = main.commandLine(out).execute(withCommand(args));
      out.flush();
    } catch (RuntimeException | Error e) {
      exitCode = main.failed(e);
    }
    err.flush();
    return exitCode;
  }

  /** What the system's encoding cannot say has been lost before Java's program begins. */
  private static void requireReadable(String... args) {
    String encoding = System.getProperty("sun.jnu.encoding");
    for (String argument : args) {
      if (argument.indexOf('\uFFFD') >= 0 && !StandardCharsets.UTF_8.name().equals(encoding)) {
        throw new InvalidInputException(
            "%s has characters that this locale, of %s, does not know: set LC_ALL=C.UTF-8"
                .formatted(argument, encoding));
      }
    }
  }

  /** All commands, their options and what is the same for each. */
  static CommandLine commandLine() {
    return new Main(new PrintWriter(Writer.nullWriter()))
        .commandLine(new PrintWriter(Writer.nullWriter()));
  }

  private CommandLine commandLine(PrintWriter out) {
    CommandLine commandLine =
        new CommandLine(this)
            .setCommandName(Starter.name())
            .addSubcommand(new TrainCommand())
            .addSubcommand(new GenerateCommand())
            .addSubcommand(new EvaluateCommand())
            .addSubcommand(new ExplainCommand())
            .addSubcommand(new StudyCommand())
            .addSubcommand(new SweepCommand())
            .addSubcommand(new PredictCommand())
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
        .setOverwrittenOptionsAllowed(true) // the last one holds
        .setExpandAtFiles(false)
        .registerConverter(Path.class, Main::path)
        .setExecutionStrategy(this::executed)
        .setParameterExceptionHandler((failure, arguments) -> misused(failure))
        .setExecutionExceptionHandler((failure, command, result) -> failed(failure));
    OptionSections.show(commandLine.getCommandSpec());
    return commandLine;
  }

  /** picocli hands over what commands throw, but not what printing help does. */
  private int executed(CommandLine.ParseResult result) {
    try {
      return new CommandLine.RunLast().execute(result);
    } catch (InvalidInputException | StandardOutput.Closed e) {
      return failed(e);
    }
  }

  /**
   * An empty path would be the current directory, which nobody means by {@code --out "$NOWHERE"}.
   */
  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new CommandLine.TypeConversionException("it is empty: give a path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new CommandLine.TypeConversionException(
          "'%s' is no path: %s".formatted(text, e.getReason()));
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
    switch (failure) {
      case StandardOutput.Closed e -> {
        return 0;
      }
      case InvalidInputException e -> print(e.getMessage());
      case UncheckedIOException e ->
          print("%s (%s)".formatted(e.getMessage(), Reason.of(e.getCause())));
      case OutOfMemoryError e ->
          print(
              "not enough memory (%s): choose a smaller --batch, --steps or --hidden, or give Java more with JAVA_TOOL_OPTIONS=-Xmx8g"
                  .formatted(e.getMessage()));
      default -> {
        print("internal error: %s; --stacktrace shows where".formatted(failure));
        return INTERNAL_ERROR;
      }
    }
    return INVALID_INPUT;
  }

  private void print(String message) {
    err.println("tornado-gru: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
