package io.gatewaywasm.packer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImageFormat;
import io.gatewaywasm.registry.oci.ImageReference;
import io.gatewaywasm.testsupport.DebianRegistry;
import io.gatewaywasm.testsupport.StubServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Packer}.
 */
class PackerTests {

	private static final byte[] WASM = "\0asm\1\0\0\0proxy_abi_version_0_2_1".getBytes(StandardCharsets.ISO_8859_1);

	@Test
	void packsTwoLayersAsAnArtifact() {
		byte[] config = RuntimeConfig.of(WASM, List.of("hello_world"));
		Image image = ImageFormat.ARTIFACT.pack(WASM, config);
		assertThat(image.layers()).extracting(Blob::mediaType)
			.containsExactly("application/vnd.module.wasm.config.v1+json",
					"application/vnd.module.wasm.content.layer.v1+wasm");
		assertThat(image.layers().get(1).bytes()).isEqualTo(WASM);
		assertThat(config).asString()
			.isEqualTo(
					"{\"type\":\"envoy_proxy\",\"abiVersions\":[\"v0.2.1\"],\"config\":{\"rootIds\":[\"hello_world\"]}}");
	}

	@Test
	void packsTheSameImageFromTheSameFiles() {
		for (ImageFormat format : ImageFormat.values()) {
			assertThat(format.pack(WASM, new byte[0]).manifest().digest())
				.isEqualTo(format.pack(WASM, new byte[0]).manifest().digest());
		}
	}

	@Test
	void parsesTheCommandLine() {
		PackerOptions options = PackerOptions.parse("--insecure", "a.wasm", "oci://localhost:5000/team/a:v1",
				"--format", "docker", "--root-id", "a", "--root-id", "b");
		assertThat(options.target()).isEqualTo(ImageReference.parse("oci://localhost:5000/team/a:v1"));
		assertThat(options.format()).isEqualTo(ImageFormat.DOCKER);
		assertThat(options.rootIds()).containsExactly("a", "b");
		assertThat(options.insecure()).isTrue();
	}

	@Test
	void pushesToTheTagLatestByDefault() {
		assertThat(PackerOptions.parse("a.wasm", "localhost:5000/a").target()).hasToString("localhost:5000/a:latest");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "localhost:5000/A", "http://localhost:5000/a", "localhost:5000/a@sha256:0" })
	void refusesInvalidTargets(String target) {
		assertThatExceptionOfType(PackerException.class).isThrownBy(() -> PackerOptions.parse("a.wasm", target))
			.withMessage("'" + target + "' is not a valid target. Use 'oci://registry/repository:tag'.");
	}

	@Test
	void pushesAFileToARegistryThatRequiresALogin(@TempDir Path directory) throws Exception {
		Path wasm = Files.write(directory.resolve("a.wasm"), WASM);
		try (DebianRegistry registry = new DebianRegistry(directory)) {
			registry.protect().start();
			PackerOptions options = PackerOptions.parse(wasm.toString(), registry.authority() + "/team/a:v1",
					"--insecure");
			assertThatExceptionOfType(ModuleFetchException.class).isThrownBy(() -> Packer.run(options))
				.withMessageContaining("'%s' responds with status 401".formatted(registry.authority()));
			PackerOptions login = new PackerOptions(options.wasm(), options.target(), options.format(), null, List.of(),
					true, registry.credentials());
			assertThat(Packer.run(login))
				.matches("Pushed oci://%s/team/a:v1@sha256:[0-9a-f]{64}".formatted(registry.authority()));
		}
	}

	@Test
	void saysWhichServerCannotBeReached(@TempDir Path directory) throws Exception {
		Path wasm = Files.write(directory.resolve("a.wasm"), WASM);
		String authority;
		try (StubServer server = new StubServer()) {
			authority = server.authority();
		}
		PackerOptions options = PackerOptions.parse(wasm.toString(), authority + "/a:v1", "--insecure");
		assertThatExceptionOfType(ModuleFetchException.class).isThrownBy(() -> Packer.run(options))
			.withMessage("'%s' cannot be reached: the connection was refused".formatted(authority));
	}

	@Test
	void saysWhichHostIsUnknown(@TempDir Path directory) throws Exception {
		Path wasm = Files.write(directory.resolve("a.wasm"), WASM);
		PackerOptions options = PackerOptions.parse(wasm.toString(), "registry.invalid/a:v1");
		assertThatExceptionOfType(ModuleFetchException.class).isThrownBy(() -> Packer.run(options))
			.withMessage("'registry.invalid' cannot be reached: its host is unknown");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<!DOCTYPE html>", "\0asm", "\0asm\r\0\1\0", "(module)" })
	void pushesOnlyModules(String content, @TempDir Path directory) throws Exception {
		Path wasm = Files.writeString(directory.resolve("a.wasm"), content);
		PackerOptions options = PackerOptions.parse(wasm.toString(), "localhost:1/a:v1", "--insecure");
		assertThatExceptionOfType(PackerException.class).isThrownBy(() -> Packer.run(options))
			.withMessageStartingWith("'%s' is not a WebAssembly module".formatted(wasm));
	}

	@Test
	void showsTheUsageForAnInvalidCommandLine() {
		assertThatExceptionOfType(PackerException.class).isThrownBy(() -> PackerOptions.parse("a.wasm"))
			.withMessageContaining("java -jar");
		assertThatExceptionOfType(PackerException.class)
			.isThrownBy(() -> PackerOptions.parse("a.wasm", "localhost:5000/a", "--format", "zip"))
			.withMessageContaining("'zip' is not a valid format");
	}

}
