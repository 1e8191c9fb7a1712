package org.tornadogru.published;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published has the same bytes when it is built again, later and elsewhere. */
class ReproducibleIT {

  private static final List<String> MODULES =
      List.of("src/jvm", "src/core", "src/formats", "src/series", "src/cublas", "src/app");

  @TempDir private Path again;

  @Test
  void theSameSourcesGiveTheSameJars() throws Exception {
    Published.assertSameWhenBuiltAgain(again, List.of("checked"), MODULES, MODULES);
  }
}
