package org.tornadogru.formats.codec;

import java.nio.file.Path;
import java.util.Optional;
import org.tornadogru.formats.ReadOptions;

/**
 * Where a model is read from.
 *
 * @param bytes of a whole file, which nobody has checked
 * @param folder that the file lies in, for formats that put weights beside it; empty if there is
 *     none
 * @param options what the file may leave open
 */
public record ModelSource(FileBytes bytes, Optional<Path> folder, ReadOptions options) {}
