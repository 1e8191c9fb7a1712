package org.tornadogru;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.ModelValues;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.SequenceShape;

/**
 * The plans of a model, kept for the next batch of their shapes: what was compiled is not compiled
 * again. All share one set of values.
 */
final class Plans implements AutoCloseable {

  /** A plan for more shapes than these is as a rule one for batches that should be filled up. */
  private static final int MOST = 32;

  private final ModelValues values;
  private final ShapePolicy policy;
  private final Placement placement;
  private final Consumer<ModelPlan> leaving;

  /** By what they are for, the one that was used last at the end. */
  private final SequencedMap<Key, ModelPlan> plans = new LinkedHashMap<>(MOST, 0.75f, true);

  private Transfers ofClosed = Transfers.NONE;
  private int compiledBefore;

  private record Key(ModelPlan.Use use, List<SequenceShape> shapes) {}

  /**
   * No plans yet.
   *
   * @param leaving told of each plan before it is closed
   */
  Plans(ModelValues values, ShapePolicy policy, Placement placement, Consumer<ModelPlan> leaving) {
    this.leaving = leaving;
    this.values = values;
    this.policy = policy;
    this.placement = placement;
  }

  /** The plan for batches of a shape. */
  ModelPlan get(SequenceShape shape, ModelPlan.Use use) {
    Key key = new Key(use, policy.with(shape));
    ModelPlan plan = plans.get(key);
    if (plan == null) {
      if (plans.size() == MOST) {
        closeOldest();
      }
      plan = new ModelPlan(values, key.shapes, use, placement);
      plans.put(key, plan);
    }
    return plan;
  }

  /** The plan that was used last. */
  Optional<ModelPlan> latest() {
    return Optional.ofNullable(plans.lastEntry()).map(Map.Entry::getValue);
  }

  /** Closes the plan that failed, and the one that was used least lately if there is another. */
  boolean makeRoom(ModelPlan failed) {
    values.leave();
    plans.values().remove(failed);
    close(failed);
    boolean others = !plans.isEmpty();
    if (others) {
      closeOldest();
    }
    return others;
  }

  private void closeOldest() {
    ModelPlan oldest = plans.remove(plans.keySet().iterator().next());
    if (values.isHeldBy(oldest)) {
      values.leave();
    }
    close(oldest);
  }

  private void close(ModelPlan plan) {
    leaving.accept(plan);
    ofClosed = ofClosed.plus(plan.transfers());
    compiledBefore += plan.compilations();
    plan.close();
  }

  boolean isEmpty() {
    return plans.isEmpty();
  }

  /** How many graphs were compiled so far. */
  int compilations() {
    return compiledBefore + plans.values().stream().mapToInt(ModelPlan::compilations).sum();
  }

  /** What crossed so far. */
  Transfers transfers() {
    Transfers all = ofClosed;
    for (ModelPlan plan : plans.values()) {
      all = all.plus(plan.transfers());
    }
    return all;
  }

  /** Frees the device's memory; the values are kept. */
  @Override
  public void close() {
    values.leave();
    plans.values().forEach(this::close);
    plans.clear();
  }
}
