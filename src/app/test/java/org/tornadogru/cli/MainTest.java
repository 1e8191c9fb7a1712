package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.Safetensors;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/** The commands as a user gives them, in this process. */
class MainTest {

  private static final String RHYME = "One, two, buckle my shoe; three, four, knock at the door! ";
  private static final List<String> TINY =
      List.of(
          "--windows=all",
          "--preset=d2l",
          "--hidden=6",
          "--steps=5",
          "--batch=64",
          "--epochs=2",
          "--vocabulary=chars");

  @TempDir private static Path shared;
  private static Path text;
  private static Path model;

  @TempDir private Path temporary;

  private record Result(int exitCode, String out, String err) {}

  @BeforeAll
  static void train() throws IOException {
    text = Files.writeString(shared.resolve("rhyme.txt"), RHYME.repeat(3));
    model = shared.resolve("model");
    assertThat(run(tiny("--out=" + model)).exitCode).isZero();
  }

  // ---- What the commands do ----

  @Test
  void trainLeavesModelMeasurementsAndCurves() throws IOException {
    assertThat(model.toFile().list())
        .containsExactlyInAnyOrder(
            "model.safetensors",
            "metrics.jsonl",
            "metrics.csv",
            "perplexity.png",
            "perplexity.svg",
            "config.json",
            "checkpoint");
    GruModel trained = ModelFormat.read(model);
    assertThat(trained.config().hiddenSize()).isEqualTo(6);
    assertThat(trained.config().reset()).isEqualTo(ResetPlacement.AFTER);
    assertThat(trained.metadata())
        .contains(
            Map.entry("epoch", "2"), Map.entry("steps", "5"), Map.entry("corpus", "rhyme.txt"));
    assertThat(Files.readAllLines(model.resolve("metrics.jsonl"))).hasSize(2);
  }

