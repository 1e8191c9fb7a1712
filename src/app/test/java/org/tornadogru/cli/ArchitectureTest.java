package org.tornadogru.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import uk.ac.manchester.tornado.api.KernelContext;

/** Dependencies point one way: from the command line down to the kernels. */
@ArchTag("sources")
@AnalyzeClasses(packages = "org.tornadogru", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("org.tornadogru.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule KERNELS_KNOW_ARRAYS_AND_NOTHING_ELSE =
      classes()
          .that()
          .resideInAPackage("..kernels..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "org.tornadogru.kernels..",
                      "java..",
                      "jdk.incubator.vector..",
                      "uk.ac.manchester.tornado.api.annotations..",
                      "uk.ac.manchester.tornado.api.common..",
                      "uk.ac.manchester.tornado.api.math..",
                      "uk.ac.manchester.tornado.api.types..")
                  .or(type(KernelContext.class)));

  @ArchTest
  static final ArchRule ONLY_GRAPH_AND_DEVICE_KNOW_TASK_GRAPHS =
      noClasses()
          .that()
          .resideOutsideOfPackages("..graph..", "..device..", "..kernels..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "uk.ac.manchester.tornado.api",
              "uk.ac.manchester.tornado.api.runtime..",
              "uk.ac.manchester.tornado.api.common..",
              "uk.ac.manchester.tornado.api.enums..");

  @ArchTest
  static final ArchRule NOBODY_CALLS_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage("..cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..cli..");

  @ArchTest
  static final ArchRule THE_LOWER_LAYERS_DO_NOT_KNOW_THE_GRAPHS =
      noClasses()
          .that()
          .resideInAnyPackage("..kernels..", "..nn..", "..device..", "..text..", "..io..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..graph..", "..train..", "..generate..", "..report..", "..cli..");

  @ArchTest
  static final ArchRule VALUES_DEPEND_ON_NOTHING_ELSE =
      noClasses()
          .that()
          .resideInAPackage("org.tornadogru.nn..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.tornadogru..", "uk.ac.manchester..")
                  .and(not(resideInAPackage("org.tornadogru.nn.."))));

  @ArchTest
  static final ArchRule FILES_AND_MODELS_KNOW_NO_DEVICE =
      noClasses()
          .that()
          .resideInAPackage("org.tornadogru.formats..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.tornadogru..", "uk.ac.manchester..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "org.tornadogru.formats..",
                              "org.tornadogru.nn..",
                              "org.tornadogru.text..",
                              "org.tornadogru.file.."))));

  @ArchTest
  static final ArchRule NO_STATIC_MUTABLE_STATE =
      fields().that().areStatic().and().areNotPrivate().should().beFinal();
}
