/**
 * Gated recurrent units as task graphs of TornadoVM. What is not exported may change at any time.
 */
@SuppressWarnings("module") // formats comes later, and tornado.runtime with TornadoVM
module org.tornadogru {
  requires tornado.api;
  requires java.net.http;
  requires static jdk.incubator.vector;

  exports org.tornadogru;
  exports org.tornadogru.device;
  exports org.tornadogru.nn;
  exports org.tornadogru.optim;
  exports org.tornadogru.text;
  exports org.tornadogru.train;
  exports org.tornadogru.file to
      org.tornadogru.formats,
      org.tornadogru.series;

  // TornadoVM looks into the references to kernels for the methods to compile.
  opens org.tornadogru.graph to
      tornado.runtime;
  opens org.tornadogru.kernels to
      tornado.runtime;
  opens org.tornadogru.kernels.library to
      tornado.runtime;
  opens org.tornadogru.kernels.wide to
      tornado.runtime;
  opens org.tornadogru.kernels.workgroup to
      tornado.runtime;
}
