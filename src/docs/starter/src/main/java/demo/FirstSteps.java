package demo;

import org.tornadogru.Gru;
import org.tornadogru.device.Device;
import org.tornadogru.nn.*;

public class FirstSteps {
  public static void main(String[] args) {
    Device device = Device.fastest();
    GruConfig config = GruConfig.builder(3, 8).build();
    try (Gru gru = new Gru(Weights.initial(config, 0, Initialization.UNIFORM, 0), device)) {
      float[][] y = gru.forward(Sequences.ofOne(new float[10][3])).outputsOfOne();
      System.out.printf("%d steps of %d on %s%n", y.length, y[0].length, device.description());
    }
  }
}
