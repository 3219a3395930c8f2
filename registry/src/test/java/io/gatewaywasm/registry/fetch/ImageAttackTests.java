package io.gatewaywasm.registry.fetch;

import java.util.Arrays;
import java.util.stream.Stream;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.TarArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for layers that two programs could read differently, that are damaged, or that
 * unpack to more than they contain.
 */
class ImageAttackTests {

	private static final byte[] GOOD = Settings.wasm(1);

	private static final byte[] OTHER = Settings.wasm(2);

	private final StubRegistry registry = new StubRegistry();

	private final Settings settings = new Settings();

	@AfterEach
	void stop() {
		this.registry.close();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void hostileImageIsRefused(String name, FetchFailure failure, byte[] layer, String reason) {
		assertThat(assertRefused(failure, () -> fetch(layer))).hasMessageContaining(reason);
	}

	static Stream<Arguments> hostileImageIsRefused() {
		byte[] good = archive(GOOD).toByteArray();
		byte[] zipped = TarArchive.gzip(good);
		byte[] small = TarArchive.gzip(new byte[0]);
		return Stream.of(
				unsupported("a hard link to another entry",
						new TarArchive().add("real", GOOD).add("plugin.wasm", '1', "real", 0, new byte[0]),
						"is a link or device"),
				unsupported("a symbolic link to another entry",
						new TarArchive().add("real", GOOD).add("plugin.wasm", '2', "real", 0, new byte[0]),
						"is a link or device"),
				unsupported("a link with content", new TarArchive().add("plugin.wasm", '1', "real", GOOD.length, GOOD),
						"is a link or device"),
				unsupported("a link before a file with the same name",
						new TarArchive().add("plugin.wasm", '2', "/etc/passwd", 0, new byte[0])
							.add("plugin.wasm", GOOD),
						"is a link or device"),
				unsupported("a device with content", new TarArchive().add("plugin.wasm", '3', "", GOOD.length, GOOD),
						"is a link or device"),
				unsupported("an extended header that leads a good name outside",
						extended(new TarArchive(), 'x', "path=../../plugin.wasm").add("plugin.wasm", GOOD),
						"points outside of the image"),
				unsupported("an extended header that leads another file outside",
						extended(archive(GOOD), 'x', "path=/etc/ld.so.conf").add("notes", OTHER),
						"points outside of the image"),
				unsupported("an extended header that renames the module",
						extended(new TarArchive(), 'x', "path=other").add("plugin.wasm", GOOD),
						"does not contain 'plugin.wasm'"),
				unsupported("the second of two extended headers leads outside",
						extended(extended(new TarArchive(), 'x', "path=plugin.wasm"), 'x', "path=../plugin.wasm")
							.add("plugin.wasm", GOOD),
						"points outside of the image"),
				unsupported("a long name that leads outside",
						new TarArchive().add("././@LongLink", 'L', "", 15, Images.utf8("../plugin.wasm\0"))
							.add("plugin.wasm", GOOD),
						"points outside of the image"),
				unsupported("a long name of 100,000 bytes",
						new TarArchive().add("././@LongLink", 'L', "", 100_000, new byte[100_000])
							.add("plugin.wasm", GOOD),
						"the name of an entry is too long"),
				unsupported("a long name without an entry",
						new TarArchive().add("././@LongLink", 'L', "", 12, Images.utf8("plugin.wasm\0")),
						"does not contain 'plugin.wasm'"),
				unsupported("a size beyond the end of the archive",
						new TarArchive().add("plugin.wasm", '0', "", 100_000, GOOD), "it ends within a file"),
				unsupported("a negative size in an extended header",
						extended(new TarArchive(), 'x', "size=-512").add("plugin.wasm", GOOD),
						"an extended header is damaged"),
				unsupported("a size in an extended header that no number holds",
						extended(new TarArchive(), 'x', "size=18446744073709551615").add("plugin.wasm", GOOD),
						"an extended header is damaged"),
				arguments("a size in an extended header that is larger than allowed", FetchFailure.TOO_LARGE,
						extended(new TarArchive(), 'x', "size=9000000000000000000").add("plugin.wasm", GOOD)
							.toByteArray(),
						"9000000000000000000 bytes"),
				unsupported("gzip that ends within its header", Arrays.copyOf(zipped, 5), "truncated"),
				unsupported("the module compressed twice", TarArchive.gzip(zipped), "does not contain 'plugin.wasm'"),
				unsupported("a zip archive", Images.utf8("PK\003\004plugin.wasm".repeat(50)),
						"not a valid tar archive"),
				unsupported("fifty thousand empty gzip members", repeat(50_000, small), "The image's layer"),
				arguments("a second gzip member that is a bomb", FetchFailure.TOO_LARGE,
						concat(TarArchive
							.gzip(new TarArchive().add("zeros", '0', "", 64 << 20, new byte[0]).toByteArray()),
								TarArchive.gzip(new byte[64 << 20])),
						"too large when unpacked"),
				arguments("a module that is a bomb", FetchFailure.TOO_LARGE,
						TarArchive.gzip(new TarArchive().add("plugin.wasm", new byte[3 << 20]).toByteArray()),
						"3145728 bytes"),
				arguments("a bomb of entries without content", FetchFailure.TOO_LARGE,
						TarArchive.gzip(repeat(5000, Arrays.copyOf(archive(new byte[0]).toByteArray(), 512))),
						"too large when unpacked"));
	}

	@Test
	void firstOfTwoModulesIsUsed() {
		assertThat(fetch(archive(GOOD).add("plugin.wasm", OTHER).toByteArray()).bytes()).isEqualTo(GOOD);
		assertThat(fetch(archive(GOOD).add("a/plugin.wasm", OTHER).toByteArray()).bytes()).isEqualTo(GOOD);
	}

	@Test
	void nothingBehindTheEndOfTheArchiveIsRead() {
		byte[] archive = concat(archive(GOOD).toByteArray(), archive(OTHER).toByteArray());
		assertThat(fetch(archive).bytes()).isEqualTo(GOOD);
		assertThat(fetch(TarArchive.gzip(archive)).bytes()).isEqualTo(GOOD);
	}

	@Test
	void gzipMembersAreOneArchive() {
		byte[] archive = archive(GOOD).toByteArray();
		byte[] members = {};
		for (int start = 0; start < archive.length; start += 100) {
			byte[] part = Arrays.copyOfRange(archive, start, Math.min(archive.length, start + 100));
			members = concat(members, TarArchive.gzip(part), TarArchive.gzip(new byte[0]));
		}
		assertThat(fetch(members).bytes()).isEqualTo(GOOD);
	}

	@Test
	void globalExtendedHeaderRenamesNothing() {
		TarArchive archive = extended(new TarArchive(), 'g', "path=../plugin.wasm").add("plugin.wasm", GOOD);
		assertThat(fetch(archive.toByteArray()).bytes()).isEqualTo(GOOD);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Plugin.wasm", "plugin.wasm ", "plugin.wasm.", "plugin.wasm/x", "xplugin.wasm",
			"plugin.wasm\u200b", "plugin.wasm.gz" })
	void fileWithASimilarNameIsNotTheModule(String name) {
		assertThat(assertRefused(FetchFailure.UNSUPPORTED_IMAGE,
				() -> fetch(new TarArchive().add(name, GOOD).toByteArray())))
			.hasMessageContaining("does not contain 'plugin.wasm'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[", "{\"a\":", "{\"config\":{\"rootIds\":" })
	void nestedRuntimeConfigurationIsRefused(String part) {
		TarArchive archive = archive(GOOD).add("runtime-config.json", Images.utf8("{\"x\":" + part.repeat(20_000)));
		assertRefused(FetchFailure.PROTOCOL, () -> fetch(archive.toByteArray()));
	}

