package org.tornadogru;

import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.text.Sampling;
import org.tornadogru.text.TextGenerator;
import org.tornadogru.text.Vocabulary;

/** Trains and writes, and prints a checksum of all the bits that came of it. */
final class SameBits {

  private SameBits() {}

  public static void main(String[] args) {
    Vocabulary vocabulary = Vocabulary.d2l();
    int symbols = vocabulary.size();
    GruConfig text =
        GruConfig.builder(symbols, 40).tokens().embedding(20).layers(2).dropout(0.2f).build();
    SplittableRandom random = new SplittableRandom(1);
    Sequences tokens = Sequences.ofTokens(150, random.ints(9 * 150, 0, symbols).toArray());
    Weights weights = Weights.initial(text, symbols, Initialization.UNIFORM, 1);
    try (SequenceModel model =
        new SequenceModel(
            weights, Head.nextToken(symbols), Optimization.of(new Adam(0.01f)), Device.fastest())) {
      for (int update = 0; update < 4; update++) {
        model.train(tokens);
      }
      weights = model.weights();
    }
    print("text", weights);
    try (TextGenerator generator = new TextGenerator(weights, vocabulary, Device.fastest())) {
      String written = generator.generate("it has", 100, new Sampling(1, Sampling.ALL, 7));
      System.out.println("written " + written);
    }

    GruConfig table = GruConfig.builder(5, 21).direction(Direction.BIDIRECTIONAL).build();
    float[][][] x = new float[7][6][5];
    for (float[][] step : x) {
      for (float[] row : step) {
        for (int feature = 0; feature < row.length; feature++) {
          row[feature] = (float) random.nextDouble(-1, 1);
        }
      }
    }
    Sequences masked = Sequences.of(x).withLengths(7, 3, 0, 5, 1, 6);
    try (SequenceModel model =
        new SequenceModel(
            Weights.initial(table, 3, Initialization.UNIFORM, 2),
            Head.classifyLast(3),
            Optimization.sgd(1, 0.1f),
            Device.fastest())) {
      for (int update = 0; update < 4; update++) {
        model.train(masked, Labels.classes(0, 1, 2, 1, 0, 2));
      }
      print("table", model.weights());
    }
  }

  private static void print(String what, Weights weights) {
    CRC32 sum = new CRC32();
    List<Tensor> tensors = weights.tensors();
    for (Tensor tensor : tensors) {
      for (int at = 0; at < tensor.size(); at++) {
        int bits = Float.floatToRawIntBits(tensor.at(at));
        for (int shift = 0; shift < 32; shift += 8) {
          sum.update(bits >> shift);
        }
      }
    }
    System.out.println(what + " " + sum.getValue());
  }
}
