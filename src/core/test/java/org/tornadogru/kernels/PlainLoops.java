package org.tornadogru.kernels;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;

/** Kernels that are loops, called like any other method. */
final class PlainLoops {

  private PlainLoops() {}

  static void run(List<Launch> launches) {
    launches.forEach(PlainLoops::run);
  }

  static void run(Launch launch) {
    Object[] parameters = launch.task().getTaskParameters();
    int arity = parameters.length - 1;
    try {
      Class<?> function = Class.forName(TornadoFunctions.class.getName() + "$Task" + arity);
      Method apply =
          Stream.of(function.getMethods())
              .filter(method -> method.getName().equals("apply"))
              .findFirst()
              .orElseThrow();
      apply.invoke(parameters[0], Arrays.copyOfRange(parameters, 1, parameters.length));
    } catch (ReflectiveOperationException failure) {
      throw new LinkageError(launch.task().getId(), failure);
    }
  }
}
