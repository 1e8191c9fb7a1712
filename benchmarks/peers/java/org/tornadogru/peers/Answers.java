package org.tornadogru.peers;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.compare.Tolerance;
import org.tornadogru.compare.Work;
import org.tornadogru.nn.Tensor;

/**
 * What a library computes for a piece of work, to be compared with the reference before anything is
 * timed.
 *
 * @param values losses of the first steps and gradients of the first by parameter, or logits
 */
record Answers(Map<String, double[]> values) {

  static final String LOSSES = "losses";
  static final String LOGITS = "logits";

  private static final int STEPS = 3;

  /**
   * The losses of a few steps on the same batch, and the clipped gradient, as the first update
   * shows it: (before − after) / learning rate.
   */
  static Answers training(TrainingPeer peer, Work work) {
    int[] tokens = work.tokens();
    Map<String, double[]> values = new LinkedHashMap<>();
    double[] losses = new double[STEPS];
    List<Tensor> before = work.weights().tensors();
    losses[0] = peer.step(tokens);
    List<Tensor> after = peer.weights();
    for (int i = 0; i < before.size(); i++) {
      values.put(
          before.get(i).name(), gradient(before.get(i), after.get(i), work.sgd().learningRate()));
    }
    for (int step = 1; step < STEPS; step++) {
      losses[step] = peer.step(tokens);
    }
    values.put(LOSSES, losses);
    return new Answers(values);
  }

  private static double[] gradient(Tensor before, Tensor after, float learningRate) {
    double[] gradient = new double[before.values().length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = ((double) before.values()[i] - after.values()[i]) / learningRate;
    }
    return gradient;
  }

  static Answers inference(InferencePeer peer, Work work) {
    peer.infer(work.inputs());
    return new Answers(Map.of(LOGITS, Tensors.doubles(peer.logits())));
  }

  /**
   * How far these are from the reference.
   *
   * @throws IllegalStateException if something is missing, or has another size
   */
  Distance from(Answers reference, Work work) {
    if (!values.keySet().equals(reference.values.keySet())) {
      throw new IllegalStateException(
          "answers are %s but the reference has %s"
              .formatted(values.keySet(), reference.values.keySet()));
    }
    Distance distance = Distance.NONE;
    for (Map.Entry<String, double[]> entry : values.entrySet()) {
      String name = entry.getKey();
      distance =
          distance.max(
              Distance.of(
                  name, entry.getValue(), reference.values.get(name), tolerance(work, name)));
    }
    return distance;
  }

  private static double tolerance(Work work, String name) {
    return switch (name) {
      case LOSSES -> Tolerance.ofLosses(work);
      case LOGITS -> Tolerance.ofLogits(work);
      default -> Tolerance.ofWeights(work);
    };
  }

  void write(Path file) {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.writeInt(values.size());
      for (Map.Entry<String, double[]> entry : values.entrySet()) {
        ByteBuffer bytes = ByteBuffer.allocate(entry.getValue().length * Double.BYTES);
        bytes.asDoubleBuffer().put(entry.getValue());
        out.writeUTF(entry.getKey());
        out.writeInt(bytes.capacity());
        out.write(bytes.array());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  static Answers read(Path file) {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      Map<String, double[]> values = new LinkedHashMap<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(in.readInt()));
        double[] array = new double[bytes.capacity() / Double.BYTES];
        bytes.asDoubleBuffer().get(array);
        values.put(name, array);
      }
      return new Answers(values);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
