package io.gatewaywasm.packer;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Packer}.
 */
class PackerTests {

	private static final byte[] WASM = "\0asm....proxy_abi_version_0_2_1".getBytes(StandardCharsets.ISO_8859_1);

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
		assertThat(options.target()).isEqualTo(new RegistryTarget("localhost:5000", "team/a", "v1"));
		assertThat(options.format()).isEqualTo(ImageFormat.DOCKER);
		assertThat(options.rootIds()).containsExactly("a", "b");
		assertThat(options.insecure()).isTrue();
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
