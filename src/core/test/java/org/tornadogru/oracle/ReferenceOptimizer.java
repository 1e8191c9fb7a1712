package org.tornadogru.oracle;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Sgd;

/**
 * PyTorch's optimizers in double precision, as the algorithms of its documentation are written: a
 * number at a time, with its names, and nothing computed beforehand.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/optim.html">torch.optim</a>
 */
public final class ReferenceOptimizer {

  private final Optimization optimization;
  private final Map<String, double[]> averages = new LinkedHashMap<>();

  /** By tensor, what is remembered of each number in it. */
  private final Map<String, State[]> states = new LinkedHashMap<>();

  private double learningRate;
  private int t;
  private boolean clipped;

  /** NAdam's product of all μ so far. */
  private double muProduct = 1;

  /** What PyTorch keeps in {@code state[p]}, of one number. */
  private static final class State {
    double momentumBuffer;
    double expAvg;
    double expAvgSq;
    double maxExpAvgSq;
    double squareAvg;
    double gradAvg;
    double sum;
  }

  /** Begins with no update made. */
  public ReferenceOptimizer(Optimization optimization) {
    this.optimization = optimization;
    learningRate = optimization.optimizer().learningRate();
  }

  /** Sets γ of the updates from now on. */
  public void learningRate(double value) {
    learningRate = value;
  }

  /** New tensors after one update; the arguments are left as they are. */
  public Map<String, double[]> step(
      Map<String, double[]> tensors, Map<String, double[]> gradients) {
    t++;
    if (optimization.optimizer() instanceof NAdam nadam) {
      muProduct *= mu(nadam, t);
    }
    Map<String, double[]> clipped = clipped(gradients);
    Map<String, double[]> updated = new LinkedHashMap<>(tensors);
    clipped.forEach((name, g) -> updated.put(name, updated(name, tensors.get(name), g)));
    average(tensors, updated);
    return updated;
  }

  /** Whether a gradient was larger than it may be, so far. */
  public boolean clipped() {
    return clipped;
  }

  /** The moving average of the weights. */
  public Map<String, double[]> averages() {
    return averages;
  }

  private void average(Map<String, double[]> before, Map<String, double[]> updated) {
    double kept = optimization.averaging();
    updated.forEach(
        (name, theta) -> {
          double[] average = averages.computeIfAbsent(name, absent -> before.get(name).clone());
          Arrays.setAll(average, i -> kept * average[i] + (1 - kept) * theta[i]);
        });
  }

  private Map<String, double[]> clipped(Map<String, double[]> gradients) {
    Map<String, double[]> trained = new LinkedHashMap<>(gradients);
    trained.keySet().removeAll(optimization.frozen());
    double before = ReferenceSgd.norm(trained);
    double limit = optimization.clipping().limit();
    switch (optimization.clipping().kind()) {
      case NORM -> {
        double scale = new ReferenceSgd(learningRate, limit).scale(trained);
        trained.replaceAll((name, g) -> each(g, value -> value * scale));
      }
      case TENSOR_NORM ->
          trained.replaceAll(
              (name, g) -> {
                double norm = ReferenceSgd.norm(Map.of(name, g));
                return each(g, value -> norm > limit ? value * limit / norm : value);
              });
      case VALUE ->
          trained.replaceAll(
              (name, g) -> each(g, value -> Math.max(-limit, Math.min(limit, value))));
    }
    clipped |= ReferenceSgd.norm(trained) < before;
    return trained;
  }

  private static double[] each(double[] values, DoubleUnaryOperator function) {
    return Arrays.stream(values).map(function).toArray();
  }

