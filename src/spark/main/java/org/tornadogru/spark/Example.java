package org.tornadogru.spark;

import java.io.Serializable;

/**
 * A row to learn from.
 *
 * @param sequence what goes in
 * @param classes [T], or [1] for one label per sequence, negative where there is none; null for
 *     values
 * @param values [T][O], or [1][O]; null for classes
 * @param validates whether it is measured, not learned from
 */
@SuppressWarnings("ArrayRecordComponent") // travels, and is never compared
record Example(Sequence sequence, int[] classes, float[][] values, boolean validates)
    implements Serializable {}
