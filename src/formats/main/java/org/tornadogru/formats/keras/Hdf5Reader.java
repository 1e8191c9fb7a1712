package org.tornadogru.formats.keras;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * Reads of HDF5 what files of weights have: groups of arrays of floats, each in one piece, and a
 * few texts about the whole. The format can say far more, which its libraries follow wherever it
 * leads; here all that a file makes the reader do is bounded by its size.
 *
 * <pre>
 *   superblock ──▶ header of the root group
 *   header of a group ──▶ a tree of nodes of links, and a heap of their names; or links themselves
 *   header of an array: its shape, its type, and where its values are
 * </pre>
 *
 * @see <a href="https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">the format</a>
 */
final class Hdf5Reader {

  static final int LONGEST_NAME = 1024;
  private static final int DEEPEST = 8;
  private static final int MOST_NODES = 4096;
  private static final int MOST_DIMENSIONS = 8;
  private static final int UNITS = Long.BYTES;

  /** What training keeps, which is larger than the model. */
  private static final String OPTIMIZER = "optimizer";

  private final Hdf5Bytes bytes;
  private final Map<String, Tensor> tensors = new TreeMap<>();
  private long bytesLeft;
  private int nodesLeft = MOST_NODES;

  private Hdf5Reader(byte[] file) {
    bytes = new Hdf5Bytes(file);
    bytesLeft = file.length;
  }

  /**
   * Reads the arrays of floats, whatever their precision; others are left out.
   *
   * @param texts names of the attributes of the whole file that are wanted
   * @throws InvalidInputException if the file is damaged, or has what files of weights do not have:
   *     links to elsewhere, and arrays in chunks or compressed
   */
  static Hdf5Weights read(byte[] file, List<String> texts) {
    Hdf5Reader reader = new Hdf5Reader(file);
    Hdf5Header root = Hdf5Header.at(reader.bytes, reader.root());
    Map<String, String> found = new TreeMap<>();
    for (Hdf5Header.Message message : root.all(Hdf5Header.ATTRIBUTE)) {
      new Hdf5Attribute(reader.bytes, message).text(texts, found);
    }
    reader.readGroup(root, "", 0);
    return new Hdf5Weights(reader.tensors, found);
  }

  private int root() {
    if (!bytes.startsWith(1, "HDF\r\n\u001a\n") || bytes.u8(0) != 0x89) {
      throw Hdf5Bytes.damaged();
    }
    int version = bytes.u8(8);
    boolean old = version < 2;
    int sizes = old ? 13 : 9;
    int base = old ? 24 + 4 * version : 12;
    if (version > 3
        || bytes.u8(sizes) != UNITS
        || bytes.u8(sizes + 1) != UNITS
        || bytes.address(base) != 0) {
      throw new InvalidInputException(
          "it is an HDF5 file of another kind than Keras writes, or damaged");
    }
    return bytes.address(base + (old ? 5 : 3) * UNITS);
  }

  private void readGroup(Hdf5Header group, String path, int depth) {
    if (depth > DEEPEST) {
      throw new InvalidInputException("its groups are nested too deeply, or it is damaged");
    }
    for (Hdf5Header.Message table : group.all(Hdf5Header.SYMBOL_TABLE)) {
      int heap = bytes.address(table.at() + UNITS);
      if (!bytes.startsWith(heap, "HEAP")) {
        throw Hdf5Bytes.damaged();
      }
      int names = bytes.address(heap + 24);
      int size = bytes.length(heap + 8, UNITS);
      bytes.within(names, size);
      readTree(bytes.address(table.at()), names, names + size, path, depth);
    }
    for (Hdf5Header.Message info : group.all(Hdf5Header.LINK_INFO)) {
      int heap = info.at() + 2 + (bytes.u8(info.at() + 1) & 1) * UNITS;
      if (bytes.isDefined(heap)) {
        throw new InvalidInputException(
            "its group %s is stored in a way that Keras does not use: save it anew"
                .formatted(Quoted.of(path)));
      }
    }
    for (Hdf5Header.Message link : group.all(Hdf5Header.LINK)) {
      readLink(link.at(), path, depth);
    }
  }

