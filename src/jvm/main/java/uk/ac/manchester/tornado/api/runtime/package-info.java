/** Entry point to the runtime, and the runtime itself: one backend, one device, this JVM. */
package uk.ac.manchester.tornado.api.runtime;
