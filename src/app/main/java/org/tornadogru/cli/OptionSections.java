package org.tornadogru.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Options under headings, in help: those of each mixin that is named by one. (picocli's groups have
 * headings too, but forget all that was given of a group when one of its options comes again.)
 */
final class OptionSections {

  private OptionSections() {}

  /** Has the help of a command, and of those below it, show headings. */
  static void show(CommandSpec command) {
    command
        .usageMessage()
        .sectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionSections::print);
    command.subcommands().values().forEach(below -> show(below.getCommandSpec()));
  }

  private static String print(Help help) {
    List<OptionSpec> rest = new ArrayList<>(help.commandSpec().options());
    StringBuilder sections = new StringBuilder();
    for (Map.Entry<String, CommandSpec> mixin : help.commandSpec().mixins().entrySet()) {
      if (Character.isUpperCase(mixin.getKey().charAt(0))) {
        List<OptionSpec> options = mixin.getValue().options();
        rest.removeIf(
            option -> options.stream().anyMatch(its -> its.names()[0].equals(option.names()[0])));
        sections
            .append("%n%s:%n".formatted(mixin.getKey()))
            .append(help.optionListExcludingGroups(options));
      }
    }
    return help.optionListExcludingGroups(rest) + sections;
  }
}
