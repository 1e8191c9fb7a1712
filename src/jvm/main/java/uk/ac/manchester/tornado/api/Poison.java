package uk.ac.manchester.tornado.api;

/**
 * What memory holds that nobody wrote, so that whoever reads it sees it: floating-point numbers are
 * NaN. An integer is far out of any index range, and odd: small factors do not lead it to zero, nor
 * into such a range.
 */
final class Poison {

  static final long LONG = 0x9e3779b97f4a7c15L;
  static final int INT = 0x9e3779b1;
  static final short SHORT = (short) 0x9e37;
  static final byte BYTE = (byte) 0x9d;

  private Poison() {}
}
