package org.tornadogru.graph;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Rows of a buffer, from one of them on: a walk's outputs are its states without the initial one.
 *
 * @param array [rows][columns], the columns known to who made it
 * @param first the first row
 */
record Rows(FloatArray array, int first) {

  /** All rows of a buffer. */
  static Rows of(FloatArray array) {
    return new Rows(array, 0);
  }
}
