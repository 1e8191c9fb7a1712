package uk.ac.manchester.tornado.api.libraries;

import java.util.Map;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.libraries.Arguments.Reals;

/**
 * Fourier transforms, in double precision and not divided by anything. A complex number is two
 * elements, the real one first; of real numbers there are the first n / 2 + 1 coefficients.
 */
final class Fft {

  static final Map<String, Consumer<Object[]>> FUNCTIONS =
      Map.of(
          "cufftForwardC2C", arguments -> complex(new Arguments(arguments), -1),
          "cufftInverseC2C", arguments -> complex(new Arguments(arguments), 1),
          "cufftForwardZ2Z", arguments -> complex(new Arguments(arguments), -1),
          "cufftInverseZ2Z", arguments -> complex(new Arguments(arguments), 1),
          "cufftForwardR2C", arguments -> ofReals(new Arguments(arguments)),
          "cufftInverseC2R", arguments -> toReals(new Arguments(arguments)),
          "cufftForward2dC2C", arguments -> twice(new Arguments(arguments), -1),
          "cufftInverse2dC2C", arguments -> twice(new Arguments(arguments), 1));

  private Fft() {}

  /** Complex numbers: real, imaginary, real ... */
  private static final class Signal {
    private final double[] parts;

    private Signal(double[] parts) {
      this.parts = parts;
    }

    static Signal of(int size) {
      return new Signal(new double[2 * size]);
    }

    /** Numbers of an array: the first one's position, and how far it is to the next. */
    static Signal of(Reals from, int first, int step, int size) {
      Signal signal = of(size);
      for (int i = 0; i < size; i++) {
        signal.set(i, from.get(2 * (first + i * step)), from.get(2 * (first + i * step) + 1));
      }
      return signal;
    }

    int size() {
      return parts.length / 2;
    }

    double real(int i) {
      return parts[2 * i];
    }

    double imaginary(int i) {
      return parts[2 * i + 1];
    }

    void set(int i, double real, double imaginary) {
      parts[2 * i] = real;
      parts[2 * i + 1] = imaginary;
    }

    void addProduct(int i, double real, double imaginary, double angle) {
      parts[2 * i] += real * Math.cos(angle) - imaginary * Math.sin(angle);
      parts[2 * i + 1] += real * Math.sin(angle) + imaginary * Math.cos(angle);
    }

    void store(Reals to, int first, int step, int count) {
      for (int i = 0; i < count; i++) {
        to.set(2 * (first + i * step), real(i));
        to.set(2 * (first + i * step) + 1, imaginary(i));
      }
    }

    /** Its transform: those of every p-th number, put together, where p divides their count. */
    Signal transform(int sign) {
      int p = smallestFactor();
      int part = size() / Math.max(1, p);
      Signal result = of(size());
      for (int offset = 0; offset < p; offset++) {
        Signal every = of(part);
        for (int i = 0; i < part; i++) {
          every.set(i, real(i * p + offset), imaginary(i * p + offset));
        }
        Signal transformed = part == 1 ? every : every.transform(sign);
        for (int i = 0; i < size(); i++) {
          double angle = sign * 2 * Math.PI * ((long) i * offset % size()) / size();
          result.addProduct(i, transformed.real(i % part), transformed.imaginary(i % part), angle);
        }
      }
      return result;
    }

    private int smallestFactor() {
      for (int p = 2; p * p <= size(); p++) {
        if (size() % p == 0) {
          return p;
        }
      }
      return size();
    }
  }

  private static void complex(Arguments in, int sign) {
    Reals input = in.reals();
    Reals output = in.reals();
    int size = in.integer();
    int batch = in.integer();
    for (int i = 0; i < batch; i++) {
      Signal.of(input, i * size, 1, size).transform(sign).store(output, i * size, 1, size);
    }
  }

  private static void ofReals(Arguments in) {
    Reals input = in.reals();
    Reals output = in.reals();
    int size = in.integer();
    int batch = in.integer();
    int half = size / 2 + 1;
    for (int b = 0; b < batch; b++) {
      Signal signal = Signal.of(size);
      for (int i = 0; i < size; i++) {
        signal.set(i, input.get(b * size + i), 0);
      }
      signal.transform(-1).store(output, b * half, 1, half);
    }
  }

  private static void toReals(Arguments in) {
    Reals input = in.reals();
    Reals output = in.reals();
    int size = in.integer();
    int batch = in.integer();
    int half = size / 2 + 1;
    for (int b = 0; b < batch; b++) {
      Signal given = Signal.of(input, b * half, 1, half);
      Signal all = Signal.of(size);
      for (int i = 0; i < size; i++) {
        boolean mirrored = i >= half;
        int from = mirrored ? size - i : i;
        all.set(i, given.real(from), mirrored ? -given.imaginary(from) : given.imaginary(from));
      }
      Signal transformed = all.transform(1);
      for (int i = 0; i < size; i++) {
        output.set(b * size + i, transformed.real(i));
      }
    }
  }

  /** Of a grid [rows][columns]: of its rows, then of its columns. */
  private static void twice(Arguments in, int sign) {
    Reals input = in.reals();
    Reals output = in.reals();
    int rows = in.integer();
    int columns = in.integer();
    for (int row = 0; row < rows; row++) {
      Signal.of(input, row * columns, 1, columns)
          .transform(sign)
          .store(output, row * columns, 1, columns);
    }
    for (int column = 0; column < columns; column++) {
      Signal.of(output, column, columns, rows).transform(sign).store(output, column, columns, rows);
    }
  }
}
