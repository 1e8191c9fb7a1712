package org.tornadogru.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that Maven wrote into the jar. */
final class Version implements IVersionProvider {

  private static final String PROPERTIES =
      "/META-INF/maven/org.tornadogru/tornado-gru-app/pom.properties";

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {"tornado-gru %s (Java %s)".formatted(version(), Runtime.version())};
  }

  private static String version() throws IOException {
    try (InputStream in = Version.class.getResourceAsStream(PROPERTIES)) {
      if (in == null) {
        return "not from a jar";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    }
  }
}
