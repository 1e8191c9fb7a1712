/** Matrices and stacks of them, row-major. */
package uk.ac.manchester.tornado.api.types.matrix;
