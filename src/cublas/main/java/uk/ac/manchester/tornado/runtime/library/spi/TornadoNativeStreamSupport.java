package uk.ac.manchester.tornado.runtime.library.spi;

/** A device whose stream a library can put its work into. */
public interface TornadoNativeStreamSupport {

  /** The stream of a plan, a {@code CUstream}. */
  long getNativeStream(long executionPlanId);
}
