/** From a table of measurements to forecasts, labels and alarms. */
module org.tornadogru.series {
  requires transitive org.tornadogru;
  requires transitive org.tornadogru.formats;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;

  exports org.tornadogru.series;

  opens org.tornadogru.series to
      com.fasterxml.jackson.databind;
}
