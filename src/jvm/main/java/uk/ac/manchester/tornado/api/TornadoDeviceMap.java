package uk.ac.manchester.tornado.api;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** A catalogue of the backends and devices of this runtime. */
public class TornadoDeviceMap {

  private final TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();

  public TornadoDeviceMap() {}

  public int getNumBackends() {
    return runtime.getNumBackends();
  }

  public List<TornadoBackend> getAllBackends() {
    return backends().toList();
  }

  public List<TornadoBackend> getBackendsWithPredicate(
      Predicate<? super TornadoBackend> predicate) {
    return backends().filter(predicate).toList();
  }

  /** Backends with at least one device that the predicate accepts. */
  public List<TornadoBackend> getBackendsWithDevicePredicate(
      Predicate<? super TornadoDevice> predicate) {
    return backends().filter(b -> b.getAllDevices().stream().anyMatch(predicate)).toList();
  }

  /** Devices whose name contains the given text, whatever its case. */
  public Stream<TornadoDevice> getDevicesByName(String name) {
    String wanted = name.toLowerCase(java.util.Locale.ROOT);
    return devices()
        .filter(d -> d.getDeviceName().toLowerCase(java.util.Locale.ROOT).contains(wanted));
  }

  public Stream<TornadoDevice> getDevicesByType(TornadoDeviceType type) {
    return devices().filter(device -> device.getDeviceType() == type);
  }

  private Stream<TornadoBackend> backends() {
    return IntStream.range(0, runtime.getNumBackends()).mapToObj(runtime::getBackend);
  }

  private Stream<TornadoDevice> devices() {
    return backends().flatMap(backend -> backend.getAllDevices().stream());
  }
}
