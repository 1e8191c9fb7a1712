package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tornadogru.kernels.Arrangement;
import org.tornadogru.kernels.Merging;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Merge;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One layer: its walks, and what becomes of their outputs.
 *
 * <pre>
 *  [begin] ──▶ {@link WalkStage} ─────────┬──▶ joined ──▶ [merge] ──▶ outputs ──▶ [dropOutputs] ──▶ next layer
 *  [begin] ──▶ {@link WalkStage}, reverse ┴──▶ finals ──▶ [mergeFinals] ──▶ last
 * </pre>
 *
 * A single walk in the order of the input leaves its states as the outputs: nothing is joined.
 */
final class LayerStage {

  private final ModelLayout layout;
  private final GruConfig config;
  private final DeviceShape shape;
  private final GruStage.Shared shared;
  private final int index;
  private final List<WalkStage> walks = new ArrayList<>();

  /** [batch][H] for each walk, where the host writes the states; empty if they are fixed. */
  private final List<FloatArray> given = new ArrayList<>();

  /** [T · batch][D·H]: what the walks leave side by side; null if plain. */
  private final FloatArray joined;

  /** [batch][D·H], likewise; null if plain and nobody outside needs them. */
  private final FloatArray finals;

  /** [T · batch][H] and [batch][H]; null if the two are not merged into one. */
  private final FloatArray merged;

  private final FloatArray mergedFinals;

  /** Null behind the last layer, and without dropout; then so is what is dropped. */
  private final DropoutMask mask;

  private final FloatArray dropped;

  LayerStage(GruStage.Shared shared, int index) {
    this.shared = shared;
    this.index = index;
    layout = shared.layout();
    config = layout.config();
    shape = shared.shape();
    int directions = config.direction().walks();
    for (int walk = 0; walk < directions; walk++) {
      walks.add(new WalkStage(shared, layout.walks().get(index * directions + walk)));
      if (shared.use().start() == GruStage.Start.GIVEN_OR_CARRIED) {
        given.add(shape.floats(shape.batch(), layout.hidden()));
      }
    }
    boolean merges = config.merge() != Merge.CONCAT && directions == 2;
    int positions = shape.positions();
    int batch = shape.batch();
    joined = isPlain() ? null : shape.floats(positions, layout.walkColumns());
    finals = isPlain() && given.isEmpty() ? null : shape.floats(batch, layout.walkColumns());
    merged = merges ? shape.floats(positions, layout.hidden()) : null;
    mergedFinals = merges ? shape.floats(batch, layout.hidden()) : null;
    boolean drops = shared.use().backward() && config.dropout() > 0 && index < config.layers() - 1;
    mask =
        drops ? shared.mask(1 + index, config.dropout(), positions, layout.mergedColumns()) : null;
    dropped = drops ? shape.floats(positions, layout.mergedColumns()) : null;
  }

  /** What a backward pass in another graph reads of the forward pass. */
  Stream<Object> kept() {
    return Stream.of(
            walks.stream().flatMap(WalkStage::kept),
            Stream.<Object>of(joined, merged).filter(Objects::nonNull),
            mask == null ? Stream.of() : Stream.<Object>of(mask.multipliers(), dropped))
        .flatMap(Function.identity());
  }

  /** Whether the one walk's states are the outputs as they are. */
  boolean isPlain() {
    return shared.isPlain();
  }

  /** [T · batch][mergedColumns]. */
  Rows outputs() {
    if (merged != null) {
      return Rows.of(merged);
    }
    return isPlain() ? walks.getFirst().outputs() : Rows.of(joined);
  }

  /** The final states of the walks side by side, [batch][D·H]. */
  Rows finals() {
    return finals == null ? walks.getFirst().finals() : Rows.of(finals);
  }

  /** The final states, merged as the outputs are, [batch][mergedColumns]. */
  Rows last() {
    return merged != null ? Rows.of(mergedFinals) : finals();
  }

  /** What the next layer takes, with or without dropout: [T · batch][mergedColumns]. */
  Rows passedOn(boolean dropout) {
    return dropout && mask != null ? Rows.of(dropped) : outputs();
  }

  /** What the kernels of its walks read and write. */
  Stream<WalkBuffers> walks() {
    return walks.stream().map(WalkStage::buffers);
  }

  /** Where a walk begins, [batch][H]: the host's to write. */
  FloatArray initialState(int walk) {
    return given.isEmpty() ? walks.get(walk).initialState() : given.get(walk);
  }

  /** Adds the tasks of the forward pass. */
  void addForward(PlanGraph graph, FloatArray parameters, Rows below, boolean dropout) {
    for (int walk = 0; walk < walks.size(); walk++) {
      addStart(graph, walk);
      walks.get(walk).addForward(graph, parameters, below, dropout);
      if (!isPlain()) {
        walks.get(walk).addCollect(graph, joined, finals);
      } else if (finals != null) {
        walks.get(walk).addCopyFinals(graph, finals);
      }
    }
    if (merged != null) {
      addMerge(graph, "merge_l", joined, merged, shape.positions());
      addMerge(graph, "mergeFinals_l", finals, mergedFinals, shape.batch());
    }
    if (dropout && mask != null) {
      mask.addDraw(graph, "drawOutputs_l" + index);
      mask.addMultiply(graph, "dropOutputs_l" + index, outputs(), dropped);
    }
  }

  private void addStart(PlanGraph graph, int walk) {
    WalkStage stage = walks.get(walk);
    if (given.isEmpty()) {
      graph.uploadOnce(stage.initialState());
      return;
    }
    Rows ended = finals();
    graph.upload(given.get(walk)).carry(ended.array());
    graph.loop(
        shape.batch(),
        layout.hidden(),
        new TaskPackage(
            stage.name("begin"),
            Arrangement::begin,
            shared.carried(),
            given.get(walk),
            ended.array(),
            stage.initialState(),
            ended.first(),
            walk * layout.hidden(),
            layout.walkColumns(),
            shape.batch(),
            layout.hidden()));
  }

