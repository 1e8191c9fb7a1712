package uk.ac.manchester.tornado.api.enums;

/** Sizes of matrices that a SIMD group multiplies at once: rows, columns, depth. */
public enum MMAShape {
  M16N8K16("m16n8k16"),
  M16N8K32("m16n8k32");

  private final String ptxName;

  MMAShape(String ptxName) {
    this.ptxName = ptxName;
  }

  public String getPtxName() {
    return ptxName;
  }
}
