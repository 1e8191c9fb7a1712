/**
 * From a table of measurements to forecasts with ranges, labels, values and alarms.
 *
 * <pre>{@code
 * Table table = Table.read(Path.of("sunspots.csv"));
 * SeriesConfig config = SeriesConfig.builder(SeriesTask.forecast(12, "sunspots")).build();
 * SeriesTraining training = SeriesTraining.of(table, config);
 * try (SeriesModel model = training.train(Device.fastest())) {
 *   System.out.println(training.score(model)); // beside what costs nothing
 *   model.forecast(table).forEach(next -> System.out.println(next.ahead() + ": " + next.range()));
 *   model.write(Path.of("model"), Map.of());
 * }
 * }</pre>
 */
package org.tornadogru.series;
