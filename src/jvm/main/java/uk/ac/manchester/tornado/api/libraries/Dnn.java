package uk.ac.manchester.tornado.api.libraries;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Layers of neural networks. Images are [images][channels][height][width]. */
final class Dnn {

  static final Map<String, Consumer<Object[]>> FUNCTIONS =
      Map.of(
          "cudnnSoftmax", arguments -> softmax(new Arguments(arguments)),
          "cudnnRelu", arguments -> activate(new Arguments(arguments), x -> Math.max(x, 0)),
          "cudnnSigmoid",
              arguments -> activate(new Arguments(arguments), x -> 1 / (1 + Math.exp(-x))),
          "cudnnTanh", arguments -> activate(new Arguments(arguments), Math::tanh),
          "cudnnMaxPool2d", arguments -> maxPool(new Arguments(arguments)),
          "cudnnConv2d", arguments -> convolve(new Arguments(arguments)));

  private Dnn() {}

  /** Of each row. */
  private static void softmax(Arguments in) {
    FloatArray input = in.array(FloatArray.class);
    FloatArray output = in.array(FloatArray.class);
    int rows = in.integer();
    int columns = in.integer();
    for (int first = 0; first < rows * columns; first += columns) {
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < columns; i++) {
        max = Math.max(max, input.get(first + i));
      }
      double sum = 0;
      for (int i = 0; i < columns; i++) {
        sum += Math.exp(input.get(first + i) - max);
      }
      for (int i = 0; i < columns; i++) {
        output.set(first + i, (float) (Math.exp(input.get(first + i) - max) / sum));
      }
    }
  }

  private static void activate(Arguments in, DoubleUnaryOperator function) {
    FloatArray input = in.array(FloatArray.class);
    FloatArray output = in.array(FloatArray.class);
    int size = in.integer();
    for (int i = 0; i < size; i++) {
      output.set(i, (float) function.applyAsDouble(input.get(i)));
    }
  }

  /** The largest in each square window that lies in the image. */
  private static void maxPool(Arguments in) {
    FloatArray input = in.array(FloatArray.class);
    FloatArray output = in.array(FloatArray.class);
    int planes = in.integer() * in.integer();
    int height = in.integer();
    int width = in.integer();
    int window = in.integer();
    int stride = in.integer();
    int position = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int top = 0; top + window <= height; top += stride) {
        for (int left = 0; left + window <= width; left += stride) {
          float max = Float.NEGATIVE_INFINITY;
          for (int i = 0; i < window * window; i++) {
            int row = plane * height + top + i / window;
            max = Math.max(max, input.get(row * width + left + i % window));
          }
          output.set(position++, max);
        }
      }
    }
  }

  /** A cross-correlation with filters [filters][channels][rows][columns]; zeros surround images. */
  private static void convolve(Arguments in) {
    FloatArray input = in.array(FloatArray.class);
    FloatArray filter = in.array(FloatArray.class);
    FloatArray output = in.array(FloatArray.class);
    int images = in.integer();
    int channels = in.integer();
    int height = in.integer();
    int width = in.integer();
    int filters = in.integer();
    int rows = in.integer();
    int columns = in.integer();
    int padding = in.integer();
    int stride = in.integer();
    int position = 0;
    for (int image = 0; image < images; image++) {
      for (int f = 0; f < filters; f++) {
        for (int top = -padding; top + rows <= height + padding; top += stride) {
          for (int left = -padding; left + columns <= width + padding; left += stride) {
            double sum = 0;
            for (int i = 0; i < channels * rows * columns; i++) {
              int y = top + i / columns % rows;
              int x = left + i % columns;
              if (y >= 0 && y < height && x >= 0 && x < width) {
                int plane = image * channels + i / (rows * columns);
                sum +=
                    (double) filter.get(f * channels * rows * columns + i)
                        * input.get((plane * height + y) * width + x);
              }
            }
            output.set(position++, (float) sum);
          }
        }
      }
    }
  }
}
