package org.tornadogru.graph;

import org.tornadogru.device.Target;
import org.tornadogru.kernels.KernelSet;

/** Which twins run on a target: the one place where that is decided. */
public enum KernelChoice {
  /** What is fastest there. */
  AUTO {
    @Override
    public KernelSet<?> on(Target target) {
      return KernelSet.ANNOTATED;
    }
  },
  /** The annotated loops, on any target. */
  ANNOTATED {
    @Override
    public KernelSet<?> on(Target target) {
      return KernelSet.ANNOTATED;
    }
  };

  /** The kernels for a target. */
  public abstract KernelSet<?> on(Target target);
}
