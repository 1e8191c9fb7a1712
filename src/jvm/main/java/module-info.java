/**
 * TornadoVM's API on a plain JVM. The module has the name of TornadoVM's own, so that a module
 * which requires it runs on either; it exports what of that module's packages is here.
 */
module tornado.api {
  exports uk.ac.manchester.tornado.api;
  exports uk.ac.manchester.tornado.api.annotations;
  exports uk.ac.manchester.tornado.api.common;
  exports uk.ac.manchester.tornado.api.enums;
  exports uk.ac.manchester.tornado.api.exceptions;
  exports uk.ac.manchester.tornado.api.math;
  exports uk.ac.manchester.tornado.api.memory;
  exports uk.ac.manchester.tornado.api.profiler;
  exports uk.ac.manchester.tornado.api.runtime;
  exports uk.ac.manchester.tornado.api.types;
  exports uk.ac.manchester.tornado.api.types.arrays;
  exports uk.ac.manchester.tornado.api.types.collections;
  exports uk.ac.manchester.tornado.api.types.common;
  exports uk.ac.manchester.tornado.api.types.images;
  exports uk.ac.manchester.tornado.api.types.matrix;
  exports uk.ac.manchester.tornado.api.types.utils;
  exports uk.ac.manchester.tornado.api.types.volumes;
  exports uk.ac.manchester.tornado.api.utils;
  exports uk.ac.manchester.tornado.api.types.vectors;
}
