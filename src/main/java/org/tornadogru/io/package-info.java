/**
 * Models as files. {@link org.tornadogru.io.ModelFormat} reads and writes a {@link
 * org.tornadogru.io.GruModel} in any of the formats: PyTorch's tensors as safetensors, ONNX, Keras.
 * {@link org.tornadogru.io.Safetensors} is the format of our own files, {@link
 * org.tornadogru.io.Checkpoint} the language model that this library keeps in it.
 *
 * <p>Files are not trusted: lengths and offsets are checked before anything is allocated, and
 * whatever is wrong with one ends in an {@link org.tornadogru.InvalidInputException}.
 */
package org.tornadogru.io;
