package uk.ac.manchester.tornado.api.profiler;

/** Measurements of one execution: times in nanoseconds, sizes in bytes. */
public interface ProfilerInterface {

  long getTotalTime();

  long getCompileTime();

  long getTornadoCompilerTime();

  long getDriverInstallTime();

  long getDataTransfersTime();

  long getDeviceWriteTime();

  long getDeviceReadTime();

  long getDataTransferDispatchTime();

  long getKernelDispatchTime();

  long getDeviceKernelTime();

  String getProfileLog();

  long getTotalBytesCopyIn();

  long getTotalBytesCopyOut();

  long getTotalBytesTransferred();

  long getTotalDeviceMemoryUsage();
}
