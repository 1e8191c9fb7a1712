/** Signatures of TornadoVM's runtime to compile with; they are not part of the artifact. */
package uk.ac.manchester.tornado.runtime.library.spi;
