package org.tornadogru.peers;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.tornadogru.compare.Tolerance;
import org.tornadogru.compare.Work;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Checks and times one contender at one piece of work, and prints a {@link PeerRun} as a line of
 * JSON. Started by {@link Peers}, in a process of its own.
 */
@Command(name = "peer", description = "Checks and times one contender at one piece of work.")
public final class PeerProcess implements Callable<Integer> {

  private static final int PROMPTS = 8;
  private static final int PROMPT_LENGTH = 16;
  private static final int CHECKED = 16;
  private static final int BLOCK = 1_000;

  @Option(names = "--work", required = true, description = "For example training-d2l.")
  private String workName;

  @Option(names = "--library", description = "libtorch or onnxruntime; without it, tornado-gru.")
  private String library;

  @Option(
      names = "--device",
      defaultValue = Device.PLAIN_JVM,
      description = "Of tornado-gru; run.sh chooses the runtime by it.")
  private String device;

  @Option(names = "--reference", description = "File of the right answers, see --write-reference.")
  private Path reference;

  @Option(
      names = "--write-reference",
      description = "Compute the right answers, in double precision with LibTorch, and end.")
  private Path written;

  @Option(names = "--seconds", defaultValue = "4", description = "To warm up, and to time.")
  private double seconds;

  private PeerProcess() {}

  public static void main(String[] arguments) {
    System.exit(Commands.execute(new CommandLine(new PeerProcess()), arguments));
  }

  @Override
  public Integer call() throws Exception {
    Work work = Work.named(workName);
    int threads = Runtime.getRuntime().availableProcessors();
    if (written != null) {
      writeReference(work, threads);
      return 0;
    }
    if (reference == null) {
      throw new InvalidInputException("--reference is missing");
    }
    Contender contender = new Contender(library == null ? device : library);
    try (Peer peer = contender.open(work, threads)) {
      double difference = check(peer, work);
      Timing timing = time(peer, work);
      PeerRun run =
          new PeerRun(
              work.name(), contender.title(), timing.milliseconds(), difference, timing.others());
      System.out.println(new ObjectMapper().writeValueAsString(run));
    }
    return 0;
  }

  private void writeReference(Work work, int threads) {
    try (LibTorchPeer exact = new LibTorchPeer(work, DataType.FLOAT64, threads)) {
      Answers answers =
          switch (work.kind()) {
            case TRAINING -> Answers.training(exact, work);
            case INFERENCE -> Answers.inference(exact, work);
            case GENERATION ->
                throw new InvalidInputException(
                    "%s is checked without a reference file".formatted(work));
          };
      answers.write(written);
    }
  }

  private double check(Peer peer, Work work) {
    Distance distance =
        switch (peer) {
          case TrainingPeer training when work.kind() == Work.Kind.TRAINING ->
              Answers.training(training, work).from(Answers.read(reference), work);
          case InferencePeer inference when work.kind() == Work.Kind.INFERENCE ->
              Answers.inference(inference, work).from(Answers.read(reference), work);
          case GenerationPeer generation -> regret(generation, work);
          default -> throw new IllegalStateException(peer + " cannot do " + work);
        };
    if (!distance.isClose()) {
      throw new InvalidInputException(
          "%s: wrong answers, not timed: largest difference %.1e, %.1f times what rounding explains"
              .formatted(work, distance.absolute(), distance.share()));
    }
    return distance.absolute();
  }

  private static Distance regret(GenerationPeer peer, Work work) {
    Distance regret = Distance.NONE;
    for (int i = 0; i < PROMPTS; i++) {
      int[] prompt = work.tokens(PROMPT_LENGTH, i);
      int[] generated = peer.generate(prompt, CHECKED);
      regret =
          regret.max(
              Greedy.regret(
                  work.config(),
                  work.weights().tensors(),
                  prompt,
                  generated,
                  Tolerance.ofText(work)));
    }
    return regret;
  }

  private Timing time(Peer peer, Work work) {
    return switch (peer) {
      case TrainingPeer training when work.kind() == Work.Kind.TRAINING -> {
        int[] tokens = work.tokens();
        yield Timing.of(() -> training.step(tokens), seconds);
      }
      case InferencePeer inference when work.kind() == Work.Kind.INFERENCE -> {
        int[] tokens = work.inputs();
        yield Timing.of(() -> inference.infer(tokens), seconds);
      }
      case GenerationPeer generation -> {
        int[] prompt = work.tokens(1, 0);
        yield Timing.of(() -> generation.generate(prompt, BLOCK), seconds).dividedBy(BLOCK);
      }
      default -> throw new IllegalStateException(peer + " cannot do " + work);
    };
  }
}
