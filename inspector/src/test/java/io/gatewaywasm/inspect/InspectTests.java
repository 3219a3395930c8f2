package io.gatewaywasm.inspect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.dylibso.chicory.wabt.Wat2Wasm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Inspect}.
 */
@Tag("slow")
class InspectTests {

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

	@TempDir
	private Path folder;

	private int run(String... arguments) {
		return Inspect.run(new PrintStream(this.output, true, StandardCharsets.UTF_8),
				new PrintStream(this.errors, true, StandardCharsets.UTF_8), arguments);
	}

	private String text() {
		return this.output.toString(StandardCharsets.UTF_8);
	}

	private String file(byte[] content) throws IOException {
		return Files.write(this.folder.resolve("filter.wasm"), content).toString();
	}

	private String built(String name) throws IOException {
		try (InputStream wasm = InspectTests.class.getResourceAsStream("/filters/" + name + ".wasm")) {
			return file(wasm.readAllBytes());
		}
	}

	private String wat(String imports, String rest) throws IOException {
		return file(Wat2Wasm.parse("""
				(module
					%s
					(memory (export "memory") %s)
					(func (export "malloc") (param i32) (result i32) (i32.const 0))
					(func (export "proxy_abi_version_0_2_1"))
					(func (export "proxy_on_context_create") (param i32 i32))
					(func (export "proxy_on_new_connection") (param i32) (result i32) (i32.const 0))
					(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 0)))
				""".formatted(imports, rest)));
	}

	@Test
	void reportDescribesAFilterThatRuns() throws IOException {
		assertThat(run(built("hello_world"))).isZero();
		assertThat(text()).contains("filter.wasm: will run", "ABI        0.2.1", "proxy_on_request_headers",
				"env.proxy_log", "gateway.wasm.upstreams", "configuration decides which of these it uses");
		assertThat(text()).doesNotContain("are not implemented");
	}

	@ParameterizedTest
	@CsvSource({ "hello_world_abi_0_1_0, 0.1.0", "headers_go, 0.2.0", "api_key, 0.2.1" })
	void reportNamesTheAbiVersion(String filter, String version) throws IOException {
		assertThat(run("--json", built(filter))).isZero();
		assertThat(text()).contains("\"runs\":true", "\"abiVersion\":\"" + version + "\"");
	}

	@Test
	void reportListsUnimplementedFunctions() throws IOException {
		String file = wat("""
				(import "env" "envoy_resolve_dns" (func (param i32 i32 i32) (result i32)))
				(import "env" "proxy_of_tomorrow" (func (param i32) (result i32)))
				(import "wasi_snapshot_preview1" "fd_of_tomorrow" (func (param i32) (result i32)))
				(import "env" "proxy_log" (func (param i32 i32 i32) (result i32)))
				""", "1");
		assertThat(run(file)).isZero();
		assertThat(text()).contains("Imported functions that are not implemented:",
				"env.envoy_resolve_dns (stub), may fail open: the filter does not resolve names",
				"env.proxy_of_tomorrow (unknown), may fail open: ",
				"wasi_snapshot_preview1.fd_of_tomorrow (unknown): the function returns an error number",
				"Callbacks that the gateway never calls:\n  proxy_on_new_connection", "Warnings:");
		this.output.reset();
		assertThat(run("--json", file)).isZero();
		assertThat(text()).contains(
				"{\"name\":\"env.envoy_resolve_dns\",\"support\":\"stub\",\"mayFailOpen\":true,\"effect\":\"the filter does",
				"{\"name\":\"env.proxy_log\",\"support\":\"built\",\"mayFailOpen\":false}");
	}

	@Test
	void optionRefusesUnimplementedFunctions() throws IOException {
		String file = wat("(import \"env\" \"proxy_of_tomorrow\" (func (param i32) (result i32)))", "1");
		assertThat(run("--refuse-unimplemented", file)).isEqualTo(1);
		assertThat(text()).contains("will NOT run", "does not implement: env.proxy_of_tomorrow");
		assertThat(run("--refuse-unimplemented", built("hello_world"))).isZero();
	}

	@Test
	void missingFileIsReported() {
		assertThat(run("missing.wasm")).isEqualTo(1);
		assertThat(text()).isEqualTo("missing.wasm: will NOT run\n  The file does not exist.\n  Check the path.\n");
	}

	@Test
	void importWithTheWrongTypeIsRefused() throws IOException {
		assertThat(run(wat("(import \"env\" \"proxy_log\" (func (param i64) (result i32)))", "1"))).isEqualTo(1);
		assertThat(text()).contains("will NOT run", "Import 'env.proxy_log' has the wrong type");
	}

	@Test
	void reportNamesTheLimitForALargeInitialMemory() throws IOException {
		assertThat(run(wat("", "5000"))).isZero();
		assertThat(text()).contains("gateway.wasm.plugins.<name>.limits.memory: at least 313MB");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			(module)                                                        | not a Proxy-Wasm filter
			(module (func (export "proxy_abi_version_9_9_9")))              | does not support
			(module (func (export "proxy_on_tick") (param i64)))            | proxy_on_tick
			(module (func (export "proxy_abi_version_0_2_1")))              | no allocator
			(module (import "env" "memory" (memory 1)))                     | memory
			""")
	void moduleThatIsNotAFilterIsRefused(String wat, String message) throws IOException {
		assertThat(run("--json", file(Wat2Wasm.parse(wat)))).isEqualTo(1);
		assertThat(text()).contains("\"runs\":false").contains(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "\0asm", "\0asm\1\0\0\0\1\u007f" })
	void fileThatIsNotAModuleIsRefused(String content) throws IOException {
		assertThat(run(file(content.getBytes(StandardCharsets.ISO_8859_1)))).isEqualTo(1);
		assertThat(text()).contains("will NOT run");
	}

	@Test
	void unreadableFileIsReported() {
		assertThat(run(this.folder.resolve("none.wasm").toString())).isEqualTo(1);
		assertThat(run(this.folder.toString())).isEqualTo(1);
		assertThat(run("a\0b")).isEqualTo(1);
		assertThat(text().lines().filter((line) -> line.contains("will NOT run"))).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "--what a.wasm", "a.wasm b.wasm" })
	void invalidArgumentsShowTheUsage(String arguments) {
		assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(1);
		assertThat(this.errors.toString(StandardCharsets.UTF_8)).isEqualTo(Inspect.USAGE);
	}

}
