package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.device.Device;

/** Hours of a hundred places, ten million rows: they are read and learned from, but not held. */
@Tag("plain-jvm")
@EnabledIfSystemProperty(named = "series.slow", matches = "true")
class LargeTableTest {

  private static final int PLACES = 100;
  private static final int ROWS = Integer.getInteger("series.rows", 10_000_000);

  /** Bytes of rows, the cells of which lie in a file, that Java may hold: their order. */
  private static final long HELD = 60L << 20;

  @TempDir private Path directory;

  @Test
  void rowsNeedNoMemory() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-Xmx1g",
                    "--add-modules=jdk.incubator.vector",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-Dseries.rows=" + ROWS,
                    Learner.class.getName(),
                    file().toString()))
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private Path file() throws IOException {
    Path file = directory.resolve("hours.csv");
    SplittableRandom random = new SplittableRandom(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("site,hour,load,temperature,wind\n");
      for (int row = 0; row < ROWS; row++) {
        int hour = row / PLACES;
        double load = 50 + 20 * Math.sin(2 * Math.PI * hour / 24) + random.nextInt(9);
        out.write("s" + row % PLACES + "," + LocalDateTime.of(2000, 1, 1, 0, 0).plusHours(hour));
        out.write("," + (float) load + "," + random.nextInt(40) + "," + random.nextInt(20) + "\n");
      }
    }
    return file;
  }

  /** Runs in a JVM of its own. */
  static final class Learner {

    private Learner() {}

    public static void main(String[] arguments) {
      SeriesConfig config =
          SeriesConfig.builder(SeriesTask.forecast(24, "load")).by("site").epochs(1).build();
      long begin = System.nanoTime();
      long before = used();
      Table table = new TableReader(Path.of(arguments[0]), Set.of("site"), 1 << 20).read();
      say("read", begin);
      assertThat(table.rows()).isEqualTo(ROWS);

      begin = System.nanoTime();
      SeriesTraining training = SeriesTraining.of(table, config);
      say("prepared", begin);
      assertThat(used() - before).isLessThan(HELD);

      begin = System.nanoTime();
      try (SeriesModel model = training.train(Device.fastest())) {
        say("learned", begin);
        begin = System.nanoTime();
        Score.Forecast score = (Score.Forecast) training.score(model);
        say("measured", begin);
        System.out.println(score);
        assertThat(training.notes()).anyMatch(note -> note.contains("every 24 steps"));
        assertThat(score.mae()).isLessThan(0.5 * score.lastMae());
      }
    }

    private static long used() {
      System.gc();
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void say(String what, long begin) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("%s: %.1f s, %,.0f rows/s%n", what, seconds, ROWS / seconds);
    }
  }
}
