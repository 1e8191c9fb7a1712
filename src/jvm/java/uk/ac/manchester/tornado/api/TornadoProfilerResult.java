package uk.ac.manchester.tornado.api;

/** Measurements of one execution. */
public class TornadoProfilerResult {

  private final Traffic traffic;

  TornadoProfilerResult(Traffic traffic) {
    this.traffic = traffic;
  }

  public long getTotalBytesCopyIn() {
    return traffic.bytesIn;
  }

  public long getTotalBytesCopyOut() {
    return traffic.bytesOut;
  }

  public long getTotalBytesTransferred() {
    return traffic.bytesIn + traffic.bytesOut;
  }
}
