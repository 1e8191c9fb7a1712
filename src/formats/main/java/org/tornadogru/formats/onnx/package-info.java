/** Models of ONNX: graphs of GRU nodes and what usually surrounds them. */
package org.tornadogru.formats.onnx;
