package org.tornadogru.bench;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/**
 * oneDNN, whose GRU primitives are generated for the processor: {@code lbr_gru} ("linear before
 * reset"), the GRU of PyTorch, on vectors. It has a layer and products, and neither a language
 * model nor text.
 *
 * @see <a href="https://uxlfoundation.github.io/oneDNN/dev_guide_rnn.html">oneDNN, RNN</a>
 */
public final class OneDnn implements Library {

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public String description() {
    return "oneDNN";
  }

  /** Its SGEMM. */
  private static final class Product implements Model {

    private final int size;
    private final FloatPointer left;
    private final FloatPointer right;
    private final FloatPointer product;
    private boolean loaded;

    Product(int size) {
      this.size = size;
      left = new FloatPointer((long) size * size);
      right = new FloatPointer((long) size * size);
      product = new FloatPointer((long) size * size);
    }

    @Override
    public void multiply(Tensor a, Tensor b) {
      if (!loaded) {
        left.put(a.values());
        right.put(b.values());
        loaded = true;
      }
      byte plain = 'N';
      dnnl.sgemm(plain, plain, size, size, size, 1f, left, size, right, size, 0f, product, size);
    }

    @Override
    public float[] outputs() {
      float[] values = new float[size * size];
      product.get(values);
      return values;
    }

    @Override
    public void close() {
      left.close();
      right.close();
      product.close();
    }
  }

  /** One layer, forward: in a stack oneDNN wants inputs of the layers' size. */
  @Override
  public boolean does(Work work) {
    GruConfig config = work.config();
    GruConfig plain =
        GruConfig.builder(config.inputSize(), config.hiddenSize())
            .reset(ResetPlacement.AFTER)
            .build();
    return switch (work.kind()) {
      case TRAINING, INFERENCE, GENERATION -> false;
      case LAYER_TRAINING, LAYER_INFERENCE -> !work.ragged() && config.equals(plain);
      case PRODUCT -> true;
    };
  }

  @Override
  public Model load(Work work) {
    if (work.kind() == Work.Kind.PRODUCT) {
      return new Product(work.config().hiddenSize());
    }
    return new OneDnnLayer(work.weights(), work.shape(), work.kind().trains());
  }
}
