package io.gatewaywasm.testsupport;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.tools.ToolProvider;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Knots}, with classes that each test compiles.
 */
class KnotsTests {

	/** A sealed type with six permitted types that it names. */
	private static final String SUM = """
			sealed interface Sum permits R0, R1, R2, R3, R4, R5 { Sum[] ALL = { new R0(null), new R1(null), new R2(null),
				new R3(null), new R4(null), new R5(null) }; }
			"""
			+ numbered(6, "record R%d(Sum next) implements Sum { }");

	@TempDir
	private Path directory;

	@Test
	void cycleOfSixClassesIsFound() throws Exception {
		assertThat(tooLarge(cycle(6))).containsExactly(Set.of("p.C0", "p.C1", "p.C2", "p.C3", "p.C4", "p.C5"));
	}

	@Test
	void cycleOfFiveClassesIsNotFound() throws Exception {
		assertThat(tooLarge(cycle(5))).isEmpty();
	}

	@Test
	void classesOutsideTheCycleDoNotCount() throws Exception {
		assertThat(tooLarge(cycle(5) + "class User { C0 first; Last last; } class Last { }")).isEmpty();
	}

	@Test
	void cyclesThatShareOneClassAreOne() throws Exception {
		assertThat(tooLarge("class Hub { A a; D d; } class A { B b; } class B { Hub hub; }"
				+ "class D { E e; } class E { F f; } class F { Hub hub; }"))
			.containsExactly(Set.of("p.A", "p.B", "p.D", "p.E", "p.F", "p.Hub"));
	}

	@Test
	void nestedClassesCountAsTheirOutermostClass() throws Exception {
		assertThat(tooLarge("class Outer { " + cycle(6) + " }")).isEmpty();
	}

	@Test
	void sealedTypeAndItsPermittedTypesCountAsOne() throws Exception {
		assertThat(tooLarge(SUM)).isEmpty();
	}

	@Test
	void sealedTypeCountsInTheCycleThatItIsIn() throws Exception {
		assertThat(tooLarge("sealed interface Sum permits R0, R1 { A a(); } record R0(A a) implements Sum { }"
				+ "record R1(A a) implements Sum { }"
				+ "class A { B b; } class B { C c; } class C { D d; } class D { E e; } class E { R1 last; }"))
			.containsExactly(Set.of("p.A", "p.B", "p.C", "p.D", "p.E", "p.Sum"));
	}

	@Test
	void sealedTypeThatPermitsOneTypeCountsAsTwo() throws Exception {
		assertThat(tooLarge("abstract sealed class Half permits Rest { abstract Rest rest(); }"
				+ "final class Rest extends Half { A a; Rest rest() { return this; } }"
				+ "class A { B b; } class B { C c; } class C { D d; } class D { Half half; }"))
			.containsExactly(Set.of("p.A", "p.B", "p.C", "p.D", "p.Half", "p.Rest"));
	}

	@Test
	void packageWithoutClassesIsAMistake() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Knots.tooLarge(CommonRules.productionClasses("io.gatewaywasm.missing")));
	}

	/** Returns classes of which each uses the next, and the last uses the first. */
	private static String cycle(int classes) {
		return IntStream.range(0, classes)
			.mapToObj((number) -> "class C" + number + " { C" + (number + 1) % classes + " next; }")
			.collect(Collectors.joining());
	}

	private static String numbered(int count, String source) {
		return IntStream.range(0, count).mapToObj(source::formatted).collect(Collectors.joining());
	}

	/** Returns the groups in a package with the given classes. */
	private List<Set<String>> tooLarge(String classes) throws Exception {
		Path source = Files.writeString(this.directory.resolve("All.java"), "package p;" + classes);
		Path compiled = Files.createTempDirectory(this.directory, "classes");
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", compiled.toString(), source.toString())).isZero();
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		// Knots loads the classes that it compares
		try (URLClassLoader loader = new URLClassLoader(new URL[] { compiled.toUri().toURL() })) {
			thread.setContextClassLoader(loader);
			return Knots.tooLarge(new ClassFileImporter().importPath(compiled));
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

}
