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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.Safetensors;
import org.tornadogru.nn.Tensor;

/** What the commands refuse, and how. */
class RefusedCommandsTest {

  @TempDir private static Path shared;
  private static TinyRun tiny;
  private static Path text;
  private static Path model;

  @TempDir private Path temporary;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyRun.in(shared);
    text = tiny.text();
    model = tiny.model();
  }

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
    tiny.train("--out=" + temporary.resolve("out"), option).assertRefused("");
    assertThat(temporary.resolve("out")).doesNotExist();
  }

  @Test
  void contradictingOptionsAreRefused() {
    Outcome.of("--scratch", "--concise").assertRefused("exclude each other");
    Outcome.of("--tie").assertRefused("--embedding 32, not 0");
    Outcome.of("--tie", "--embedding=9", "--hidden=8").assertRefused("--embedding 8, not 9");
    Outcome.of("--text=" + text, "--corpus=built-in").assertRefused("exclude each other");
  }

  @Test
  void textsThatCannotBeUsedAreRefused() throws IOException {
    Path file = temporary.resolve("text");
    Outcome.of("--text=" + file).assertRefused("there is no text file " + file);
    Outcome.of("--text=" + temporary).assertRefused("is a directory");
    Files.write(file, new byte[0]);
    Outcome.of("--text=" + file).assertRefused("is empty");
    Files.write(file, new byte[] {'a', (byte) 0xff});
    Outcome.of("--text=" + file).assertRefused("not UTF-8");
    Files.writeString(file, TinyRun.RHYME);
    Outcome.of("--concise", "--text=" + file).assertRefused("15000 windows of 32 steps need");
    Outcome.of("--text=" + file).assertRefused("64 steps need at least 65 of each");
    Outcome.of("--concise", "--text=" + file, "--windows=all").assertRefused("need at least 97");
    Files.writeString(file, "a");
    Outcome.of("evaluate", "--model=" + model, "--text=" + file).assertRefused("at least 2");
    Files.writeString(
        file, "съешь же ещё этих мягких французских булок, да выпей чаю. ".repeat(20));
    Outcome.of("--concise", "--text=" + file)
        .assertRefused(
            "the d2l vocabulary, a to z, leaves nothing of text: train with --vocabulary chars");
    Files.writeString(file, "съешь же ещё этих мягких французских булок, OK. ".repeat(20));
    Outcome.of("--concise", "--text=" + file).assertRefused("leaves 40 of the 760 letters of text");
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

    Outcome result = Outcome.of("devices", "--device=" + id);

    assertThat(result.exitCode()).isZero();
    assertThat(result.output().lines()).hasSize(2).last().asString().contains(id);
    Outcome.of("devices", "--device=7:7").assertRefused("device 7:7 does not exist");
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
    Outcome.of("compare", "--out=" + temporary.resolve("out"), option).assertRefused("");
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

    Outcome result = Outcome.of(arguments.toArray(String[]::new));

    result.assertRefused("");
    assertThat(result.output()).isEmpty();
  }

  @Tag("plain-jvm")
  @Test
  void aDeviceOfTornadoVmIsRefusedWithoutIt() {
    tiny.train("--device=0:0").assertRefused("TornadoVM is not installed");
  }

  @Test
  void anOutputDirectoryThatCannotBeCreatedIsRefused() {
    tiny.train("--out=" + text).assertRefused("choose another --out");
  }

  @Test
  void unknownCommandsAreRefused() {
    Outcome.of("trian").assertRefused("there is no command 'trian'");
  }

  @Test
  void aTrainingThatDivergesKeepsTheLastGoodModel() throws IOException {
    Outcome result =
        tiny.train("--out=" + temporary, "--epochs=60", "--hidden=24", "--learning-rate=500");

    assertThat(result.exitCode()).isEqualTo(2);
    String error = result.error().lines().toList().getLast();
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
    command.addAll(List.of(tiny.arguments("--out=" + temporary, "--epochs=1000000")));
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

  private static void assertModelRefused(Path file, String message) {
    Outcome.of("generate", "--model=" + file, "--prompt=One").assertRefused(message);
    Outcome.of("evaluate", "--model=" + file, "--text=" + tiny.text()).assertRefused(message);
  }
}
