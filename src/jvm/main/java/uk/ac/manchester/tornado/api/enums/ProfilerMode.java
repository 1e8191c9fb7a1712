package uk.ac.manchester.tornado.api.enums;

/** What the profiler does with its measurements. */
public enum ProfilerMode {
  /** Prints them after each execution. */
  CONSOLE,
  /** Keeps them for {@code TornadoExecutionResult.getProfilerResult()}. */
  SILENT
}
