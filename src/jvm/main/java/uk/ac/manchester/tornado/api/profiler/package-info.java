/** Measurements of an execution. */
package uk.ac.manchester.tornado.api.profiler;
