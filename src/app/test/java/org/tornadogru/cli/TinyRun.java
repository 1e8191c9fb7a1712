package org.tornadogru.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A model that is learned in a moment.
 *
 * @param text to learn
 * @param model the directory of one that has learned it
 */
record TinyRun(Path text, Path model) {

  static final String RHYME = "One, two, buckle my shoe; three, four, knock at the door! ";

  /** Trains one. */
  static TinyRun in(Path directory) throws IOException {
    Path text = Files.writeString(directory.resolve("rhyme.txt"), RHYME.repeat(3));
    TinyRun run = new TinyRun(text, directory.resolve("model"));
    run.train("--out=" + run.model).successful();
    return run;
  }

  /** Trains another one, with other options too. */
  Outcome train(String... more) {
    return Outcome.of(arguments(more));
  }

  /** The arguments for that: of two values of an option the last one holds. */
  String[] arguments(String... more) {
    Stream<String> tiny =
        Stream.of(
            "train",
            "--windows=all",
            "--preset=d2l",
            "--hidden=6",
            "--steps=5",
            "--batch=64",
            "--epochs=2",
            "--vocabulary=chars",
            "--text=" + text);
    return Stream.concat(tiny, Stream.of(more)).toArray(String[]::new);
  }
}
