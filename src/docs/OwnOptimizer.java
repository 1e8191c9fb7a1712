import java.util.*;
import org.tornadogru.*;
import org.tornadogru.device.Device;
import org.tornadogru.nn.*;
import org.tornadogru.optim.*;

class OwnOptimizer {
  /** Is the first number of a sequence larger than the last? */
  static Batch batch(Random random) {
    float[][][] x = new float[64][8][1]; // [batch][steps][features]
    int[] larger = new int[64];
    for (int i = 0; i < 64; i++) {
      for (int t = 0; t < 8; t++) x[i][t][0] = random.nextFloat(-1f, 1f);
      larger[i] = x[i][0][0] > x[i][7][0] ? 1 : 0;
    }
    return new Batch(Sequences.ofBatchFirst(x), Labels.classes(larger));
  }

  /** Sign descent: every weight takes a step of one size against its gradient. */
  static Weights descended(Weights weights, Weights gradients, float size) {
    List<Tensor> tensors = new ArrayList<>(weights.tensors());
    for (Tensor g : gradients.tensors()) { // in the same order
      Tensor w = tensors.removeFirst();
      tensors.add(Tensor.of(w.name(), w.shape(), i -> w.at(i) - size * Math.signum(g.at(i))));
    }
    return Weights.of(weights.config(), weights.outputs(), tensors);
  }

  public static void main(String[] args) {
    Random random = new Random(0);
    Batch heldOut = batch(random);
    GruConfig config = GruConfig.builder(1, 16).build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 0);
    Optimization sgd = Optimization.sgd(1f, 1f);
    try (var model = new SequenceModel(weights, Head.classifyLast(2), sgd, Device.fastest())) {
      System.out.printf("at first: loss %.4f%n", model.evaluate(heldOut));
      for (int update = 0; update < 300; update++) {
        model.learningRate(2 / (1 + update / 300.0)); // by the library's optimizer
        model.train(batch(random));
      }
      System.out.printf("after SGD: loss %.4f%n", model.evaluate(heldOut));
      for (int update = 0; update < 300; update++) { // by one of one's own
        model.accumulate(batch(random));
        model.weights(descended(model.weights(), model.gradients(), 0.002f));
        model.clearGradients();
      }
      System.out.printf("after sign descent: loss %.4f%n", model.evaluate(heldOut));
    }
  }
}