  private void addMerge(PlanGraph graph, String name, FloatArray from, FloatArray to, int rows) {
    if (config.merge() == Merge.MULTIPLY) {
      graph.loop(
          rows,
          layout.hidden(),
          new TaskPackage(name + index, Merging::multiply, from, to, rows, layout.hidden()));
    } else {
      graph.loop(
          rows,
          layout.hidden(),
          new TaskPackage(name + index, Merging::add, from, to, rows, layout.hidden(), scale()));
    }
  }

  private float scale() {
    return config.merge() == Merge.AVERAGE ? 0.5f : 1f;
  }

  /**
   * The layer's way back.
   *
   * @param gradients of all parameters
   * @param fromOutputs whether the outputs have gradients, or only final states
   * @param finals which final states have gradients of their own
   * @param reachesInputs whether the layer's inputs have gradients
   */
  Backward backward(
      Gradients gradients, boolean fromOutputs, GruStage.Finals finals, boolean reachesInputs) {
    return new Backward(gradients, fromOutputs, finals, reachesInputs);
  }

  /** The backward pass of a layer, with its buffers. */
  final class Backward {
    private final Gradients gradients;
    private final boolean fromOutputs;
    private final GruStage.Finals use;
    private final List<WalkStage.Backward> backwards = new ArrayList<>();

    /** [T · batch][mergedColumns], ∂L/∂y. */
    final FloatArray outputGradients = shape.floats(shape.positions(), layout.mergedColumns());

    /** [batch][D·H], ∂L/∂ the final states of the walks side by side. */
    final FloatArray finalGradients = shape.floats(shape.batch(), layout.walkColumns());

    private final FloatArray lastGradients;
    private final FloatArray joinedGradients;

    private Backward(
        Gradients gradients, boolean fromOutputs, GruStage.Finals use, boolean reachesInputs) {
      this.gradients = gradients;
      this.fromOutputs = fromOutputs;
      this.use = use;
      lastGradients = merged == null ? null : shape.floats(shape.batch(), layout.hidden());
      joinedGradients =
          merged == null ? null : shape.floats(shape.positions(), layout.walkColumns());
      for (WalkStage walk : walks) {
        backwards.add(walk.backward(isDirect() ? outputGradients : null, reachesInputs));
      }
    }

    /** Whether the gradient of the outputs is that of the states as it is. */
    private boolean isDirect() {
      return isPlain() && use == GruStage.Finals.NONE;
    }

    /** ∂L/∂ the final states, merged as the outputs are, [batch][mergedColumns]. */
    FloatArray lastGradients() {
      return lastGradients == null ? finalGradients : lastGradients;
    }

    /** ∂L/∂h₀ of a walk, [batch][H]. */
    FloatArray initialStateGradient(int walk) {
      return backwards.get(walk).initialStateGradient;
    }

    /**
     * Adds the tasks.
     *
     * @param below what the layer took in the forward pass
     * @param belowGradients out, ∂L/∂ of it; null if nobody wants it
     */
    void addTo(PlanGraph graph, FloatArray parameters, Rows below, FloatArray belowGradients) {
      if (use == GruStage.Finals.NONE && !isDirect()) {
        graph.uploadOnce(finalGradients);
      }
      FloatArray walkGradients = addMergeBackward(graph);
      for (int walk = 0; walk < walks.size(); walk++) {
        WalkStage.Backward backward = backwards.get(walk);
        if (!isDirect()) {
          backward.addCollectBackward(graph, fromOutputs ? walkGradients : null, finalGradients);
        }
        backward.addBackward(graph, parameters);
        if (shared.use().masked()) {
          backward.addUnmovedBackward(graph, finalGradients);
        }
        backward.addWeightGradients(graph, gradients, below);
        if (belowGradients != null) {
          backward.addInputGradients(graph, parameters, belowGradients, walk > 0);
        }
      }
    }

    /** Adds the way from merged gradients to those of the walks side by side, which it returns. */
    private FloatArray addMergeBackward(PlanGraph graph) {
      if (merged == null) {
        return outputGradients;
      }
      if (fromOutputs) {
        addMergeBackward(
            graph, "mergeBackward_l", outputGradients, joined, joinedGradients, shape.positions());
      }
      if (use == GruStage.Finals.LAST) {
        addMergeBackward(
            graph,
            "mergeFinalsBackward_l",
            lastGradients,
            LayerStage.this.finals,
            finalGradients,
            shape.batch());
      }
      return joinedGradients;
    }

    private void addMergeBackward(
        PlanGraph graph,
        String name,
        FloatArray gradientsOfMerged,
        FloatArray values,
        FloatArray gradientsOfJoined,
        int rows) {
      int hidden = layout.hidden();
      if (config.merge() == Merge.MULTIPLY) {
        graph.loop(
            rows,
            hidden,
            new TaskPackage(
                name + index,
                Merging::multiplyBackward,
                gradientsOfMerged,
                values,
                gradientsOfJoined,
                rows,
                hidden));
      } else {
        graph.loop(
            rows,
            hidden,
            new TaskPackage(
                name + index,
                Merging::addBackward,
                gradientsOfMerged,
                gradientsOfJoined,
                rows,
                hidden,
                scale()));
      }
    }

    /** Adds the dropout of the gradient of what the next layer took. */
    void addDropBackward(PlanGraph graph) {
      if (mask != null) {
        mask.addMultiply(
            graph, "dropGradients_l" + index, Rows.of(outputGradients), outputGradients);
      }
    }
  }
}
