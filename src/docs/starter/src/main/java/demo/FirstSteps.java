package demo;

import org.tornadogru.*;
import org.tornadogru.device.Device;
import org.tornadogru.nn.*;
import org.tornadogru.optim.*;

public class FirstSteps {
  public static void main(String[] args) {
    Device device = Device.fastest();
    var weights = Weights.initial(GruConfig.builder(3, 8).build(), 2, Initialization.UNIFORM, 0);
    try (var gru =
        new SequenceModel(weights, Head.classifyLast(2), Optimization.sgd(1, 1), device)) {
      float loss = gru.train(Sequences.of(new float[10][4][3]), Labels.classes(0, 1, 1, 0));
      System.out.printf("loss %.4f on %s%n", loss, device.description());
    }
  }
}
