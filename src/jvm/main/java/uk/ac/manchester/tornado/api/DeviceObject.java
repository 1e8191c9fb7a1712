package uk.ac.manchester.tornado.api;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The fields of a program's object as they are on the device: numbers, arrays, and those of the
 * objects that it holds. While a kernel runs, the object itself has them instead of its own.
 */
final class DeviceObject {

  private static final List<String> FOREIGN =
      List.of("java.", "jdk.", "sun.", "uk.ac.manchester.tornado.api.");

  private static final ClassValue<Boolean> TYPES =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return !type.isPrimitive()
              && !type.isArray()
              && !type.isHidden()
              && !type.isInterface()
              && !type.isRecord()
              && FOREIGN.stream().noneMatch(type.getName()::startsWith);
        }
      };

  /** A field of the object, or of one that it holds; its value is where the object is not. */
  private static final class Slot {
    private final Object owner;
    private final Field field;
    private Object value;

    Slot(Object owner, Field field) {
      this.owner = owner;
      this.field = field;
    }

    void allocate() throws IllegalAccessException {
      Object host = field.get(owner);
      value = field.getType().isPrimitive() ? host : DeviceData.like(host);
    }

    void exchange() throws IllegalAccessException {
      Object other = field.get(owner);
      field.set(owner, value);
      value = other;
    }

    void copyIn() throws IllegalAccessException {
      if (field.getType().isPrimitive()) {
        value = field.get(owner);
      } else {
        DeviceData.copy(field.get(owner), value);
      }
    }

    void copyOut() throws IllegalAccessException {
      if (field.getType().isPrimitive()) {
        field.set(owner, value);
      } else {
        DeviceData.copy(value, field.get(owner));
      }
    }
  }

  /** What is done with a field. */
  private interface Step {
    void apply(Slot slot) throws IllegalAccessException;
  }

  /** Of an object, as Java has it. */
  private static final int HEADER_BYTES = 12;

  private final List<Slot> slots = new ArrayList<>();
  private long bytes;

  /** Looks at the fields of an object, which are in device memory after {@link #allocate}. */
  DeviceObject(Object host) {
    try {
      collect(host, Collections.newSetFromMap(new IdentityHashMap<>()));
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException("a field was made accessible", impossible);
    }
  }

  /** Whether a program wrote a type; what it holds shows when it is looked at. */
  static boolean isType(Class<?> type) {
    return TYPES.get(type);
  }

  /** Whether all that an object holds can be in device memory. */
  static boolean isHoldable(Object host) {
    try {
      return isType(host.getClass()) && new DeviceObject(host).bytes > 0;
    } catch (UnsupportedOperationException foreign) {
      return false;
    }
  }

  /** Whether an array is a field's. */
  boolean holds(Object array) {
    Set<Object> held = Collections.newSetFromMap(new IdentityHashMap<>());
    each(slot -> held.add(slot.field.get(slot.owner)));
    return held.contains(array);
  }

  private void collect(Object owner, Set<Object> seen) throws IllegalAccessException {
    if (!seen.add(owner)) {
      return;
    }
    long size = HEADER_BYTES;
    for (Class<?> type = owner.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          collect(owner, field, seen);
          size += bytes(field.getType());
        }
      }
    }
    bytes += Math.ceilDiv(size, Long.BYTES) * Long.BYTES;
  }

  /** Of a field in Java's memory, as TornadoVM counts them. */
  private static int bytes(Class<?> type) {
    return switch (type.getName()) {
      case "boolean", "byte" -> Byte.BYTES;
      case "short", "char" -> Short.BYTES;
      case "long", "double" -> Long.BYTES;
      default -> Integer.BYTES; // references, too
    };
  }

  private void collect(Object owner, Field field, Set<Object> seen) throws IllegalAccessException {
    try {
      field.setAccessible(true);
    } catch (InaccessibleObjectException closed) {
      throw unsupported(field, closed.getMessage());
    }
    Object value = field.get(owner);
    if (value == null) {
      throw unsupported(field, "it is null");
    } else if (field.getType().isPrimitive() || DeviceData.isArray(value)) {
      slots.add(new Slot(owner, field));
      if (value instanceof TornadoNativeArray array) {
        bytes += array.getNumBytesOfSegmentWithHeader();
      } else if (!field.getType().isPrimitive()) {
        bytes += TornadoNativeArray.ARRAY_HEADER + DeviceData.segment(value).byteSize();
      }
    } else if (isType(value.getClass())) {
      collect(value, seen);
    } else {
      throw unsupported(field, "it is a " + value.getClass().getTypeName());
    }
  }

  private static UnsupportedOperationException unsupported(Field field, String reason) {
    return new UnsupportedOperationException(
        "the plain-JVM runtime cannot hold the field %s.%s in device memory: %s"
            .formatted(field.getDeclaringClass().getSimpleName(), field.getName(), reason));
  }

  DeviceObject allocate() {
    each(Slot::allocate);
    return this;
  }

  /** Gives the object the device's fields, or its own back. */
  void exchange() {
    each(Slot::exchange);
  }

  void copyIn() {
    each(Slot::copyIn);
  }

  void copyOut() {
    each(Slot::copyOut);
  }

  private void each(Step step) {
    try {
      for (Slot slot : slots) {
        step.apply(slot);
      }
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException("a field was made accessible", impossible);
    }
  }

  /**
   * Of the objects and their arrays, with headers, as TornadoVM counts them; on the way in it
   * counts those of objects in objects more than twice.
   */
  long bytes() {
    return bytes;
  }
}
