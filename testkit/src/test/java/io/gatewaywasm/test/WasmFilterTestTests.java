package io.gatewaywasm.test;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WasmFilterTest}.
 */
@WasmFilterTest(value = "classpath:filters/api_key.wasm", configuration = "8f3a-demo-key alice")
class WasmFilterTestTests {

	private final FilterUnderTest filter;

	private FilterUnderTest before;

	WasmFilterTestTests(FilterUnderTest filter) {
		this.filter = filter;
	}

	@BeforeEach
	void takeFilter(FilterUnderTest filter) {
		this.before = filter;
	}

	@Test
	void constructorMethodsAndTestTakeTheSameFilter(FilterUnderTest filter) {
		assertThat(filter).isSameAs(this.filter).isSameAs(this.before);
		assertThat(filter.get("/").header("x-api-key", "8f3a-demo-key").send()).forwarded()
			.hasHeader("x-client", "alice");
	}

	@Test
	@WasmFilterTest("classpath:filters/hello_world.wasm")
	void annotationOnATestTakesThePlaceOfThatOfTheClass(FilterUnderTest filter) {
		assertThat(filter.get("/").authority("a").send()).forwarded().hasHeader("x-hello", "Hello world from a");
	}

	@Nested
	class Inner {

		@Test
		void nestedClassHasTheFilterOfTheOuterOne(FilterUnderTest filter) {
			assertThat(filter.get("/").send()).hasLocalResponse(401);
		}

	}

}
