/**
 * Models as files. {@link org.tornadogru.formats.ModelFormat} reads and writes a {@link
 * org.tornadogru.formats.GruModel} in any of the formats: PyTorch's tensors as safetensors, ONNX,
 * Keras. {@link org.tornadogru.formats.Safetensors} is the format of our own files, {@link
 * org.tornadogru.formats.Checkpoint} the language model that this library keeps in it.
 *
 * <p>Files are not trusted: lengths and offsets are checked before anything is allocated, and
 * whatever is wrong with one ends in an {@link org.tornadogru.nn.InvalidInputException}.
 */
package org.tornadogru.formats;
