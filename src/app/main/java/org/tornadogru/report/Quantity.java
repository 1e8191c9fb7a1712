package org.tornadogru.report;

import java.util.Locale;
import org.tornadogru.device.Transfers;

/** Numbers with their units, as people read them, the same in every locale. */
public final class Quantity {

  private static final long KILO = 1000;

  private Quantity() {}

  public static String bytes(long bytes) {
    if (bytes < KILO) {
      return bytes + " bytes";
    }
    double value = bytes;
    String unit = "";
    for (String next : new String[] {"kB", "MB", "GB", "TB"}) {
      if (value < KILO) {
        break;
      }
      value /= KILO;
      unit = next;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, unit);
  }

  public static String transfers(Transfers transfers) {
    return "%s to the device, %s from it"
        .formatted(bytes(transfers.toDevice()), bytes(transfers.fromDevice()));
  }

  public static String seconds(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
