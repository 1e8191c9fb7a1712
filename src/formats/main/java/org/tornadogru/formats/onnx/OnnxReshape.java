package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Dimension;
import org.tornadogru.nn.InvalidInputException;

/**
 * Finds which axes a Reshape puts together or takes apart. It leaves their order as it is.
 *
 * @param groups the axes of each dimension before
 */
record OnnxReshape(OnnxNode node, List<List<Axis>> groups) {

  /** The axes of each dimension after. */
  List<List<Axis>> to(List<Dimension> sizes) {
    List<Axis> axes = new ArrayList<>();
    groups.forEach(axes::addAll);
    int rest = 0;
    while (rest < sizes.size() && !isRest(sizes.get(rest))) {
      rest++;
    }
    List<List<Axis>> front = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < rest; i++) {
      List<Axis> taken = taken(axes.subList(from, axes.size()), sizes.get(i), i, false);
      front.add(taken);
      from += taken.size();
    }
    List<List<Axis>> back = new ArrayList<>();
    int to = axes.size();
    for (int i = sizes.size() - 1; i > rest; i--) {
      List<Axis> taken = taken(axes.subList(from, to), sizes.get(i), i, true);
      back.addFirst(taken);
      to -= taken.size();
    }
    List<Axis> between = List.copyOf(axes.subList(from, to));
    if (rest < sizes.size()) {
      front.add(between);
    } else if (!between.stream().allMatch(axis -> axis.size() == 1)) {
      throw mismatch();
    } else if (!between.isEmpty() && !front.isEmpty()) {
      // Axes of one place are in any dimension: in the last, where units are.
      List<Axis> joined = new ArrayList<>(front.removeLast());
      joined.addAll(between);
      front.add(List.copyOf(joined));
    }
    front.addAll(back);
    return front;
  }

  private static boolean isRest(Dimension size) {
    return size.axes() == null && size.size() == -1;
  }

  /** The axes at one end that make up a dimension. */
  private List<Axis> taken(List<Axis> axes, Dimension size, int place, boolean fromEnd) {
    List<Axis> wanted = size.axes();
    if (wanted == null && size.size() == 0 && place < groups.size()) {
      wanted = groups.get(place);
    }
    int count;
    if (wanted != null) {
      count = wanted.size();
    } else if (size.size() < 1) {
      throw mismatch();
    } else {
      count = count(fromEnd ? axes.reversed() : axes, size.size());
    }
    if (count > axes.size()) {
      throw mismatch();
    }
    List<Axis> taken =
        List.copyOf(
            fromEnd ? axes.subList(axes.size() - count, axes.size()) : axes.subList(0, count));
    if (wanted != null && !taken.equals(wanted)) {
      throw mismatch();
    }
    return taken;
  }

  /** How many axes make a product; one of unknown size is taken to be it. */
  private int count(List<Axis> axes, long size) {
    if (size == 1) {
      return !axes.isEmpty() && axes.getFirst().size() == 1 ? 1 : 0;
    }
    long product = 1;
    int count = 0;
    while (product < size && count < axes.size()) {
      Axis axis = axes.get(count++);
      if (axis.size() == 0 && product == 1) {
        return count;
      }
      product *= axis.size();
      if (product == 0 || product > size) {
        throw mismatch();
      }
    }
    if (product != size) {
      throw mismatch();
    }
    return count;
  }

  private InvalidInputException mismatch() {
    return node.refused("mixes the dimensions of the data in a way that no GRU needs");
  }
}
