package org.tornadogru.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.IndexColorModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("plain-jvm")
class ColorScaleTest {

  @ParameterizedTest(name = "dark: {0}")
  @ValueSource(booleans = {false, true})
  void equalDifferencesAreEqualInLightness(boolean dark) {
    IndexColorModel shares = ColorScale.SEQUENTIAL.palette(dark);
    IndexColorModel signed = ColorScale.DIVERGING.palette(dark);
    double shareStep = (lightness(shares, 255) - lightness(shares, 0)) / 255;
    double middle = lightness(signed, 127);
    double signedStep = (lightness(signed, 255) - middle) / 128;

    assertThat(Math.abs(shareStep)).isGreaterThan(0.6 / 255);
    assertThat(Math.abs(signedStep)).isGreaterThan(0.4 / 128);
    for (int index = 0; index < ColorScale.COLORS; index++) {
      assertThat(lightness(shares, index))
          .isCloseTo(lightness(shares, 0) + index * shareStep, within(0.01));
      assertThat(lightness(signed, index))
          .isCloseTo(middle + Math.abs(index - 127.5) * signedStep, within(0.01));
    }
  }

  /** Nothing is nearly invisible, whatever the paper: zeros stand back. */
  @ParameterizedTest(name = "dark: {0}")
  @ValueSource(booleans = {false, true})
  void nothingIsLikeThePaper(boolean dark) {
    double paper = dark ? 0.2 : 1;
    assertThat(lightness(ColorScale.SEQUENTIAL.palette(dark), 0)).isCloseTo(paper, within(0.05));
    assertThat(lightness(ColorScale.DIVERGING.palette(dark), 127)).isCloseTo(paper, within(0.05));
  }

  /** L of Oklab. */
  private static double lightness(IndexColorModel palette, int index) {
    double red = linear(palette.getRed(index));
    double green = linear(palette.getGreen(index));
    double blue = linear(palette.getBlue(index));
    double l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    double m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    double s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
  }

  private static double linear(int channel) {
    double shown = channel / 255.0;
    return shown <= 0.04045 ? shown / 12.92 : Math.pow((shown + 0.055) / 1.055, 2.4);
  }
}
