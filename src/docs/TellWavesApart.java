import java.util.Random;
import org.tornadogru.*;
import org.tornadogru.device.Device;
import org.tornadogru.nn.*;
import org.tornadogru.optim.*;

class TellWavesApart {
  public static void main(String[] args) {
    GruConfig config = GruConfig.builder(1, 16).build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 0);
    Device device = Device.fastest();
    Optimization sgd = Optimization.sgd(1f, 1f);
    float[][][] waves = new float[64][30][1]; // [batch][steps][features]
    int[] kinds = new int[64]; // 0: slow, 1: fast
    Random random = new Random(0);
    try (var model = new SequenceModel(weights, Head.classifyLast(2), sgd, device)) {
      for (int update = 0; update <= 300; update++) {
        for (int i = 0; i < 64; i++) {
          double phase = 10 * random.nextDouble();
          kinds[i] = random.nextInt(2);
          for (int t = 0; t < 30; t++) {
            waves[i][t][0] = (float) Math.sin(phase + t * (kinds[i] == 0 ? 0.3 : 0.7));
          }
        }
        float loss = model.train(Sequences.ofBatchFirst(waves), Labels.classes(kinds));
        if (update % 100 == 0) System.out.printf("update %d: loss %.4f%n", update, loss);
      }
    }
  }
}
