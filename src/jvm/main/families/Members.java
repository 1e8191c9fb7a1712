/** Members of an array that its sibling of floats does not have. */
enum Members {
  HALVES(
      """
      import java.lang.foreign.ValueLayout;
      import uk.ac.manchester.tornado.api.types.HalfFloat;
      """,
      """

        /** The half in two bytes, the first of which has an even index. */
        public HalfFloat getHalfFloat(int byteIndex) {
          checkEven(byteIndex);
          return new HalfFloat(elements.get(ValueLayout.JAVA_SHORT_UNALIGNED, byteIndex));
        }

        /** Sets two bytes, the first of which has an even index. */
        public void setHalfFloat(int byteIndex, HalfFloat value) {
          checkEven(byteIndex);
          elements.set(ValueLayout.JAVA_SHORT_UNALIGNED, byteIndex, value.getHalfFloatValue());
        }

        private static void checkEven(int byteIndex) {
          if (byteIndex % 2 != 0) {
            throw new IllegalArgumentException("a half begins at an even index, not " + byteIndex);
          }
        }
      """),
  BFLOAT16(
      """
      import uk.ac.manchester.tornado.api.types.BFloat16;
      """,
      """

        /** A copy of elements' bits. */
        public static BFloat16Array fromShorts(short... values) {
          BFloat16Array array = new BFloat16Array(values.length);
          System.arraycopy(values, 0, array.storage, HEADER, values.length);
          return array;
        }

        /** The elements nearest to the values. */
        public static BFloat16Array fromFloats(float... values) {
          BFloat16Array array = new BFloat16Array(values.length);
          for (int i = 0; i < values.length; i++) {
            array.setFloat(i, values[i]);
          }
          return array;
        }

        /** A copy of the elements' bits. */
        public short[] toShortArray() {
          return Arrays.copyOfRange(storage, HEADER, storage.length);
        }

        public float getFloat(int index) {
          return BFloat16.bf16ToFloat(get(index));
        }

        public void setFloat(int index, float value) {
          set(index, BFloat16.bf16FromFloat(value));
        }
      """),
  FP8(
      """
      import uk.ac.manchester.tornado.api.types.FP8;
      """,
      """

        public static FP8Array fromFloatsE4M3(float... values) {
          FP8Array array = new FP8Array(values.length);
          for (int i = 0; i < values.length; i++) {
            array.setE4M3(i, values[i]);
          }
          return array;
        }

        public static FP8Array fromFloatsE5M2(float... values) {
          FP8Array array = new FP8Array(values.length);
          for (int i = 0; i < values.length; i++) {
            array.setE5M2(i, values[i]);
          }
          return array;
        }

        public float getE4M3(int index) {
          return FP8.e4m3ToFloat(get(index));
        }

        public void setE4M3(int index, float value) {
          set(index, FP8.e4m3FromFloat(value));
        }

        public float getE5M2(int index) {
          return FP8.e5m2ToFloat(get(index));
        }

        public void setE5M2(int index, float value) {
          set(index, FP8.e5m2FromFloat(value));
        }
      """);

  final String imports;
  final String text;

  Members(String imports, String text) {
    this.imports = imports;
    this.text = text;
  }
}
