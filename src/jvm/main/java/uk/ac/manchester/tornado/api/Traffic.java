package uk.ac.manchester.tornado.api;

/** What one task graph moved between host and device in its last execution: bytes, nanoseconds. */
final class Traffic {

  /**
   * What a launch of a task moves to the device besides the data: its call frame. There is none on
   * the JVM; it is counted so that the counters read the same on both runtimes.
   */
  static final long CALL_FRAME_BYTES = 24;

  long bytesIn;
  long bytesOut;
  long deviceMemory;
  long prepareTime;
  long writeTime;
  long kernelTime;
  long readTime;

  /** From asking for copies, in either direction, to their beginnings. */
  long transferDispatchTime;

  /** From asking for tasks to their beginnings. */
  long kernelDispatchTime;

  void clear() {
    bytesIn = 0;
    bytesOut = 0;
    deviceMemory = 0;
    prepareTime = 0;
    writeTime = 0;
    kernelTime = 0;
    readTime = 0;
    transferDispatchTime = 0;
    kernelDispatchTime = 0;
  }
}
