package org.tornadogru.peers;

import java.util.List;
import org.tornadogru.nn.Tensor;

/** Trains by gradient descent with clipping by global norm. */
public non-sealed interface TrainingPeer extends Peer {

  /**
   * One step: forward, backward, clip, update.
   *
   * @param tokens inputs are rows [0, steps), targets rows [1, steps]: [steps + 1][batch]
   * @return the mean cross-entropy before the update, in nats
   */
  float step(int[] tokens);

  /** The weights as they are now, as PyTorch's tensors. */
  List<Tensor> weights();
}