	private FetchedModule fetch(byte[] layer) {
		this.registry.push("a", "v1", Images.of(new Blob(Images.OCI_LAYER, layer)));
		this.settings.registry(Settings.insecure(this.registry.authority()));
		try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
			return fetcher.fetch(ModuleRequest.of("oci://" + this.registry.authority() + "/a:v1"));
		}
	}

	private static Arguments unsupported(String name, TarArchive archive, String reason) {
		return unsupported(name, archive.toByteArray(), reason);
	}

	private static Arguments unsupported(String name, byte[] layer, String reason) {
		return arguments(name, FetchFailure.UNSUPPORTED_IMAGE, layer, reason);
	}

	private static TarArchive archive(byte[] module) {
		return new TarArchive().add("plugin.wasm", module);
	}

	/** Adds a header with one record, which has its length before it. */
	private static TarArchive extended(TarArchive archive, char type, String record) {
		byte[] content = Images.utf8("%d %s\n".formatted(record.length() + 4, record));
		return archive.add("pax", type, "", content.length, content);
	}

	private static byte[] repeat(int times, byte[] part) {
		byte[] all = new byte[times * part.length];
		for (int i = 0; i < times; i++) {
			System.arraycopy(part, 0, all, i * part.length, part.length);
		}
		return all;
	}

	private static byte[] concat(byte[]... parts) {
		byte[] all = {};
		for (byte[] part : parts) {
			int length = all.length;
			all = Arrays.copyOf(all, length + part.length);
			System.arraycopy(part, 0, all, length, part.length);
		}
		return all;
	}

}
