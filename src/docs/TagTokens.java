import java.util.Random;
import org.tornadogru.*;
import org.tornadogru.device.Device;
import org.tornadogru.nn.*;
import org.tornadogru.optim.*;

class TagTokens {
  /** A tag for each token: 1 if the one before is the same, 2 if the next one is, 3 if both are. */
  static Batch batch(int seed) {
    Random random = new Random(seed);
    int[][] tokens = new int[32][random.nextInt(8, 41)]; // [batch][steps]
    int[][] tags = new int[tokens[0].length][32]; // [steps][batch]
    int[] lengths = new int[32];
    for (int i = 0; i < 32; i++) {
      lengths[i] = random.nextInt(4, tokens[i].length + 1);
      for (int t = 0; t < lengths[i]; t++) tokens[i][t] = random.nextInt(5);
      for (int t = 0; t < lengths[i]; t++) {
        int before = t > 0 && tokens[i][t] == tokens[i][t - 1] ? 1 : 0;
        int after = t + 1 < lengths[i] && tokens[i][t] == tokens[i][t + 1] ? 2 : 0;
        tags[t][i] = tokens[i][t] == 0 ? -1 : before + after; // token 0 has no tag: not counted
      }
    }
    Sequences sequences = Sequences.ofTokensBatchFirst(tokens).withLengths(lengths);
    return new Batch(sequences, Labels.classesOfSteps(tags)); // nor do steps behind the lengths
  }

  public static void main(String[] args) {
    GruConfig config = GruConfig.builder(5, 16).tokens().direction(Direction.BIDIRECTIONAL).build();
    Weights weights = Weights.initial(config, 4, Initialization.UNIFORM, 0);
    Head head = Head.classifyEachStep(4).withLoss(Loss.crossEntropy().weighted(1, 1, 1, 3));
    Optimization adam = Optimization.of(new Adam(0.02f)).clip(Clipping.norm(1f));
    ShapePolicy shapes = ShapePolicy.padded(32, 20, 40); // 32 rows of 20 or 40 steps
    Batches heldOut = Batches.of(4, index -> batch(-1 - index));
    try (var model = new SequenceModel(weights, head, adam, shapes, Device.fastest())) {
      for (int update = 0; update <= 90; update++) {
        float loss = model.train(batch(update));
        if (update % 30 == 0) {
          double accuracy = model.measure(heldOut).accuracy();
          System.out.printf("update %d: loss %.3f, accuracy %.3f%n", update, loss, accuracy);
        }
      }
      System.out.println(model.compilations() + " graphs were compiled");
    }
  }
}
