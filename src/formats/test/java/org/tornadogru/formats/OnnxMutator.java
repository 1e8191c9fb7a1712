package org.tornadogru.formats;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** ONNX models, message by message. */
final class OnnxMutator {

  private final SplittableRandom random;
  private final List<Message> messages = new ArrayList<>();
  private final List<String> texts = new ArrayList<>(List.of("x", ""));

  private OnnxMutator(SplittableRandom random) {
    this.random = random;
  }

  static byte[] mutated(byte[] file, SplittableRandom random) throws IOException {
    OnnxMutator mutator = new OnnxMutator(random);
    ModelProto.Builder model = ModelProto.parseFrom(file).toBuilder();
    mutator.collect(model.build());
    for (int change = random.nextInt(1, 5); change > 0; change--) {
      mutator.change(model);
    }
    byte[] bytes = model.build().toByteArray();
    return random.nextInt(10) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 8)) : bytes;
  }

  private void collect(Message message) {
    messages.add(message);
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      List<?> values = field.getValue() instanceof List<?> list ? list : List.of(field.getValue());
      for (Object value : values) {
        switch (value) {
          case Message inner -> collect(inner);
          case String text -> texts.add(text);
          default -> {
            // Numbers.
          }
        }
      }
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Changes a field of the message, or of one within. */
  private void change(Message.Builder message) {
    List<FieldDescriptor> present = new ArrayList<>(message.getAllFields().keySet());
    if (present.isEmpty() || random.nextInt(20) == 0) {
      add(message, any(message.getDescriptorForType().getFields()));
      return;
    }
    FieldDescriptor field = any(present);
    boolean list = field.isRepeated();
    int size = list ? message.getRepeatedFieldCount(field) : 0;
    if (field.getJavaType() == JavaType.MESSAGE && random.nextInt(4) > 0) {
      change(
          list
              ? message.getRepeatedFieldBuilder(field, random.nextInt(size))
              : message.getFieldBuilder(field));
      return;
    }
    if (!list) {
      if (random.nextInt(4) == 0) {
        message.clearField(field);
      } else {
        message.setField(field, changed(field, message.getField(field)));
      }
      return;
    }
    int at = random.nextInt(size);
    Object value = message.getRepeatedField(field, at);
    switch (random.nextInt(5)) {
      case 0 -> {
        List<Object> rest = new ArrayList<>((List<?>) message.getField(field));
        rest.remove(at);
        message.setField(field, rest);
      }
      case 1 -> message.addRepeatedField(field, value);
      case 2 -> {
        int other = random.nextInt(size);
        message.setRepeatedField(field, at, message.getRepeatedField(field, other));
        message.setRepeatedField(field, other, value);
      }
      default -> message.setRepeatedField(field, at, changed(field, value));
    }
  }

  private void add(Message.Builder message, FieldDescriptor field) {
    Object usual =
        field.getJavaType() == JavaType.MESSAGE
            ? message.newBuilderForField(field).build()
            : field.isRepeated() ? none(field) : field.getDefaultValue();
    if (field.isRepeated()) {
      message.addRepeatedField(field, changed(field, usual));
    } else {
      message.setField(field, changed(field, usual));
    }
  }

  private static Object none(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0d;
      case BOOLEAN -> false;
      case STRING -> "";
      case BYTE_STRING -> ByteString.EMPTY;
      case ENUM -> field.getEnumType().getValues().getFirst();
      case MESSAGE -> throw new IllegalStateException("messages have builders");
    };
  }

  private Object changed(FieldDescriptor field, Object value) {
    return switch (value) {
      case Integer number -> (int) Mutator.number(number, random);
      case Long number -> Mutator.number(number, random);
      case Float number -> any(List.of(Float.NaN, -number, Float.MAX_VALUE, 0f));
      case Double number -> any(List.of(Double.NaN, -number, 1e300));
      case String text -> Mutator.text(text, texts, random);
      case ByteString bytes -> changed(bytes);
      case EnumValueDescriptor constant -> any(constant.getType().getValues());
      case Message message -> {
        List<Message> others =
            messages.stream()
                .filter(other -> other.getDescriptorForType() == message.getDescriptorForType())
                .toList();
        yield others.isEmpty() ? message : any(others);
      }
      default -> throw new IllegalStateException(field + " is " + value);
    };
  }

  private ByteString changed(ByteString bytes) {
    return switch (random.nextInt(4)) {
      case 0 -> ByteString.EMPTY;
      case 1 -> bytes.concat(bytes);
      case 2 -> bytes.substring(0, bytes.size() / 2);
      default -> ByteString.copyFromUtf8(any(texts));
    };
  }
}
