package org.tornadogru.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives of Keras: what is in them, and the archive itself. */
final class ZipMutator {

  private static final Pattern SIGNATURE =
      Pattern.compile("PK(\u0001\u0002|\u0003\u0004|\u0005\u0006)");

  private final Hdf5Mutator weights = new Hdf5Mutator();
  private final IdentityHashMap<byte[], Map<String, byte[]>> known = new IdentityHashMap<>();

  byte[] mutated(byte[] file, SplittableRandom random) throws IOException {
    if (!known.containsKey(file)) {
      known.put(file, KerasCodecTest.entries(file));
    }
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>(known.get(file).entrySet());
    int at = random.nextInt(entries.size());
    String name = entries.get(at).getKey();
    byte[] content = entries.get(at).getValue();
    boolean again = false;
    switch (random.nextInt(12)) {
      case 0 -> entries.remove(at);
      case 1 ->
          entries.set(at, Map.entry(name, entries.get(random.nextInt(entries.size())).getValue()));
      case 2 -> entries.add(Map.entry("x" + name.substring(1), content));
      case 3 -> entries.set(at, Map.entry(name, zip(entries, 1))); // an archive in itself
      case 4 -> {
        entries.add(Map.entry("Z" + name.substring(1), content));
        again = true;
      }
      default ->
          entries.set(
              at,
              Map.entry(
                  name,
                  name.endsWith(".h5")
                      ? weights.mutated(content, random)
                      : JsonMutator.mutated(content, random)));
    }
    byte[] bytes = zip(entries, random.nextInt(2));
    if (again) { // under a name that is there already, which the writer would refuse
      bytes =
          new String(bytes, ISO_8859_1).replace("Z" + name.substring(1), name).getBytes(ISO_8859_1);
    }
    return random.nextInt(4) == 0 ? field(bytes, random) : bytes;
  }

  /** A length, a place, a method or a flag of the archive becomes another. */
  private static byte[] field(byte[] bytes, SplittableRandom random) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Matcher matcher = SIGNATURE.matcher(new String(bytes, ISO_8859_1));
    while (matcher.find()) {
      int at = matcher.start() + random.nextInt(4, 22);
      if (random.nextInt(3) == 0 && at + 4 <= bytes.length) {
        if (random.nextBoolean()) {
          buffer.putShort(at, (short) Mutator.number(buffer.getShort(at), random));
        } else {
          buffer.putInt(at, (int) Mutator.number(buffer.getInt(at), random));
        }
      }
    }
    return bytes;
  }

  private static byte[] zip(List<Map.Entry<String, byte[]>> entries, int level) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(level);
      for (Map.Entry<String, byte[]> entry : entries) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }
}
