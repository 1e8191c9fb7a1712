import org.tornadogru.device.Device;
import org.tornadogru.text.*;
import org.tornadogru.train.*;

class WriteText {
  public static void main(String[] args) {
    Vocabulary vocabulary = Vocabulary.d2l();
    TokenWindows windows = TokenWindows.d2l(vocabulary.encode(Corpus.embedded().text()), 32);
    Device device = Device.fastest();
    try (var model = TrainingConfig.concise().languageModel(vocabulary.size(), device)) {
      new Trainer(model, epoch -> windows.training(1024, 0, epoch), windows.validation(1024))
          .train(50, TrainingListener.all());
      try (var generator = new TextGenerator(model.weights(), vocabulary, device)) {
        System.out.println(generator.generate("it has", 50, Sampling.greedy()));
      }
    }
  }
}