  /** Only groups of hundreds of members have trees whose children are trees. */
  private void readTree(int at, int names, int end, String path, int depth) {
    if (!bytes.startsWith(bytes.visit(at), "TREE") || bytes.u8(at + 4) != 0) {
      throw Hdf5Bytes.damaged();
    }
    if (bytes.u8(at + 5) != 0) {
      throw new InvalidInputException("it has more groups than a GRU needs, or is damaged");
    }
    int children = bytes.u16(at + 6);
    int first = at + 8 + 3 * UNITS;
    for (int child = 0; child < children; child++) {
      int node = bytes.visit(bytes.address(first + 2 * child * UNITS));
      if (!bytes.startsWith(node, "SNOD")) {
        throw Hdf5Bytes.damaged();
      }
      int links = bytes.u16(node + 6);
      for (int link = 0; link < links; link++) {
        int entry = node + 8 + 40 * link;
        String name = bytes.name(names + bytes.length(entry, UNITS), end);
        readChild(bytes.u8(entry + 16) == 2, entry + 8, path + name, depth);
      }
    }
  }

  private void readLink(int at, String path, int depth) {
    int flags = bytes.u8(at + 1);
    int place = at + 2;
    boolean hard = (flags & 8) == 0 || bytes.u8(place++) == 0;
    place += (flags & 4) == 0 ? 0 : UNITS;
    place += (flags & 16) == 0 ? 0 : 1;
    int width = 1 << (flags & 3);
    int length = bytes.length(place, width);
    place += width;
    bytes.within(place, length);
    readChild(!hard, place + length, path + bytes.name(place, place + length), depth);
  }

  private void readChild(boolean link, int address, String path, int depth) {
    bytes.count();
    if (--nodesLeft < 0) {
      throw new InvalidInputException("it has more arrays than a GRU needs, or is damaged");
    }
    if (depth == 0 && path.startsWith(OPTIMIZER)) {
      return;
    }
    if (link) {
      throw new InvalidInputException(
          "%s is a link: save the weights in the file itself".formatted(Quoted.of(path)));
    }
    Hdf5Header header = Hdf5Header.at(bytes, bytes.address(address));
    if (header.first(Hdf5Header.LAYOUT) == null) {
      readGroup(header, path + "/", depth + 1);
    } else {
      readArray(header, path);
    }
  }

  private void readArray(Hdf5Header header, String path) {
    Hdf5Header.Message type = header.first(Hdf5Header.TYPE);
    Hdf5Header.Message space = header.first(Hdf5Header.SPACE);
    if (type == null || space == null) {
      throw Hdf5Bytes.damaged();
    }
    Hdf5Floats floats = type.shared() ? null : Hdf5Floats.of(bytes, type.at());
    if (floats == null) {
      return;
    }
    long count = 1;
    List<Integer> sizes = new ArrayList<>();
    for (long size : sizes(space.at())) {
      if (size < 1 || size > Integer.MAX_VALUE) {
        throw new InvalidInputException(
            "array %s has an impossible shape".formatted(Quoted.of(path)));
      }
      sizes.add((int) size);
      count *= size; // at most 2^62 before the check below ends it
      if (count * floats.width() > bytesLeft) {
        throw new InvalidInputException(
            "array %s is larger than the file: truncated, or damaged".formatted(Quoted.of(path)));
      }
    }
    long length = count * floats.width();
    bytesLeft -= length;
    ByteBuffer values = values(header.first(Hdf5Header.LAYOUT).at(), length, floats, path);
    tensors.put(path, Tensor.of(path, sizes, place -> floats.next(values)));
  }

  private List<Long> sizes(int space) {
    int version = bytes.u8(space);
    int rank = bytes.u8(space + 1);
    boolean none = version == 2 && bytes.u8(space + 3) == 2;
    if (version < 1 || version > 2 || rank > MOST_DIMENSIONS) {
      throw Hdf5Bytes.damaged();
    }
    List<Long> sizes = new ArrayList<>(none ? List.of(0L) : List.of());
    for (int dimension = 0; dimension < rank; dimension++) {
      sizes.add(bytes.unsigned(space + (version == 1 ? 8 : 4) + dimension * UNITS, UNITS));
    }
    return sizes;
  }

  /** The values lie in the header itself, or in one piece elsewhere. */
  private ByteBuffer values(int layout, long length, Hdf5Floats floats, String path) {
    int version = bytes.u8(layout);
    int kind = bytes.u8(layout + 1);
    if (version < 3 || version > 4 || kind > 1) {
      throw new InvalidInputException(
          "array %s is stored in chunks or compressed: save it as Keras does"
              .formatted(Quoted.of(path)));
    }
    int present = kind == 0 ? bytes.u16(layout + 2) : bytes.length(layout + 2 + UNITS, UNITS);
    if (present < length || (kind == 1 && !bytes.isDefined(layout + 2))) {
      throw new InvalidInputException("array %s has no values".formatted(Quoted.of(path)));
    }
    return bytes.values(kind == 0 ? layout + 4 : bytes.address(layout + 2), length, floats.order());
  }
}
