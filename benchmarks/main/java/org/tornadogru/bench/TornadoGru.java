package org.tornadogru.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tornadogru.Batch;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.GenerationPlan;
import org.tornadogru.graph.GruPlan;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.optim.Optimization;

/** This library, on a device of this process. */
public record TornadoGru(Placement placement) implements Library {

  @Override
  public String name() {
    return placement.device().id();
  }

  @Override
  public String description() {
    return placement.device().description();
  }

  @Override
  public String kernels() {
    return placement.kernels().name();
  }

  @Override
  public int operandBits() {
    return placement.kernels().operandBits();
  }

  @Override
  public boolean does(Work work) {
    return work.kind() != Work.Kind.PRODUCT;
  }

  @Override
  public Model load(Work work) {
    return new Plans(work, placement);
  }

  @Override
  public Learner learner(Lesson lesson) {
    SequenceModel model =
        SequenceModel.stateful(
            lesson.weights(),
            Head.nextToken(lesson.symbols()),
            lesson.optimization(),
            placement.device());
    model.seed(lesson.seed());
    return new Learner() {
      @Override
      public float train(Batch batch, double rate) {
        model.learningRate(rate);
        return model.train(batch);
      }

      @Override
      public float evaluate(Batch batch) {
        return model.evaluate(batch);
      }

      @Override
      public void close() {
        model.close();
      }
    };
  }

  /** Each plan is made when it is first asked for something. */
  private static final class Plans implements Model {

    private final Work work;
    private final Placement placement;
    private ModelPlan training;
    private ModelPlan inference;
    private GenerationPlan generation;
    private GruPlan layers;

    Plans(Work work, Placement placement) {
      this.work = work;
      this.placement = placement;
    }

    @Override
    public float train(int[] tokens) {
      if (training == null) {
        training = plan(work.shape(), work.sgd());
      }
      training.load(Sequences.ofTokens(work.shape().batch(), tokens), false);
      return training.train(0, 0);
    }

    @Override
    public List<Tensor> weights() {
      return training.weights().tensors();
    }

    @Override
    public void score(int[] tokens) {
      int batch = work.shape().batch();
      if (inference == null) {
        inference = plan(new SequenceShape(tokens.length / batch, batch), null);
      }
      inference.load(Sequences.ofTokens(batch, tokens), false);
      inference.predict();
    }

    private ModelPlan plan(SequenceShape shape, Optimization optimizer) {
      Head head = Head.nextToken(work.config().inputSize());
      return new ModelPlan(
          work.weights(), shape, new ModelPlan.Use(head, false, false, optimizer), placement);
    }

    @Override
    public float[] logits() {
      return inference.outputs().values();
    }

    /** In one execution. */
    @Override
    public int[] write(int first, int count) {
      if (generation == null) {
        generation = new GenerationPlan(work.weights(), count, placement);
      }
      int[] tokens = new int[count];
      Arrays.fill(tokens, TextGeneration.CONTINUE);
      tokens[0] = first;
      return generation.execute(true, tokens, 1f, 1, 0);
    }

    @Override
    public void forward(Sequences sequences) {
      if (layers == null) {
        boolean trains = work.kind() == Work.Kind.LAYER_TRAINING;
        GruPlan.Use use = new GruPlan.Use(trains, false, sequences.isMasked());
        layers = new GruPlan(work.weights(), work.shape(), use, placement);
      }
      layers.forward(sequences, null, false, 0, 0);
    }

    @Override
    public float[] outputs() {
      return layers.outputs().values();
    }

    @Override
    public void differentiate(Sequences sequences, Tensor outputGradients) {
      forward(sequences);
      layers.backward(outputGradients, null);
    }

    @Override
    public List<Tensor> gradients() {
      List<Tensor> gradients = new ArrayList<>(layers.parameterGradients().tensors());
      gradients.add(layers.inputGradients().orElseThrow());
      return gradients;
    }

    @Override
    public Transfers transfers() {
      Transfers moved = training == null ? Transfers.NONE : training.transfers();
      moved = inference == null ? moved : moved.plus(inference.transfers());
      moved = layers == null ? moved : moved.plus(layers.transfers());
      return generation == null ? moved : moved.plus(generation.transfers());
    }

    @Override
    public void close() {
      if (training != null) {
        training.close();
      }
      if (inference != null) {
        inference.close();
      }
      if (generation != null) {
        generation.close();
      }
      if (layers != null) {
        layers.close();
      }
    }
  }
}
