import org.tornadogru.device.Device;
import org.tornadogru.text.*;
import org.tornadogru.train.*;

class WriteText {
  public static void main(String[] args) {
    Vocabulary vocabulary = Vocabulary.d2l();
    TokenWindows windows = TokenWindows.d2l(vocabulary.encode(Corpus.embedded().text()), 32);
    Device device = Device.fastest();
    Trainer trainer = new Trainer(TrainingConfig.concise(), vocabulary.size(), windows, device);
    TrainingResult result = trainer.train(TrainingListener.all());
    try (var generator = new TextGenerator(result.weights(), vocabulary, device)) {
      System.out.println(generator.generate("it has", 50, Sampling.greedy()));
    }
  }
}
