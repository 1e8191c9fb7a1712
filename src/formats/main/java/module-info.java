/** Models of PyTorch, ONNX and Keras: a file, and a model. */
@SuppressWarnings({"requires-automatic", "module"}) // modules in all but name; series comes later
module org.tornadogru.formats {
  requires transitive org.tornadogru;
  requires com.fasterxml.jackson.databind;
  requires com.google.protobuf;
  requires io.jhdf;
  requires org.tribuo.util.onnx;

  exports org.tornadogru.formats;
  exports org.tornadogru.formats.onnx to
      org.tornadogru.series;
}
