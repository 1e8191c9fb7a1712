package org.tornadogru.formats;

import org.tornadogru.nn.InvalidInputException;

/** A file may be read in several ways, of which {@link ReadOptions} can choose one. */
public final class UndecidedException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  /** What would decide. */
  public enum Choice {
    EMBEDDING_OR_HEAD,
    HEAD,
    ACTIVATIONS,
    OUTPUT
  }

  private final Choice choice;

  /** A refusal that a choice would turn into a model. */
  public UndecidedException(String message, Choice choice) {
    super(message);
    this.choice = choice;
  }

  /** What would decide. */
  public Choice choice() {
    return choice;
  }
}
