package uk.ac.manchester.tornado.api;

/** How many work-items run a task and how they form work-groups; arrays hold x, y and z. */
public interface WorkerGrid {

  int dimension();

  /** Work-items. */
  long[] getGlobalWork();

  /** Work-items of one group, or null: the runtime chooses. */
  long[] getLocalWork();

  /** Null while the size of a group is not set. */
  long[] getNumberOfWorkgroups();

  long[] getGlobalOffset();

  void setGlobalWork(long x, long y, long z);

  void setLocalWork(long x, long y, long z);

  void setNumberOfWorkgroupsToNull();

  void setLocalWorkToNull();

  void setGlobalOffset(long x, long y, long z);
}
