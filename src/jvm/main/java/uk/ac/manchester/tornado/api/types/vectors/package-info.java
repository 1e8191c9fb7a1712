/**
 * Vectors of 4, 8 and 16 floats for use inside kernels. Absent are the methods that TornadoVM gets
 * wrong, such as the reduction {@code max(Float16)}, which never returns a negative number.
 */
package uk.ac.manchester.tornado.api.types.vectors;
