/** Models of PyTorch, ONNX and Keras: a file, and a model. */
@SuppressWarnings("requires-automatic") // modules in all but name
module org.tornadogru.formats {
  requires transitive org.tornadogru;
  requires com.fasterxml.jackson.databind;
  requires com.google.protobuf;
  requires io.jhdf;
  requires org.tribuo.util.onnx;

  exports org.tornadogru.formats;
}
