package org.tornadogru.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Locale;

/**
 * Numbers as colours, a pixel for each; who shows it makes the pixels large.
 *
 * @param rows how many, from top to bottom
 * @param columns how many
 * @param low the least value that has a colour of its own; if negative, it is −{@code high}
 * @param high the greatest
 * @param values of a row and a column
 */
record HeatMap(int rows, int columns, float low, float high, Values values) {

  /** The value in a row and a column. */
  @FunctionalInterface
  interface Values {
    float at(int row, int column);
  }

  /** The colours from the least value to the greatest, as a map of one row. */
  HeatMap legend() {
    float step = (high - low) / (ColorScale.COLORS - 1);
    return new HeatMap(1, ColorScale.COLORS, low, high, (row, column) -> low + step * column);
  }

  /** A pixel for each number, for dark paper or light. */
  BufferedImage image(boolean dark) {
    ColorScale scale = low < 0 ? ColorScale.DIVERGING : ColorScale.SEQUENTIAL;
    BufferedImage image =
        new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_INDEXED, scale.palette(dark));
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float place = (values.at(row, column) - low) / (high - low);
        int color = Math.round(Math.clamp(place, 0f, 1f) * (ColorScale.COLORS - 1));
        image.getRaster().setSample(column, row, 0, color);
      }
    }
    return image;
  }

  /**
   * The map in a page, in both lights.
   *
   * @param words that stand for the picture, in HTML
   */
  String html(String words) {
    return "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"%s\"><img alt=\"%s\" src=\"%s\"></picture>"
        .formatted(url(image(true)), words, url(image(false)));
  }

  /** An end of the scale, as a legend says it. */
  static String bound(float value) {
    String size =
        String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.3g", Math.abs(value));
    return value < 0 ? "−" + size : size;
  }

  private static String url(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ChartFiles.writePng(image, png);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a picture", e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
