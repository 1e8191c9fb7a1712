package org.tornadogru.peers;

import ai.djl.ndarray.types.DataType;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.tornadogru.compare.Work;
import org.tornadogru.compare.Work.Kind;
import org.tornadogru.device.Device;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.InvalidInputException;

/**
 * A library, and for tornado-gru the device that it runs on.
 *
 * @param id {@code libtorch}, {@code onnxruntime}, or a device as {@code --device} takes it
 */
public record Contender(String id) {

  /** LibTorch, which does everything. */
  public static final Contender LIBTORCH = new Contender("libtorch");

  /** ONNX Runtime, which does not train. */
  public static final Contender ONNX_RUNTIME = new Contender("onnxruntime");

  /** tornado-gru on the plain JVM. */
  public static final Contender PLAIN_JVM = new Contender(Device.PLAIN_JVM);

  private static final Pattern DEVICE = Pattern.compile("\\d+:\\d+");

  public Contender {
    if (!Set.of("libtorch", "onnxruntime", Device.PLAIN_JVM).contains(id)
        && !DEVICE.matcher(id).matches()) {
      throw new InvalidInputException(
          "there is no contender called %s: there are libtorch, onnxruntime, jvm, and TornadoVM's devices, such as 0:0"
              .formatted(id));
    }
  }

  /** Whether this is tornado-gru. */
  public boolean isOurs() {
    return !equals(LIBTORCH) && !equals(ONNX_RUNTIME);
  }

  /** What this one runs on, for {@code ./run.sh --device}. */
  public String device() {
    return isOurs() ? id : Device.PLAIN_JVM;
  }

  /** What tables call this one. */
  public String title() {
    return isOurs() ? "tornado-gru " + id : id;
  }

  /** The kinds of work that this one does. */
  public Set<Kind> kinds() {
    if (equals(LIBTORCH)) {
      return EnumSet.allOf(Kind.class);
    }
    return equals(ONNX_RUNTIME)
        ? EnumSet.of(Kind.INFERENCE, Kind.GENERATION)
        : TornadoGruPeer.KINDS;
  }

  /** Loads the model of a work in this process; the peer is of the work's kind. */
  Peer open(Work work, int threads) {
    if (equals(LIBTORCH)) {
      return new LibTorchPeer(work, DataType.FLOAT32, threads);
    }
    if (equals(ONNX_RUNTIME)) {
      return new OnnxRuntimePeer(work, threads);
    }
    return TornadoGruPeer.open(work, Placement.on(Device.of(id)));
  }

  @Override
  public String toString() {
    return id;
  }
}
