import java.nio.file.Files;
import java.nio.file.Path;
import org.tornadogru.device.Device;
import org.tornadogru.series.*;

class ForecastTable {
  public static void main(String[] args) throws Exception {
    StringBuilder rows = new StringBuilder("month,load\n");
    for (int month = 0; month < 360; month++) {
      double load = 100 + 30 * Math.sin(2 * Math.PI * month / 12) + month / 6 + 5 * (month % 3);
      rows.append("%d-%02d,%.1f%n".formatted(1990 + month / 12, 1 + month % 12, load));
    }
    Path file = Files.createTempFile("load", ".csv");
    Table table = Table.read(Files.writeString(file, rows));
    var config = SeriesConfig.builder(SeriesTask.forecast(6, "load")).epochs(10).build();
    var training = SeriesTraining.of(table, config);
    try (SeriesModel model = training.train(Device.fastest())) {
      for (SeriesModel.Next next : model.forecast(table)) {
        Range range = next.range();
        System.out.printf(
            "month %d: %.0f, from %.0f to %.0f%n",
            next.ahead(), range.median(), range.low(), range.high());
      }
      var score = (Score.Forecast) training.score(model); // on the last rows, held out
      System.out.printf("error %.2f, of the last value %.2f%n", score.mae(), score.lastMae());
    }
  }
}
