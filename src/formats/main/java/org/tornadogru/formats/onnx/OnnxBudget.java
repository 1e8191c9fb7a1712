package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.nn.InvalidInputException;

/**
 * Counts what the parser would make objects of, before it does: a message of two bytes becomes one
 * of a hundred.
 */
final class OnnxBudget {

  /**
   * All that is no number: messages, texts, fields that nobody knows; a node has about ten, a GRU's
   * model hundreds.
   */
  private static final int MOST_PARTS = 100_000;

  /** A tensor of an attribute of a node of the graph is four deep. */
  private static final int DEEPEST = 16;

  /** Bytes that a number of a list may take while the list grows. */
  private static final int OF_NUMBER = 2 * Long.BYTES;

  private final CodedInputStream in;
  private int parts;
  private long numbers;

  private OnnxBudget(CodedInputStream in) {
    this.in = in;
  }

  /**
   * Refuses a model of too many parts, or of more numbers than there is memory for: they may have a
   * byte each.
   *
   * @throws IOException if the bytes are no message
   */
  static void check(byte[] model) throws IOException {
    OnnxBudget budget = new OnnxBudget(CodedInputStream.newInstance(model));
    budget.count(ModelProto.getDescriptor(), 0);
    FileBytes.requireRoom(model.length + OF_NUMBER * budget.numbers);
  }

  /** The parser keeps a field of another type than it should be, and constants that it has not. */
  private static boolean isNumber(FieldDescriptor field, int type) {
    return field != null
        && field.getLiteType().getWireType() == type
        && field.getJavaType() != FieldDescriptor.JavaType.ENUM;
  }

  private static boolean isVariable(FieldDescriptor.JavaType type) {
    return type == FieldDescriptor.JavaType.INT || type == FieldDescriptor.JavaType.LONG;
  }

  private void count(Descriptor message, int depth) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      FieldDescriptor field = message.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      int type = WireFormat.getTagWireType(tag);
      boolean length = type == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if ((length || !isNumber(field, type)) && ++parts > MOST_PARTS) {
        throw new InvalidInputException("it has more parts than a GRU needs, or is damaged");
      }
      if (field != null && length && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        if (depth == DEEPEST) {
          throw new InvalidInputException("its parts are nested too deeply, or it is damaged");
        }
        int limit = in.pushLimit(in.readRawVarint32());
        count(field.getMessageType(), depth + 1);
        in.popLimit(limit);
      } else {
        int before = in.getTotalBytesRead();
        in.skipField(tag);
        if (field != null && field.isRepeated() && isVariable(field.getJavaType())) {
          numbers += in.getTotalBytesRead() - before;
        }
      }
    }
  }
}
