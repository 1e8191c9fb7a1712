package uk.ac.manchester.tornado.runtime.common;

/** A device of TornadoVM's runtime: a signature to compile with. */
public interface TornadoXPUDevice {}
