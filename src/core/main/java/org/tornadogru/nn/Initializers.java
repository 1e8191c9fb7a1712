package org.tornadogru.nn;

/**
 * An initializer for each kind of parameter; {@link Initialization} has the usual ones.
 *
 * <pre>{@code
 * Initializers orthogonal =
 *     Initialization.UNIFORM.with(ParameterKind.RECURRENT_WEIGHT, Initializer.ORTHOGONAL);
 * }</pre>
 */
@FunctionalInterface
public interface Initializers {

  /** How a kind of parameter begins. */
  Initializer of(ParameterKind kind);

  /** The same but for one kind. */
  default Initializers with(ParameterKind changed, Initializer initializer) {
    return kind -> kind == changed ? initializer : of(kind);
  }
}
