/**
 * Models as files. {@link org.tornadogru.formats.ModelFormat} reads and writes a {@link
 * org.tornadogru.formats.GruModel} in any of the formats: PyTorch's tensors as safetensors, which
 * is the format of our own files, ONNX, Keras. {@link org.tornadogru.formats.Safetensors} is for
 * tensors of any kind.
 *
 * <p>Files are not trusted: lengths and offsets are checked before anything is allocated, and
 * whatever is wrong with one ends in an {@link org.tornadogru.nn.InvalidInputException}.
 */
package org.tornadogru.formats;
