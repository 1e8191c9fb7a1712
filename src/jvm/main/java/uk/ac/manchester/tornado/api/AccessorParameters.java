package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.Access;

/** Arguments of a kernel that is not compiled from Java, and what it does with each. */
public class AccessorParameters {

  private final PairAccessor[] accessors;

  public AccessorParameters(int numParameters) {
    accessors = new PairAccessor[numParameters];
  }

  public void set(int index, Object object, Access access) {
    accessors[index] = new PairAccessor(object, access);
  }

  public int numAccessors() {
    return accessors.length;
  }

  public PairAccessor getAccessor(int index) {
    return accessors[index];
  }

  /** One argument. */
  public record PairAccessor(Object object, Access access) {}
}
