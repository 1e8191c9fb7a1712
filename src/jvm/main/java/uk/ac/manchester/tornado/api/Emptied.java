package uk.ac.manchester.tornado.api;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Deque;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;

/** Objects without what they hold, until this is closed: what looks into them fails at once. */
final class Emptied implements AutoCloseable {

  private record Kept(Object owner, Field field, Object value) {}

  private final Deque<Kept> kept = new ArrayDeque<>();
  private boolean complete = true;

  Emptied(Object... objects) {
    for (Object object : objects) {
      complete &= object == null || isNumber(object) || empty(object);
    }
  }

  private static boolean isNumber(Object object) {
    return object instanceof Number || object instanceof Boolean || object instanceof Character;
  }

  /** Whether all of them are empty. */
  boolean isComplete() {
    return complete;
  }

  private boolean empty(Object object) {
    try {
      for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())) {
            empty(object, field);
          }
        }
      }
      return !object.getClass().isArray();
    } catch (IllegalAccessException | InaccessibleObjectException closed) {
      return false;
    }
  }

  private void empty(Object object, Field field) throws IllegalAccessException {
    field.setAccessible(true);
    boolean number = field.getType().isPrimitive();
    if (number && Modifier.isFinal(field.getModifiers())) {
      return; // nobody changes it
    }
    Object value = field.get(object);
    if (!number) {
      field.set(object, null);
    }
    kept.push(new Kept(object, field, value));
  }

  /** Gives them back what they held, numbers too. */
  @Override
  public void close() {
    for (Kept each : kept) {
      try {
        each.field.set(each.owner, each.value);
      } catch (IllegalAccessException impossible) {
        throw new TornadoInternalError(impossible);
      }
    }
  }
}
