package org.tornadogru.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.nn.Refusals;
import org.tornadogru.nn.Tensor;

class SafetensorsTest {

  static final Safetensors CONTENT =
      new Safetensors(
          Map.of("symbols", "[\" \",\"é\",\"\\\"\"]"),
          List.of(
              new Tensor("weight", List.of(2, 3), new float[] {1, -2.5f, 3e-38f, 4, 3e38f, -0f}),
              new Tensor("scalar", List.of(), new float[] {7}),
              new Tensor("empty", List.of(0, 4), new float[0])));

  @TempDir private Path temporary;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = temporary.resolve("a.safetensors");

    CONTENT.write(file);

    assertSame(Safetensors.read(file), CONTENT);
  }

  @Test
  void theBytesAreThoseOfTheFormat() throws IOException {
    byte[] bytes =
        bytes(new Safetensors(Map.of(), List.of(new Tensor("a", List.of(1), new float[] {1}))));

    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(file.getLong()).isEqualTo(56);
    byte[] start = new byte[56];
    file.get(start);
    assertThat(new String(start, UTF_8)).isEqualTo(header + " ".repeat(56 - header.length()));
    assertThat(file.getFloat()).isEqualTo(1f);
    assertThat(file.hasRemaining()).isFalse();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                                     | no JSON object",
        "{\"a\"                                                                 | not JSON",
        "{} {}                                                                  | not JSON",
        "{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}       | 'I64' but only [F32, F64, F16, BF16]",
        "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}                         | no dtype",
        "{\"a\":5}                                                              | no dtype",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}                     | no shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}      | impossible shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}     | impossible shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,8]}} | more than 2^31",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}                              | no data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}} | no data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":{\"0\":0,\"1\":8}}} | no data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}       | another number of bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}       | another number of bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}      | ends at byte 12 of the values but the file has 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}       | begins at byte 4 of the values: expected 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}       | 4 bytes after its last tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | without gap or overlap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | a name twice",
        "{\"__metadata__\":{\"k\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | metadata 'k' is not text",
        "{\"__metadata__\":[],\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | metadata is no JSON object"
      })
  void everyDefectOfTheHeaderIsNamed(String header, String message) {
    assertRefused(file(header.strip().length(), header.strip()), message);
  }

  @Test
  void aHeaderLengthBeyondTheFileIsRefused() {
    assertRefused(file(3, "{}x"), "not JSON");
    assertRefused(file(1L << 53, "{}"), "header says 9007199254740992 bytes but the file has 18");
    assertRefused(file(-1, "{}"), "header says 18446744073709551615 bytes but the file has 18");
    assertRefused(new byte[7], "it has 7 bytes");
    assertRefused(new byte[0], "it has 0 bytes");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() {
    byte[] bytes = file(2, "{}");
    bytes[8] = (byte) 0xff;

    assertRefused(bytes, "not UTF-8");
  }

  @Test
  void aDeepOrLongHeaderIsRefusedRatherThanOverflowing() {
    String deep = "[".repeat(100_000);
    assertRefused(file(deep.length(), deep), "its header is longer or deeper than");
    String name = "\n\u001b" + "n".repeat(10_000);
    String odd = "{\"" + name.replace("\n", "\\n").replace("\u001b", "\\u001b") + "\":1}";
    assertRefused(file(odd.length(), odd), "tensor '\\u000a\\u001bnnn");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = bytes(CONTENT);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      Refusals.assertRefused(() -> Safetensors.parse(FileBytes.of(part)));
    }
  }

  @Test
  void aDirectoryOrNothingIsNoModel() {
    Refusals.assertRefused(() -> Safetensors.read(temporary), "there is no model file");
  }

  @Test
  void aFileBeingReplacedIsNotHeldOpen() throws IOException {
    Path file = temporary.resolve("a.safetensors");
    CONTENT.write(file);
    Safetensors read = Safetensors.read(file);
    Files.delete(file);

    assertSame(read, CONTENT);
  }

  private static void assertRefused(byte[] bytes, String message) {
    Refusals.assertRefused(() -> Safetensors.parse(FileBytes.of(bytes)), message);
  }

  /** A file with this header and 8 bytes of values. */
  private static byte[] file(long headerLength, String header) {
    byte[] text = header.getBytes(UTF_8);
    return ByteBuffer.allocate(16 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerLength)
        .put(text)
        .array();
  }

  static byte[] bytes(Safetensors content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.writeTo(out);
    return out.toByteArray();
  }

  private static void assertSame(Safetensors actual, Safetensors expected) {
    assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
  }
}
