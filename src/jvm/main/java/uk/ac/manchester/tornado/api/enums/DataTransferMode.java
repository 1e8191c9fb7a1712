package uk.ac.manchester.tornado.api.enums;

/** When a task graph moves an object between host and device. */
public class DataTransferMode {
  /** Once: at the first execution of the graph in its plan. */
  public static final int FIRST_EXECUTION = 0;

  /** At each execution. */
  public static final int EVERY_EXECUTION = 1;

  /** To the host only, when the program asks the execution result for it. */
  public static final int UNDER_DEMAND = 2;

  public DataTransferMode() {}
}
