package org.tornadogru.bench;

import ai.djl.ndarray.types.DataType;
import org.tornadogru.nn.GruConfig;

/**
 * LibTorch through DJL, as a user of PyTorch would write the model: one-hot inputs, {@code
 * nn.GRU(V, H)}, {@code nn.Linear(H, V)}, cross-entropy, clipping by global norm, gradient descent.
 *
 * <p>In double precision it is the reference for all others.
 *
 * @param precision FLOAT32 or FLOAT64
 * @see <a href="https://pytorch.org/docs/stable/generated/torch.nn.GRU.html">PyTorch, nn.GRU</a>
 */
public record LibTorch(DataType precision) implements Library {

  /** In single precision. */
  public LibTorch() {
    this(DataType.FLOAT32);
  }

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public String description() {
    return precision == DataType.FLOAT64 ? "LibTorch in double precision" : "LibTorch";
  }

  @Override
  public boolean does(Work work) {
    GruConfig plain =
        GruConfig.builder(work.config().inputSize(), work.config().hiddenSize())
            .layers(work.config().layers())
            .direction(work.config().direction())
            .build();
    return !work.kind().isOfLayer() || (!work.ragged() && work.config().equals(plain));
  }

  @Override
  public Library exact() {
    return new LibTorch(DataType.FLOAT64);
  }

  @Override
  public Model load(Work work) {
    int threads = Runtime.getRuntime().availableProcessors();
    if (work.kind().isOfLayer() || work.kind() == Work.Kind.PRODUCT) {
      return new LibTorchLayer(work.weights(), work.kind().trains(), precision, threads);
    }
    return new LibTorchModel(
        work.config(),
        work.weights().tensors(),
        work.shape().batch(),
        work.sgd(),
        precision,
        threads);
  }

  @Override
  public Learner learner(Lesson lesson) {
    return new LibTorchLearner(lesson, precision, Runtime.getRuntime().availableProcessors());
  }
}
