/**
 * Gated recurrent units as task graphs of TornadoVM. What is not exported may change at any time.
 */
@SuppressWarnings("module") // formats comes later
module org.tornadogru {
  requires tornado.api;
  requires java.net.http;
  requires static jdk.incubator.vector;

  exports org.tornadogru;
  exports org.tornadogru.device;
  exports org.tornadogru.nn;
  exports org.tornadogru.text;
  exports org.tornadogru.train;
  exports org.tornadogru.file to
      org.tornadogru.formats;
  exports org.tornadogru.graph;
}
