import java.nio.file.*;
import java.util.*;
import org.tornadogru.*;
import org.tornadogru.device.Device;
import org.tornadogru.formats.Checkpoint;
import org.tornadogru.nn.*;
import org.tornadogru.optim.*;
import org.tornadogru.train.*;

class StopInTime {
  public static void main(String[] args) throws Exception {
    float[][][] walks = new float[640][20][1]; // [batch][steps][features]
    int[] rises = new int[640]; // is the end above the middle?
    Random random = new Random(0);
    for (int i = 0; i < 640; i++) {
      for (int t = 1; t < 20; t++) walks[i][t][0] = walks[i][t - 1][0] + random.nextFloat(-1f, 1f);
      rises[i] = walks[i][19][0] > walks[i][10][0] ? 1 : 0;
    }
    Batches all = Batches.of(Sequences.ofBatchFirst(walks), Labels.classes(rises), 64);
    Batches training = Batches.of(8, all::get);
    Batches validation = Batches.of(2, index -> all.get(8 + index));
    GruConfig config = GruConfig.builder(1, 32).layers(2).dropout(0.1f).build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 0);
    Optimization adam = Optimization.of(Adam.decoupled(0.01f, 0.01f)).clip(Clipping.norm(1f));
    TrainingOptions options =
        TrainingOptions.DEFAULT.withSchedule(new Schedule.Cosine(800, 20, 0.1)).withPatience(8);
    Path file = Files.createTempDirectory("run").resolve("state.safetensors");
    var listener =
        new TrainingListener() {
          @Override
          public void validated(Validation at) {
            if (at.isBest()) System.out.printf("epoch %d: loss %.4f%n", at.epoch(), at.loss());
          }

          @Override
          public void checkpoint(TrainingState state) {
            new Checkpoint(state, Map.of("data", "random walks")).write(file);
          }
        };
    try (var model = new SequenceModel(weights, Head.classifyLast(2), adam, Device.fastest())) {
      var trainer = new Trainer(model, epoch -> training, validation, options);
      trainer.train(5, listener);
      TrainingState state = Checkpoint.read(file, config, 2).state(); // in a later process, say
      TrainingResult result = trainer.resume(state, 100, listener);
      model.weights(result.weights()); // the best
      double accuracy = model.measure(validation).accuracy();
      System.out.printf("%s: accuracy %.3f%n", result.end(), accuracy);
    }
  }
}
