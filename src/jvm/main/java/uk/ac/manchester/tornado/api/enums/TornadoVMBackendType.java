package uk.ac.manchester.tornado.api.enums;

/** What a kernel is compiled to; {@code JAVA} is not compiled at all and runs on this JVM. */
public enum TornadoVMBackendType {
  OPENCL,
  METAL,
  PTX,
  CUDA,
  SPIRV,
  JAVA,
  VIRTUAL
}