  @Test
  void trainSaysWhatItDoesAndHowItEnded() {
    Result result = run(tiny("--out=" + temporary, "--prompt=three"));

    assertThat(result.out.lines())
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("text").contains("rhyme.txt", "chars", "all windows"),
            line -> assertThat(line).startsWith("model").contains("6 hidden units", "reset after"),
            line -> assertThat(line).startsWith("training").contains("2 epochs", "seed 0"),
            line -> assertThat(line).startsWith("device"),
            line -> assertThat(line).startsWith("kernels"),
            line -> assertThat(line).startsWith("output").contains(temporary.toString()),
            line -> assertThat(line).startsWith("perplexity").contains("train", "validation"),
            line -> assertThat(line).startsWith("time").contains("to the device"),
            line -> assertThat(line).startsWith("sample      three").hasSize(12 + 5 + 50));
    assertThat(result.err).contains("epoch 1/2", "epoch 2/2", "characters/s");
  }

  @Test
  void kernelsAreChosenByName() {
    assertThat(run(tiny("--out=" + temporary, "--kernels=annotated")).out)
        .containsPattern("kernels +annotated");
    Result unknown = run(tiny("--out=" + temporary, "--kernels=fast"));
    assertThat(unknown.exitCode).isEqualTo(2);
    assertThat(unknown.err.lines()).hasSize(1).allMatch(line -> line.contains("annotated"));
  }

  @Test
  void optionsAloneAreThoseOfTrain() {
    List<String> options = new ArrayList<>(TINY);
    options.addAll(List.of("--text=" + text, "--out=" + temporary, "--epochs=1"));
    options.remove("--epochs=2");

    assertThat(run(options.toArray(String[]::new)).out).contains("1 epochs");
  }

  @Test
  void explicitOptionsWinOverPresets() {
    run(tiny("--out=" + temporary, "--scratch", "--reset=after"));

    GruModel trained = ModelFormat.read(temporary);
    assertThat(trained.config().reset()).isEqualTo(ResetPlacement.AFTER);
    assertThat(trained.metadata()).containsEntry("initialization", "normal");
  }

  @Tag("plain-jvm")
  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    Path other = temporary.resolve("other");
    run(tiny("--out=" + temporary));
    run(tiny("--out=" + other, "--seed=1"));

    assertThat(temporary.resolve("model.safetensors"))
        .hasSameBinaryContentAs(model.resolve("model.safetensors"));
    assertThat(
            Files.mismatch(other.resolve("model.safetensors"), model.resolve("model.safetensors")))
        .isNotNegative();
  }

  @Test
  void generatePrintsNothingButTheText() {
    Result greedy = run("generate", "--model=" + model, "--prompt=One", "--length=20");
    Result sampled =
        run("generate", "--model=" + model, "--prompt=One", "--length=20", "--temperature=2");
    Result again =
        run("generate", "--model=" + model, "--prompt=One", "--length=20", "--temperature=2");

    for (Result result : List.of(greedy, sampled)) {
      assertThat(result.exitCode).isZero();
      assertThat(result.out).startsWith("One").endsWith("\n").hasSize(3 + 20 + 1);
      assertThat(result.err).isEmpty();
    }
    assertThat(again.out).isEqualTo(sampled.out).isNotEqualTo(greedy.out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--embedding=4", "--embedding=6 --tie"})
  void aModelWithATableTrainsAndWrites(String options) throws IOException {
    List<String> all = new ArrayList<>(List.of(options.split(" ", -1)));
    boolean tied = all.contains("--tie");
    all.add("--out=" + temporary);
    Result trained = run(tiny(all.toArray(String[]::new)));
    assertThat(trained.err).doesNotContain("tornado-gru:");
    assertThat(trained.out).contains(tied ? "tied embedding of 6" : "embedding of 4");

    GruModel written = ModelFormat.read(temporary);
    assertThat(written.config().embeddingSize()).isEqualTo(tied ? 6 : 4);
    String inspected = run("inspect", temporary.toString()).out;
    assertThat(inspected).contains("embedding.weight").containsPattern("tied +" + tied);
    assertThat(inspected.contains("linear.weight")).isNotEqualTo(tied);
    assertThat(Files.readString(temporary.resolve("config.json")))
        .containsPattern("--tie\" : \"" + tied);
    assertThat(run("generate", "--model=" + temporary, "--prompt=One", "--length=20").out)
        .startsWith("One")
        .hasSize(3 + 20 + 1);
    assertThat(run("evaluate", "--model=" + temporary, "--text=" + text).out).startsWith("loss ");
  }

  @Test
  void evaluatePrintsLossAndPerplexity() {
    Result result = run("evaluate", "--model=" + model, "--text=" + text);

    assertThat(result.exitCode).isZero();
    assertThat(result.out)
        .matches(
            "loss \\d\\.\\d{4}  perplexity \\d+\\.\\d{3}  \\d\\.\\d{3} bits  \\(%d characters\\)\n"
                .formatted(3 * RHYME.length() - 1));
  }

  @Test
  void evaluateTakesATextWithCharactersThatTrainingLacked() throws IOException {
    Path other = Files.writeString(temporary.resolve("other"), RHYME + "1é" + RHYME);

    Result result = run("evaluate", "--model=" + model, "--text=" + other);

    assertThat(result.exitCode).isZero();
    assertThat(result.out)
        .startsWith("loss ")
        .contains("(%d characters)".formatted(2 * RHYME.length() + 1));
  }

  @Test
  void devicesMarksTheDefaultOne() {
    Result result = run("devices");

    assertThat(result.exitCode).isZero();
    assertThat(result.out.lines().filter(line -> line.startsWith("*"))).hasSize(1);
  }

  @Tag("plain-jvm")
  @Test
  void withoutTornadoVmDevicesSaysHowToGetIt() {
    assertThat(run("devices").out).contains("jvm", "TORNADOVM_HOME");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "train --help",
        "generate --help",
        "evaluate -h",
        "devices -h",
        "convert --help",
        "inspect --help",
        "bench --help",
        "test --help",
        "--version",
        "completion"
      })
  void helpGoesToStandardOutput(String arguments) {
    Result result = run(arguments.split(" "));

    assertThat(result.exitCode).isZero();
    assertThat(result.out).isNotBlank();
    assertThat(result.err).isEmpty();
  }

  @Test
  void helpAndCompletionHaveEveryCommandOfTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"), UTF_8);
    List<String> commands =
        Pattern.compile("(?m)^\\| `([a-z]+)[^`]*` \\|")
            .matcher(
                readme.substring(readme.indexOf("## Commands"), readme.indexOf("## What is in")))
            .results()
            .map(row -> row.group(1))
            .toList();

    assertThat(commands).contains("train", "compare", "test");
    assertThat(run("--help").out).contains(commands);
    assertThat(run("completion").out).contains(commands);
  }

  // ---- Errors ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--hidden=0",
        "--hidden=-1",
        "--hidden=x",
        "--hidden=99999999999",
        "--hidden=1000000000",
        "--steps=0",
        "--steps=-3",
        "--steps=1.5",
        "--steps=2000000000",
        "--batch=0",
        "--batch=-1",
        "--epochs=0",
        "--epochs=-1",
        "--learning-rate=0",
        "--learning-rate=-1",
        "--learning-rate=NaN",
        "--learning-rate=Infinity",
        "--clip=0",
        "--clip=-0.5",
        "--clip=NaN",
        "--clip=x",
        "--dropout=0.5",
        "--layers=0",
        "--embedding=-1",
        "--embedding=x",
        "--embedding=1000000000",
        "--tie",
        "--optimizer=newton",
        "--schedule=never",
        "--momentum=1",
        "--ema=1",
        "--accumulate=0",
        "--reset=sideways",
        "--init=zero",
        "--seed=x",
        "--windows=none",
        "--corpus=bible",
        "--device=7:7",
        "--device=gpu",
        "--prompt=",
        "--prompt=é",
        "--text",
        "--nonsense",
        "extra"
      })
  void impossibleOptionsAreRefusedBeforeAnythingIsWritten(String option) {
    assertRefused(run(tiny("--out=" + temporary.resolve("out"), option)), "");
    assertThat(temporary.resolve("out")).doesNotExist();
  }

  @Test
  void contradictingOptionsAreRefused() {
    assertRefused(run("--scratch", "--concise"), "exclude each other");
    assertRefused(run("--tie"), "--embedding 32, not 0");
    assertRefused(run("--tie", "--embedding=9", "--hidden=8"), "--embedding 8, not 9");
    assertRefused(run("--text=" + text, "--corpus=built-in"), "exclude each other");
  }

  @Test
  void textsThatCannotBeUsedAreRefused() throws IOException {
    Path file = temporary.resolve("text");
    assertRefused(run("--text=" + file), "there is no text file " + file);
    assertRefused(run("--text=" + temporary), "is a directory");
    Files.write(file, new byte[0]);
    assertRefused(run("--text=" + file), "is empty");
    Files.write(file, new byte[] {'a', (byte) 0xff});
    assertRefused(run("--text=" + file), "not UTF-8");
    Files.writeString(file, RHYME);
    assertRefused(run("--concise", "--text=" + file), "15000 windows of 32 steps need");
    assertRefused(run("--text=" + file), "64 steps need at least 65 of each");
    assertRefused(run("--concise", "--text=" + file, "--windows=all"), "need at least 97");
    Files.writeString(file, "a");
    assertRefused(run("evaluate", "--model=" + model, "--text=" + file), "at least 2");
    Files.writeString(
        file, "съешь же ещё этих мягких французских булок, да выпей чаю. ".repeat(20));
    assertRefused(
        run("--concise", "--text=" + file),
        "the d2l vocabulary, a to z, leaves nothing of text: train with --vocabulary chars");
    Files.writeString(file, "съешь же ещё этих мягких французских булок, OK. ".repeat(20));
    assertRefused(run("--concise", "--text=" + file), "leaves 40 of the 760 letters of text");
  }

  @Test
  void modelsThatCannotBeUsedAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(model.resolve("model.safetensors"));
    Safetensors content = Safetensors.read(model.resolve("model.safetensors"));
    Path file = temporary.resolve("m.safetensors");

    assertModelRefused(file, "there is no model file");
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertModelRefused(file, "truncated");
    Files.writeString(file, "this is not a model at all");
    assertModelRefused(file, "not a safetensors file");
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 50);
    Files.write(file, whole);
    assertModelRefused(file, "header says 1125899906842624 bytes");

    List<Tensor> tensors = new ArrayList<>(content.tensors());
    Tensor first = tensors.removeFirst();
    new Safetensors(content.metadata(), tensors).write(file);
    assertModelRefused(file, "tensor " + first.name() + " is missing");
    tensors.addFirst(first.reshaped(first.shape().reversed()));
    new Safetensors(content.metadata(), tensors).write(file);
    assertModelRefused(file, "tensor " + first.name() + " has shape");
    new Safetensors(Map.of(), content.tensors()).write(file);
    assertModelRefused(file, "metadata lacks vocabulary");
  }

  @Test
  void devicesShowsOneAlone() {
    String id = Device.fastest().id();

    Result result = run("devices", "--device=" + id);

    assertThat(result.exitCode).isZero();
    assertThat(result.out.lines()).hasSize(2).last().asString().contains(id);
    assertRefused(run("devices", "--device=7:7"), "device 7:7 does not exist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--work=nonsense",
        "--work=[",
        "--kernels=quick",
        "--rounds=0",
        "--rounds=x",
        "--seconds=0",
        "--seconds=NaN",
        "--timeout=0",
        "extra"
      })
  void impossibleComparisonsAreRefusedBeforeAnythingIsWritten(String option) {
    assertRefused(run("compare", "--out=" + temporary.resolve("out"), option), "");
    assertThat(temporary.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--length=0", "--length=-1", "--temperature=0", "--temperature=-1", "--temperature=NaN",
        "--top-k=0", "--top-k=-1", "--prompt=", "--prompt=é", "--device=7:7"
      })
  void impossibleGenerationsAreRefusedBeforeAnythingIsPrinted(String option) {
    List<String> arguments = new ArrayList<>(List.of("generate", "--model=" + model, option));
    if (!option.startsWith("--prompt")) {
      arguments.add("--prompt=One");
    }

    Result result = run(arguments.toArray(String[]::new));

    assertRefused(result, "");
    assertThat(result.out).isEmpty();
  }

  @Tag("plain-jvm")
  @Test
  void aDeviceOfTornadoVmIsRefusedWithoutIt() {
    assertRefused(run(tiny("--device=0:0")), "TornadoVM is not installed");
  }

  @Test
  void anOutputDirectoryThatCannotBeCreatedIsRefused() {
    assertRefused(run(tiny("--out=" + text)), "choose another --out");
  }

  @Test
  void unknownCommandsAreRefused() {
    assertRefused(run("trian"), "there is no command 'trian'");
  }

  @Test
  void aTrainingThatDivergesKeepsTheLastGoodModel() throws IOException {
    Result result =
        run(tiny("--out=" + temporary, "--epochs=60", "--hidden=24", "--learning-rate=500"));

    assertThat(result.exitCode).isEqualTo(2);
    String error = result.err.lines().toList().getLast();
    assertThat(error)
        .matches("tornado-gru: the (validation )?loss became .* in epoch \\d+, batch \\d+: .*");
    int lastGood = Integer.parseInt(error.replaceAll(".*epoch (\\d+), batch.*", "$1")) - 1;
    assertThat(lastGood).as("epochs before it diverged").isPositive();
    assertThat(ModelFormat.read(temporary).metadata()).containsEntry("epoch", "" + lastGood);
    assertThat(Files.readAllLines(temporary.resolve("metrics.jsonl"))).hasSize(lastGood);
    assertThat(temporary.resolve("perplexity.png")).exists();
  }

  @Test
  void anUnforeseenErrorIsOneLineToo() {
    StringWriter err = new StringWriter();
    PrintWriter broken =
        new PrintWriter(new StringWriter()) {
          @Override
          public void println(String line) {
            throw new IllegalStateException("first line\nsecond line");
          }
        };

    int exitCode = Main.run(broken, new PrintWriter(err), "devices");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "tornado-gru: internal error: java.lang.IllegalStateException: first line second line; --stacktrace shows where");
  }

  /** Also a kill leaves nothing half-written under a name that anyone reads. */
  @Tag("plain-jvm")
  @Test
  void aKilledRunLeavesWholeFiles() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(tiny("--out=" + temporary, "--epochs=1000000")));
    Process run =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      for (int wait = 0; wait < 600 && !Files.exists(temporary.resolve("metrics.jsonl")); wait++) {
        assertThat(run.isAlive()).isTrue();
        Thread.sleep(50);
      }
      Thread.sleep(300);
    } finally {
      run.destroyForcibly();
      assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(ModelFormat.read(temporary).metadata()).containsKey("epoch");
    assertThat(Files.readString(temporary.resolve("metrics.jsonl"), UTF_8))
        .matches("(?s)(\\{[^\n]*\\}\n)+");
  }

  private void assertModelRefused(Path file, String message) {
    assertRefused(run("generate", "--model=" + file, "--prompt=One"), message);
    assertRefused(run("evaluate", "--model=" + file, "--text=" + text), message);
  }

  private static void assertRefused(Result result, String message) {
    assertThat(result.err).startsWith("tornado-gru: ").contains(message);
    assertThat(result.err.lines()).as("one line").hasSize(1);
    assertThat(result.exitCode).isEqualTo(2);
  }

  /** Arguments that train a tiny model; of two values of an option the last one holds. */
  private static String[] tiny(String... more) {
    List<String> given = Arrays.stream(more).map(option -> option.split("=", 2)[0]).toList();
    Stream<String> defaults =
        Stream.concat(TINY.stream(), Stream.of("--text=" + text))
            .filter(option -> !given.contains(option.split("=", 2)[0]));
    return Stream.of(Stream.of("train"), defaults, Stream.of(more))
        .flatMap(part -> part)
        .toArray(String[]::new);
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }
}
