package io.gatewaywasm.registry.fetch;

import java.util.Arrays;
import java.util.List;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImageFormat;
import io.gatewaywasm.registry.oci.TarArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the formats of images, and for images made to do harm.
 */
class ImageFormatTests {

	private static final Blob README = new Blob("application/vnd.module.wasm.doc.v1+markdown", Images.utf8("# Hello"));

	private static final Blob SPEC = new Blob("application/vnd.module.wasm.spec.v1+yaml", Images.utf8("a: b"));

	private final StubRegistry registry = new StubRegistry();

	private final Settings settings = new Settings();

	@AfterEach
	void stop() {
		this.registry.close();
	}

	private FetchedModule fetch() {
		this.settings.registry(Settings.insecure(this.registry.authority()));
		try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
			return fetcher.fetch(ModuleRequest.of("oci://" + this.registry.authority() + "/a:v1"));
		}
	}

	private FetchedModule fetch(Blob... layers) {
		this.registry.push("a", "v1", Images.of(layers));
		return fetch();
	}

	private static TarArchive archive() {
		return new TarArchive().add("plugin.wasm", Settings.smallWasm());
	}

	@ParameterizedTest
	@EnumSource
	void readsWhatThePackerPacks(ImageFormat format) {
		this.registry.push("a", "v1", Images.packed(format, Settings.smallWasm()));
		FetchedModule module = fetch();
		assertThat(module.bytes()).isEqualTo(Settings.smallWasm());
		assertThat(module.rootIds()).containsExactly("hello_world", "b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/vnd.module.wasm.content.layer.v1+wasm",
			"application/vnd.wasm.content.layer.v1+wasm", "application/wasm" })
	void readsASingleLayer(String mediaType) {
		FetchedModule module = fetch(new Blob(mediaType, Settings.smallWasm()));
		assertThat(module.bytes()).isEqualTo(Settings.smallWasm());
		assertThat(module.rootIds()).isEmpty();
	}

	@Test
	void readsRootIdsInTheSpellingOfTheSpecification() {
		Blob config = new Blob("application/vnd.module.wasm.config.v1+json", Images
			.utf8("{\"type\":\"envoy_proxy\",\"abi_version\":\"v0-a\",\"config\":{\"root_ids\":[\"add_header\"]}}"));
		Blob wasm = new Blob("application/vnd.module.wasm.content.layer.v1+wasm", Settings.smallWasm());
		assertThat(fetch(config, wasm).rootIds()).containsExactly("add_header");
	}

	@Test
	void passesOverLayersWithDocumentation() {
		assertThat(fetch(SPEC, README, Images.archive(archive())).bytes()).hasSize(8);
		assertThat(fetch(SPEC, README, new Blob("application/wasm", Settings.smallWasm()), README).bytes()).hasSize(8);
	}

	@Test
	void takesTheLastLayerThatIsAnArchive() {
		Blob first = Images.archive(new TarArchive().add("plugin.wasm", Settings.wasm(1)));
		Blob last = Images.archive(new TarArchive().add("./plugin.wasm", Settings.wasm(2)));
		assertThat(fetch(first, last, README).bytes()).isEqualTo(Settings.wasm(2));
	}

	@Test
	void readsAnArchiveThatIsNotCompressed() {
		assertThat(fetch(new Blob("application/vnd.oci.image.layer.v1.tar", archive().toByteArray())).bytes())
			.hasSize(8);
	}

	@Test
	void readsImagesThatOrasPushesWithoutAType() {
		assertThat(fetch(new Blob("application/vnd.oci.image.layer.v1.tar", Settings.smallWasm())).bytes()).hasSize(8);
	}

	@Test
	void readsLongNamesOfAllKinds() {
		String folder = "folder/".repeat(30);
		byte[] pax = Images.utf8("%d path=%splugin.wasm\n".formatted(folder.length() + 21, folder));
		TarArchive archive = new TarArchive().add("pax", 'x', "", pax.length, pax).add("short", Settings.smallWasm());
		assertThat(fetch(Images.archive(archive)).bytes()).hasSize(8);
		byte[] gnu = Images.utf8(folder + "plugin.wasm\0");
		archive = new TarArchive().add("././@LongLink", 'L', "", gnu.length, gnu).add("short", Settings.smallWasm());
		assertThat(fetch(Images.archive(archive)).bytes()).hasSize(8);
	}

	@Test
	void choosesTheImageOfTheBestPlatform() {
		Image any = Images.artifact(Settings.wasm(1));
		Image arm = Images.artifact(Settings.wasm(2));
		Image amd = Images.artifact(Settings.wasm(3));
		Image wasm = Images.artifact(Settings.wasm(4));
		for (Image image : List.of(any, arm, amd, wasm)) {
			this.registry.push("a", image.manifest().digest(), image);
		}
		assertThat(fetchIndex(List.of(any, arm), "unknown/unknown", "linux/arm64")).isEqualTo(Settings.wasm(2));
		assertThat(fetchIndex(List.of(arm, amd), "linux/arm64", "linux/amd64")).isEqualTo(Settings.wasm(3));
		assertThat(fetchIndex(List.of(amd, wasm), "linux/amd64", "wasip1/wasm")).isEqualTo(Settings.wasm(4));
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetchIndex(List.of(any), "unknown/unknown"));
	}

	private byte[] fetchIndex(List<Image> images, String... platforms) {
		Blob index = Images.index(images, List.of(platforms));
		this.registry.manifest("a", "v1", index.bytes());
		FetchedModule module = fetch();
		assertThat(module.resolvedDigest()).isEqualTo(index.digest());
		return module.bytes();
	}

	@Test
	void refusesAnIndexOfIndexes() {
		Image inner = new Image(new Blob("", new byte[0]), List.of(), Images.index(List.of(), List.of()));
		this.registry.manifest("a", "inner", inner.manifest().bytes())
			.manifest("a", "v1", Images.index(List.of(inner), List.of("linux/amd64")).bytes());
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE, this::fetch);
	}

	@Test
	void refusesImagesWithoutAModule() {
		ModuleFetchException refusal = assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(README));
		assertThat(refusal).hasMessageContaining("application/vnd.module.wasm.doc.v1+markdown");
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE,
				() -> fetch(Images.archive(new TarArchive().add("other.wasm", Settings.smallWasm()))));
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(new Blob("application/wasm", Settings.wasm(1)),
				new Blob("application/wasm", Settings.wasm(2))));
		assertRefused(FetchFailure.NOT_WASM,
				() -> fetch(Images.archive(new TarArchive().add("plugin.wasm", Images.utf8("#!/bin/sh")))));
	}

	@ParameterizedTest
	@ValueSource(chars = { '1', '2', '3', '4', '6', 'S' })
	void refusesLinksInArchives(char type) {
		TarArchive archive = new TarArchive().add("plugin.wasm", type, "/etc/passwd", 0, new byte[0]);
		assertThat(assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(Images.archive(archive))))
			.hasMessageContaining("'plugin.wasm' in the image's layer is a link or device");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../plugin.wasm", "a/../../plugin.wasm", "/../plugin.wasm", "/plugin.wasm",
			"//plugin.wasm", "/a/plugin.wasm", "\\plugin.wasm", "..\\plugin.wasm", "a\\..\\..\\plugin.wasm",
			"C:\\plugin.wasm", "c:/plugin.wasm", "\\\\host\\share\\plugin.wasm", "./../plugin.wasm" })
	void refusesNamesThatLeaveTheImage(String name) {
		TarArchive archive = new TarArchive().add(name, Settings.smallWasm());
		assertThat(assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(Images.archive(archive))))
			.hasMessageContaining("points outside of the image");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/etc/cron.d/x", "../../etc/cron.d/x", "C:\\x", "/", "/folder/", "a/..", "..\\x",
			"/runtime-config.json" })
	void refusesOtherFilesThatLeaveTheImage(String name) {
		for (char type : new char[] { '0', '2', '5' }) {
			TarArchive before = new TarArchive().add(name, type, "", 0, new byte[0])
				.add("plugin.wasm", Settings.smallWasm());
			TarArchive behind = archive().add(name, type, "", 0, new byte[0]);
			for (TarArchive archive : List.of(before, behind)) {
				assertThat(assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(Images.archive(archive))))
					.hasMessageContaining("points outside of the image");
			}
		}
	}

	@Test
	void doesNotCareWhereOtherFilesPoint() {
		TarArchive archive = new TarArchive().add("link", '2', "/etc", 0, new byte[0])
			.add("link/plugin.txt", Images.utf8("x"))
			.add("plugin.wasm", '5', "", 0, new byte[0])
			.add("plugin.wasm", Settings.smallWasm());
		assertThat(fetch(Images.archive(archive)).bytes()).hasSize(8);
	}

	@Test
	void refusesFilesThatClaimTenGigabytes() {
		TarArchive archive = new TarArchive().add("plugin.wasm", '0', "", 10_000_000_000L, Settings.smallWasm());
		assertThat(assertRefused(FetchFailure.TOO_LARGE, () -> fetch(Images.archive(archive))))
			.hasMessageContaining("10000000000 bytes");
		TarArchive other = new TarArchive().add("other", '0', "", 10_000_000_000L, Settings.smallWasm());
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(Images.archive(other)));
	}

	@Test
	void refusesArchivesThatUnpackToTooMuch() {
		byte[] zeros = new byte[64 * 1024 * 1024];
		Blob bomb = Images.archive(new TarArchive().add("zeros", zeros).add("plugin.wasm", Settings.smallWasm()));
		assertThat(bomb.bytes()).hasSizeLessThan(100_000);
		assertRefused(FetchFailure.TOO_LARGE, () -> fetch(bomb));
	}

	@Test
	void refusesArchivesThatAreDamaged() {
		byte[] archive = archive().toByteArray();
		byte[] whole = Images.archive(archive()).bytes();
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE,
				() -> fetch(new Blob(Images.OCI_LAYER, Arrays.copyOf(whole, whole.length / 2))));
		assertRefused(FetchFailure.UNSUPPORTED_IMAGE,
				() -> fetch(new Blob(Images.OCI_LAYER, Arrays.copyOf(archive, 515))));
		archive[0] ^= 1;
		assertThat(assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(new Blob(Images.OCI_LAYER, archive))))
			.hasMessageContaining("not a valid tar archive");
		for (String pax : List.of("x", "99 path=a\n", "-1 path=a\n", "0 path=a\n", "9 path=a\n9")) {
			byte[] records = Images.utf8(pax);
			TarArchive damaged = new TarArchive().add("pax", 'x', "", records.length, records)
				.add("plugin.wasm", Settings.smallWasm());
			assertRefused(FetchFailure.UNSUPPORTED_IMAGE, () -> fetch(Images.archive(damaged)));
		}
	}

	@Test
	void saysThatTheRuntimeConfigurationIsBroken() {
		assertRefused(FetchFailure.PROTOCOL,
				() -> fetch(new Blob("application/vnd.module.wasm.config.v1+json", Images.utf8("rootIds")),
						new Blob("application/vnd.module.wasm.content.layer.v1+wasm", Settings.smallWasm())));
	}

}
