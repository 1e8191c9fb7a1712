/** A device's memory. */
package uk.ac.manchester.tornado.api.memory;
