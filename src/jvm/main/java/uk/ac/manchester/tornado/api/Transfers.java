package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.kernels.Access;

/**
 * What an execution of a task graph moves: not simply what the graph says, but what TornadoVM makes
 * of it, which looks at what the tasks do with their arguments.
 *
 * <ul>
 *   <li>An object whose first task only writes it is not uploaded, whatever was asked for.
 *   <li>One that no transfer names and that its first task does not only write is uploaded once.
 *       With {@value #STRICT} that is an error if the task begins with reading it; otherwise its
 *       memory is counted as uploaded, but keeps its poison.
 *   <li>One that no task uses is not moved, and one that no task of the graph writes does not come
 *       back, even if another graph has written it.
 * </ul>
 */
final class Transfers {

  private static final String STRICT = "tornado.plain.strict";

  private final String graph;
  private final boolean strict = Boolean.getBoolean(STRICT);
  private final List<Object> uploadsOfFirst = new ArrayList<>();
  private final List<Object> uploadsOfEach = new ArrayList<>();
  private final List<Object> downloads = new ArrayList<>();

  /** What no transfer to the device names, by the task that has it first. */
  private final IdentityHashMap<Object, Use> undeclared = new IdentityHashMap<>();

  private record Use(GraphStep.Task task, int argument) {
    Access access() {
      return task.kernel().access(argument);
    }
  }

  Transfers(String graph, List<GraphStep> steps) {
    this.graph = graph;
    IdentityHashMap<Object, Use> first = new IdentityHashMap<>();
    Set<Object> written = identities();
    List<Object> inOrder = new ArrayList<>();
    for (GraphStep step : steps) {
      if (step instanceof GraphStep.Task task) {
        for (int i = 0; i < task.arguments().length; i++) {
          Object argument = task.arguments()[i];
          if (DeviceData.isData(argument)) {
            Use use = new Use(task, i);
            if (first.putIfAbsent(argument, use) == null) {
              inOrder.add(argument);
            }
            if (use.access().written()) {
              written.add(argument);
            }
          }
        }
      }
    }
    planUploads(steps, inOrder, first);
    planDownloads(steps, written);
  }

  private void planUploads(
      List<GraphStep> steps, List<Object> inOrder, IdentityHashMap<Object, Use> first) {
    Set<Object> onDevice = identities();
    Set<Object> named = identities();
    Set<Object> each = identities();
    for (GraphStep step : steps) {
      switch (step) {
        case GraphStep.Consume consume -> onDevice.addAll(consume.objects());
        case GraphStep.TransferToDevice upload -> {
          named.addAll(upload.objects());
          if (upload.mode() == DataTransferMode.EVERY_EXECUTION) {
            each.addAll(upload.objects());
          } else {
            upload.objects().forEach(each::remove);
          }
          if (upload.mode() == DataTransferMode.UNDER_DEMAND) {
            onDevice.addAll(upload.objects());
          }
        }
        default -> {}
      }
    }
    for (Object host : inOrder) {
      Use use = first.get(host);
      if (use.access().isUploaded()) {
        if (each.contains(host)) {
          uploadsOfEach.add(host);
        } else if (!onDevice.contains(host)) {
          uploadsOfFirst.add(host);
          if (!named.contains(host)) {
            undeclared.put(host, use);
          }
        }
      }
    }
  }

  private void planDownloads(List<GraphStep> steps, Set<Object> written) {
    for (GraphStep step : steps) {
      if (step instanceof GraphStep.TransferToHost download
          && download.mode() != DataTransferMode.UNDER_DEMAND) {
        download.objects().stream().filter(written::contains).forEach(downloads::add);
      }
    }
  }

  private static Set<Object> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** What the first execution uploads, besides {@link #uploadsOfEach}. */
  List<Object> uploadsOfFirst() {
    return uploadsOfFirst;
  }

  List<Object> uploadsOfEach() {
    return uploadsOfEach;
  }

  List<Object> downloads() {
    return downloads;
  }

  /** Whether an upload that nobody asked for is counted but not done. */
  boolean staysPoisoned(Object host) {
    return strict && undeclared.containsKey(host);
  }

  /** Throws in strict mode if a task reads what no transfer to the device names. */
  void requireDeclared() {
    if (strict) {
      for (Use use : undeclared.values()) {
        if (use.access().readFirst()) {
          throw new TornadoRuntimeException(undeclared(use));
        }
      }
    }
  }

  private String undeclared(Use use) {
    int argument = use.argument();
    String type = use.task().arguments()[argument].getClass().getSimpleName();
    String name = use.task().kernel().parameterName(argument).orElse("the " + type);
    return """
        task %s.%s reads its argument %d, the %s %s, which no transfer names: add \
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, %s), or UNDER_DEMAND if the task writes \
        it before; TornadoVM uploads it once, as does this runtime without -D%s=true"""
        .formatted(graph, use.task().id(), argument + 1, type, name, name, STRICT);
  }
}
