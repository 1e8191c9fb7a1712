/**
 * Arrays of vectors. Absent are the methods that TornadoVM gets wrong, such as {@code
 * VectorFloat16.max()}, which starts from zero.
 */
package uk.ac.manchester.tornado.api.types.collections;