  private double[] updated(String name, double[] theta, double[] g) {
    State[] state = states.computeIfAbsent(name, absent -> states(theta.length));
    boolean decays = optimization.decaysBiases() || !name.contains("bias");
    double lambda = decays ? optimization.optimizer().weightDecay() : 0;
    double[] updated = new double[theta.length];
    for (int i = 0; i < theta.length; i++) {
      updated[i] =
          switch (optimization.optimizer()) {
            case Sgd sgd -> sgd(sgd, state[i], theta[i], g[i] + lambda * theta[i]);
            case Adam adam when adam.decoupled() ->
                adam(adam, state[i], theta[i] - learningRate * lambda * theta[i], g[i]);
            case Adam adam -> adam(adam, state[i], theta[i], g[i] + lambda * theta[i]);
            case NAdam nadam when nadam.decoupled() ->
                nadam(nadam, state[i], theta[i] - learningRate * lambda * theta[i], g[i]);
            case NAdam nadam -> nadam(nadam, state[i], theta[i], g[i] + lambda * theta[i]);
            case RmsProp rmsProp -> rmsProp(rmsProp, state[i], theta[i], g[i] + lambda * theta[i]);
            case Adagrad adagrad -> adagrad(adagrad, state[i], theta[i], g[i] + lambda * theta[i]);
          };
    }
    return updated;
  }

  private State[] states(int size) {
    State[] all = new State[size];
    Arrays.setAll(all, i -> new State());
    if (optimization.optimizer() instanceof Adagrad adagrad) {
      Arrays.stream(all).forEach(each -> each.sum = adagrad.initialAccumulator());
    }
    return all;
  }

  private double sgd(Sgd sgd, State state, double theta, double g) {
    double direction = g;
    if (sgd.momentum() != 0) {
      state.momentumBuffer =
          t == 1 ? g : sgd.momentum() * state.momentumBuffer + (1 - (double) sgd.dampening()) * g;
      direction = sgd.nesterov() ? g + sgd.momentum() * state.momentumBuffer : state.momentumBuffer;
    }
    return theta - learningRate * direction;
  }

  private double adam(Adam adam, State state, double theta, double g) {
    double beta1 = adam.beta1();
    double beta2 = adam.beta2();
    state.expAvg = beta1 * state.expAvg + (1 - beta1) * g;
    state.expAvgSq = beta2 * state.expAvgSq + (1 - beta2) * g * g;
    state.maxExpAvgSq = Math.max(state.maxExpAvgSq, state.expAvgSq);
    double m = state.expAvg / (1 - Math.pow(beta1, t));
    double v = (adam.amsgrad() ? state.maxExpAvgSq : state.expAvgSq) / (1 - Math.pow(beta2, t));
    return theta - learningRate * m / (Math.sqrt(v) + adam.epsilon());
  }

  private static double mu(NAdam nadam, int t) {
    return nadam.beta1() * (1 - 0.5 * Math.pow(0.96, t * (double) nadam.momentumDecay()));
  }

  private double nadam(NAdam nadam, State state, double theta, double g) {
    double beta1 = nadam.beta1();
    double beta2 = nadam.beta2();
    double next = mu(nadam, t + 1);
    state.expAvg = beta1 * state.expAvg + (1 - beta1) * g;
    state.expAvgSq = beta2 * state.expAvgSq + (1 - beta2) * g * g;
    double m =
        next * state.expAvg / (1 - muProduct * next) + (1 - mu(nadam, t)) * g / (1 - muProduct);
    double v = state.expAvgSq / (1 - Math.pow(beta2, t));
    return theta - learningRate * m / (Math.sqrt(v) + nadam.epsilon());
  }

  private double rmsProp(RmsProp rmsProp, State state, double theta, double g) {
    double alpha = rmsProp.alpha();
    state.squareAvg = alpha * state.squareAvg + (1 - alpha) * g * g;
    double v = state.squareAvg;
    if (rmsProp.centered()) {
      state.gradAvg = alpha * state.gradAvg + (1 - alpha) * g;
      v -= state.gradAvg * state.gradAvg;
    }
    state.momentumBuffer =
        rmsProp.momentum() * state.momentumBuffer + g / (Math.sqrt(v) + rmsProp.epsilon());
    return theta - learningRate * state.momentumBuffer;
  }

  private double adagrad(Adagrad adagrad, State state, double theta, double g) {
    double rate = learningRate / (1 + (t - 1) * (double) adagrad.learningRateDecay());
    state.sum += g * g;
    return theta - rate * g / (Math.sqrt(state.sum) + adagrad.epsilon());
  }
}
