package uk.ac.manchester.tornado.api;

/** Bytes that crossed between host and device. */
final class Traffic {
  long bytesIn;
  long bytesOut;
}
