package org.tornadogru.peers;

import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine;

/** How the commands here end: with one line on stderr, and exit code 2, for a user's error. */
final class Commands {

  private Commands() {}

  static int execute(CommandLine command, String... arguments) {
    return command
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (failure instanceof InvalidInputException) {
                line.getErr().println(line.getCommandName() + ": " + failure.getMessage());
                return CommandLine.ExitCode.USAGE;
              }
              throw failure;
            })
        .execute(arguments);
  }
}
