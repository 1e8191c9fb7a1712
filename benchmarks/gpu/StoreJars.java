import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes jars anew without compression, since a compressed archive of all of them is much smaller
 * that way, and without the native libraries of other systems.
 *
 * <pre>java StoreJars.java DIRECTORY JAR…</pre>
 */
final class StoreJars {

  /** One date for all, so that the same jars give the same bytes. */
  private static final LocalDateTime DATE = LocalDateTime.of(2026, 1, 1, 0, 0);

  private static final Pattern LIBRARY =
      Pattern.compile(".*\\.(so|dll|dylib|jnilib|lib|pdb|plist|yml)");

  /**
   * Where jars keep libraries for several systems, a folder's name says which: Linux/x86_64,
   * linux-x64, linux/amd64.
   */
  private static final Pattern OF_A_SYSTEM =
      Pattern.compile("(?i).*(linux|win|darwin|osx|mac|freebsd|solaris|android).*/.*");

  private static final Pattern OF_THIS_SYSTEM =
      Pattern.compile(
          "(?i).*linux[/-](%s)/.*"
              .formatted(
                  System.getProperty("os.arch").equals("amd64")
                      ? "amd64|x86_64|x64|x86-64"
                      : "aarch64|arm64"));

  private StoreJars() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    for (String jar : List.of(arguments).subList(1, arguments.length)) {
      store(Path.of(jar), directory.resolve(Path.of(jar).getFileName()));
    }
  }

  private static void store(Path from, Path to) throws IOException {
    try (ZipFile jar = new ZipFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream stored = new ZipOutputStream(file)) {
      stored.setMethod(ZipOutputStream.STORED);
      for (ZipEntry entry : Collections.list(jar.entries())) {
        if (entry.isDirectory() || isForAnotherSystem(entry.getName())) {
          continue;
        }
        byte[] content;
        try (InputStream in = jar.getInputStream(entry)) {
          content = in.readAllBytes();
        }
        stored.putNextEntry(header(entry.getName(), content));
        stored.write(content);
      }
    }
  }

  private static boolean isForAnotherSystem(String name) {
    return LIBRARY.matcher(name).matches()
        && OF_A_SYSTEM.matcher(name).matches()
        && !OF_THIS_SYSTEM.matcher(name).matches();
  }

  private static ZipEntry header(String name, byte[] content) {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(DATE);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    return entry;
  }
}
