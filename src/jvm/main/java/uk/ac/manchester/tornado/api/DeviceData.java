package uk.ac.manchester.tornado.api;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.TornadoCollectionInterface;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;
import uk.ac.manchester.tornado.api.types.images.TornadoImagesInterface;
import uk.ac.manchester.tornado.api.types.matrix.TornadoMatrixInterface;
import uk.ac.manchester.tornado.api.types.vectors.TornadoVectorsInterface;
import uk.ac.manchester.tornado.api.types.volumes.TornadoVolumesInterface;

/**
 * What lives in device memory: TornadoVM's arrays and what is laid over them, Java arrays, and
 * integers that are counted by all work-items.
 */
final class DeviceData {

  /** TornadoVM puts the header of a Java object in front of an array's own. */
  private static final long OBJECT_HEADER_BYTES = 24;

  /** Real numbers of these bytes are not a number. */
  private static final byte POISON_REAL = (byte) 0xff;

  private static final Set<Class<?>> REAL =
      Set.of(
          FloatArray.class, DoubleArray.class, HalfFloatArray.class, float[].class, double[].class);

  private DeviceData() {}

  static boolean isData(Object argument) {
    return isDataType(argument.getClass());
  }

  /** Whether objects of a type live in device memory, be it here or in TornadoVM. */
  static boolean isDataType(Class<?> type) {
    return isArrayType(type) || DeviceObject.isType(type);
  }

  /** Whether it is data that this runtime can hold, other than an object with fields. */
  static boolean isArray(Object object) {
    Class<?> type = object.getClass();
    return isArrayType(type) && !(type.isArray() && !isNumeric(type.componentType()));
  }

  /** Whether it is numbers under one name. */
  static boolean isArrayType(Class<?> type) {
    return TornadoNativeArray.class.isAssignableFrom(type)
        || PrimitiveStorage.class.isAssignableFrom(type)
        || type == AtomicInteger.class
        || type.isArray();
  }

  /** Throws unless this runtime can hold the object in device memory. */
  static Object checkType(Object object) {
    Class<?> type = object.getClass();
    if (object instanceof MemorySegment) {
      throw new TornadoRuntimeException(
          "a MemorySegment cannot be device memory: make an array of it, FloatArray.fromSegment");
    }
    if (!isDataType(type) || (type.isArray() && !isNumeric(type.componentType()))) {
      throw new UnsupportedOperationException(
          "the plain-JVM runtime cannot hold a " + type.getTypeName() + " in device memory");
    }
    return object;
  }

  private static boolean isNumeric(Class<?> type) {
    return type.isPrimitive() && type != boolean.class;
  }

  /** An object of the same type and size, poisoned; only an atomic keeps its value. */
  static Object like(Object host) {
    if (host instanceof AtomicInteger atomic) {
      return new AtomicInteger(atomic.get());
    }
    Class<?> type = host.getClass();
    Object fresh;
    try {
      fresh =
          switch (host) {
            case TornadoNativeArray array ->
                type.getConstructor(int.class).newInstance(array.getSize());
            case TornadoVectorsInterface<?> vector -> type.getConstructor().newInstance();
            case PrimitiveStorage<?> storage -> type.getMethod("duplicate").invoke(storage);
            default -> Array.newInstance(type.componentType(), Array.getLength(host));
          };
    } catch (InvocationTargetException failure) {
      if (failure.getCause() instanceof OutOfMemoryError) {
        throw new TornadoOutOfMemoryException(
            "the heap has no room for %d bytes of device memory: more with java -Xmx"
                .formatted(bytes(host)));
      }
      throw new LinkageError(type + " cannot be made", failure);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError(type + " has no constructor or copy", impossible);
    }
    segment(fresh).fill(isReal(host) ? POISON_REAL : Poison.BYTE);
    return fresh;
  }

  private static boolean isReal(Object object) {
    return REAL.contains(object.getClass())
        || (object instanceof PrimitiveStorage<?> storage
            && (storage.asBuffer() instanceof FloatBuffer
                || storage.asBuffer() instanceof DoubleBuffer
                || storage.getClass().getSimpleName().contains("Half")));
  }

  /** Bytes of device memory, header included. */
  static long bytes(Object object) {
    if (object instanceof DeviceObject fields) {
      return fields.bytes();
    }
    if (DeviceObject.isType(object.getClass())) {
      return new DeviceObject(object).bytes();
    }
    return headerBytes(object) + segment(object).byteSize();
  }

  /** How many elements there are, and of how many bytes. */
  static List<Long> shape(Object object) {
    long size =
        switch (object) {
          case TornadoNativeArray array -> array.getSize();
          case PrimitiveStorage<?> storage -> storage.size();
          case AtomicInteger atomic -> 1;
          default -> Array.getLength(object);
        };
    return List.of(size, segment(object).byteSize() / Math.max(1, size));
  }

  /** Bytes in front of the elements, as TornadoVM counts them. */
  static long headerBytes(Object object) {
    return object instanceof TornadoNativeArray
        ? TornadoNativeArray.ARRAY_HEADER
        : OBJECT_HEADER_BYTES + TornadoNativeArray.ARRAY_HEADER;
  }

  /** Copies all elements. */
  static void copy(Object from, Object to) {
    if (from instanceof AtomicInteger atomic) {
      ((AtomicInteger) to).set(atomic.get());
    } else {
      segment(to).copyFrom(segment(from));
    }
  }

  /** The elements themselves. */
  static MemorySegment segment(Object object) {
    return switch (object) {
      case TornadoNativeArray array -> array.getSegment();
      case TornadoCollectionInterface<?> vectors -> vectors.getSegment();
      case TornadoMatrixInterface<?> matrix -> matrix.getSegment();
      case TornadoImagesInterface<?> image -> image.getSegment();
      case TornadoVolumesInterface<?> volume -> volume.getSegment();
      case PrimitiveStorage<?> vector -> MemorySegment.ofBuffer(vector.asBuffer());
      case byte[] bytes -> MemorySegment.ofArray(bytes);
      case short[] shorts -> MemorySegment.ofArray(shorts);
      case char[] chars -> MemorySegment.ofArray(chars);
      case int[] ints -> MemorySegment.ofArray(ints);
      case long[] longs -> MemorySegment.ofArray(longs);
      case float[] floats -> MemorySegment.ofArray(floats);
      case double[] doubles -> MemorySegment.ofArray(doubles);
      case AtomicInteger atomic -> MemorySegment.ofArray(new int[1]); // its bytes: see copy
      default -> throw new IllegalArgumentException("not device data: " + object);
    };
  }
}
