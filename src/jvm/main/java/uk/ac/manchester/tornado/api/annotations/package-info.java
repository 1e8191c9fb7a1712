/** Marks that a kernel carries: parallel loops and reductions. */
package uk.ac.manchester.tornado.api.annotations;
