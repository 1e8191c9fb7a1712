package org.tornadogru.report;

import java.awt.image.IndexColorModel;

/**
 * Colours for numbers from 0 to 1, perceptually uniform: equal differences look equal, since the
 * lightness is a straight line in Oklab. What is nothing has the colour of the paper.
 *
 * @see <a href="https://bottosson.github.io/posts/oklab/">Ottosson 2020, Oklab</a>
 */
enum ColorScale {
  /** For a share: from paper to a strong colour. */
  SEQUENTIAL {
    @Override
    double[] color(double place, boolean dark) {
      double hue = 95 + 175 * (dark ? 1 - place : place); // from yellow over green to blue, or back
      return lch(paper(dark) + place * (dark ? 0.72 : -0.67), 0.14 * Math.sqrt(place), hue);
    }
  },
  /** For a value that has a sign: paper in the middle, negative ones blue, positive ones orange. */
  DIVERGING {
    @Override
    double[] color(double place, boolean dark) {
      double size = Math.abs(2 * place - 1);
      return lch(paper(dark) + size * (dark ? 0.58 : -0.48), 0.16 * size, place < 0.5 ? 255 : 50);
    }
  };

  static final int COLORS = 256;

  private static double paper(boolean dark) {
    return dark ? 0.22 : 0.97;
  }

  /** Linear red, green and blue. */
  abstract double[] color(double place, boolean dark);

  /** The scale as a palette of {@value #COLORS}, for dark paper or light. */
  IndexColorModel palette(boolean dark) {
    byte[][] channels = new byte[3][COLORS];
    for (int index = 0; index < COLORS; index++) {
      double[] color = color(index / (COLORS - 1.0), dark);
      for (int channel = 0; channel < channels.length; channel++) {
        channels[channel][index] = (byte) Math.round(255 * gamma(color[channel]));
      }
    }
    return new IndexColorModel(8, COLORS, channels[0], channels[1], channels[2]);
  }

  /** What a screen can show of a lightness, a hue in degrees, and a chroma or less. */
  private static double[] lch(double lightness, double chroma, double hue) {
    double[] color = oklab(lightness, chroma, hue);
    for (double less = chroma; !isShown(color) && less > 0; less -= 0.002) {
      color = oklab(lightness, less, hue);
    }
    return isShown(color) ? color : oklab(lightness, 0, hue);
  }

  private static boolean isShown(double[] color) {
    for (double channel : color) {
      if (channel < 0 || channel > 1) {
        return false;
      }
    }
    return true;
  }

  private static double[] oklab(double lightness, double chroma, double hue) {
    double a = chroma * Math.cos(Math.toRadians(hue));
    double b = chroma * Math.sin(Math.toRadians(hue));
    double l = Math.pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    double m = Math.pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    double s = Math.pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return new double[] {
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    };
  }

  private static double gamma(double linear) {
    double shown = Math.clamp(linear, 0, 1);
    return shown <= 0.0031308 ? 12.92 * shown : 1.055 * Math.pow(shown, 1 / 2.4) - 0.055;
  }
}
