/**
 * Models as files: {@link org.tornadogru.io.Safetensors} is the format, {@link
 * org.tornadogru.io.Checkpoint} what this library keeps in it. Files are not trusted: lengths and
 * offsets are checked before anything is allocated.
 */
package org.tornadogru.io;
