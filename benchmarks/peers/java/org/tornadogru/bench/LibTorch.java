package org.tornadogru.bench;

import ai.djl.ndarray.types.DataType;
import org.tornadogru.bench.Work.Kind;

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
  public boolean does(Kind kind) {
    return true;
  }

  @Override
  public Library exact() {
    return new LibTorch(DataType.FLOAT64);
  }

  @Override
  public Model load(Work work) {
    return new LibTorchModel(
        work.config(),
        work.weights().tensors(),
        work.shape().batch(),
        work.sgd(),
        precision,
        Runtime.getRuntime().availableProcessors());
  }

  @Override
  public Learner learner(Lesson lesson) {
    return new LibTorchLearner(lesson, precision, Runtime.getRuntime().availableProcessors());
  }
}
