package org.tornadogru.series;

import java.nio.file.Path;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.TrainingListener;

/** Runs a set by hand. */
final class Trial {

  private Trial() {}

  public static void main(String[] arguments) {
    Path folder = Path.of("/work/shared/data/series");
    for (String set : arguments) {
      long begin = System.nanoTime();
      SeriesConfig.Builder builder =
          switch (set) {
            case "sunspots" ->
                SeriesConfig.builder(SeriesTask.forecast(12, "sunspots")).heldOut(360.0 / 3177);
            case "nottingham" ->
                SeriesConfig.builder(SeriesTask.forecast(1, "celsius")).heldOut(48.0 / 240);
            case "seatbelts" ->
                SeriesConfig.builder(SeriesTask.forecast(12, "drivers"))
                    .known("law", "PetrolPrice")
                    .heldOut(24.0 / 192);
            case "digits" ->
                SeriesConfig.builder(SeriesTask.classify("label")).by("digit_id").heldOut(0.2);
            case "chicks" ->
                SeriesConfig.builder(SeriesTask.forecast(4, "weight"))
                    .by("chick")
                    .time("day")
                    .categorical("diet")
                    .heldOut(0.2);
            case "airquality" -> SeriesConfig.builder(SeriesTask.forecast(1, "ozone"));
            default -> SeriesConfig.builder(SeriesTask.forecast(1, "DAX")).time("day");
          };
      SeriesConfig config =
          builder
              .seed(Long.getLong("seed", 0))
              .epochs(Integer.getInteger("epochs", 60))
              .window(Integer.getInteger("window", 256))
              .hiddenSize(Integer.getInteger("hidden", set.equals("digits") ? 64 : 32))
              .build();
      Table table = Table.read(folder.resolve(set + ".csv"), config.words());
      SeriesTraining training = SeriesTraining.of(table, config);
      if (!Boolean.getBoolean("quiet")) {
        training.columns().forEach(line -> System.out.println("  " + line));
        training.notes().forEach(line -> System.out.println("  " + line));
      }
      double[] best = {9e9, 0, 0};
      try (SeriesModel model =
          training.train(
              Device.fastest(),
              new TrainingListener() {
                @Override
                public void epochDone(EpochMetrics e, Weights weights) {
                  best[2] = e.epoch();
                  if (e.validationLoss() < best[0]) {
                    best[0] = e.validationLoss();
                    best[1] = e.epoch();
                  }
                }
              })) {
        System.out.printf(
            "%s: best epoch %.0f of %.0f, %.4f; %s%n",
            set, best[1], best[2], best[0], training.score(model));
        if (set.equals("sunspots")) {
          System.out.println(model.forecast(table).subList(0, 2));
        }
      }
      System.out.printf("  %.1f s%n", (System.nanoTime() - begin) / 1e9);
    }
  }
}
