package org.tornadogru.cli;

import java.util.List;
import java.util.function.Consumer;
import org.tornadogru.nn.InvalidInputException;

/**
 * Where the configurations of a sweep are learned side by side, of another module, found by {@link
 * java.util.ServiceLoader} where that is there.
 */
public interface SweepPlaces {

  /**
   * Learns, as many configurations at a time as there are places.
   *
   * @param master says where the places are
   * @param experiments to be handed to {@link SweepTask#run(String, org.tornadogru.device.Device)}
   * @param done takes what that returns, of one after the other as they end
   * @throws InvalidInputException if there are no such places
   */
  void run(String master, SweepTask task, List<String> experiments, Consumer<String> done);
}
