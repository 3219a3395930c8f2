package io.gatewaywasm.registry.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.gatewaywasm.registry.cache.ModuleCache.CachedModule;
import io.gatewaywasm.registry.oci.Digest;
import io.gatewaywasm.testsupport.CachePlace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DiskModuleCache}.
 */
class DiskModuleCacheTests {

	private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

	@TempDir
	private Path parent;

	private Path directory;

	private ModuleCache cache;

	@BeforeEach
	void create() {
		this.directory = this.parent.resolve("modules");
		this.cache = DiskModuleCache.in(this.parent, 100);
	}

	private static CacheEntry entry(String location, byte[] wasm) {
		return new CacheEntry(location, Digest.sha256(wasm).hex(), "sha256:a", "\"tag\"", "sha256:b", NOW,
				List.of("one", "zwei ü"));
	}

	private void store(String location, byte[] wasm) {
		this.cache.store(entry(location, wasm), wasm);
	}

	private Path moduleFile(byte[] wasm) {
		return this.directory.resolve(Digest.sha256(wasm).hex() + ".wasm");
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.toList();
		}
	}

	@Test
	void findsWhatWasStored() {
		byte[] wasm = new byte[10];
		store("oci://a/b:c", wasm);
		CachedModule found = DiskModuleCache.in(this.parent, 100).find("oci://a/b:c").orElseThrow();
		assertThat(found.wasm()).isEqualTo(wasm);
		assertThat(found.entry()).isEqualTo(entry("oci://a/b:c", wasm));
		assertThat(this.cache.find("oci://a/b:d")).isEmpty();
	}

	@Test
	void removesTemporaryFilesOfWritersThatWereKilled() throws IOException {
		Path old = Files.createFile(this.directory.resolve("new123.tmp"));
		Path fresh = Files.createFile(this.directory.resolve("new456.tmp"));
		Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
		store("a", new byte[10]);
		assertThat(old).doesNotExist();
		assertThat(fresh).exists();
	}

	@Test
	void isForItsOwnerOnly() throws IOException {
		store("a", new byte[10]);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory))).isEqualTo("rwx------");
		for (Path file : files()) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		}
	}

	@ParameterizedTest
	@EnumSource
	void usesOnlyPlacesThatNoOtherUserCanChange(CachePlace place) throws IOException {
		Path elsewhere = Files.createDirectory(this.parent.resolve("elsewhere"));
		Path path = place.create(elsewhere, "modules");
		ModuleCache opened = DiskModuleCache.in(path.getParent(), 100);
		assertThat(opened != ModuleCache.NONE).isEqualTo(place.isSafe());
		if (place.isSafe()) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rwx------");
		}
	}

	@Test
	void doesNotUseFilesOfAnotherUser() throws IOException {
		byte[] wasm = new byte[10];
		store("a", wasm);
		for (Path file : files()) {
			CachePlace.giveAway(file);
			assertThat(this.cache.find("a")).isEmpty();
			Files.delete(file);
			store("a", wasm);
			assertThat(this.cache.find("a")).isPresent();
		}
	}

	@Test
	void doesNotUseAChangedModule() throws IOException {
		byte[] wasm = new byte[10];
		store("a", wasm);
		Files.write(moduleFile(wasm), new byte[] { 1 });
		assertThat(this.cache.find("a")).isEmpty();
		store("a", wasm);
		assertThat(this.cache.find("a")).isPresent();
	}

	@Test
	void doesNotUseASymbolicLink() throws IOException {
		byte[] wasm = new byte[10];
		store("a", wasm);
		Path target = Files.write(this.parent.resolve("target"), wasm);
		Files.delete(moduleFile(wasm));
		Files.createSymbolicLink(moduleFile(wasm), target);
		assertThat(this.cache.find("a")).isEmpty();
	}

	@Test
	void doesNotUseAnEntryThatIsDamaged() throws IOException {
		store("a", new byte[10]);
		for (Path file : files()) {
			if (file.toString().endsWith(".properties")) {
				Files.writeString(file, "location=a\nsha256=../../x\nfetched-at=" + NOW);
			}
		}
		assertThat(this.cache.find("a")).isEmpty();
	}

	@Test
	void forgetsWhatWasNotUsedForLongest() throws IOException {
		byte[] first = new byte[40];
		byte[] second = new byte[41];
		byte[] third = new byte[42];
		store("first", first);
		store("second", second);
		Files.setLastModifiedTime(moduleFile(first), FileTime.from(NOW));
		Files.setLastModifiedTime(moduleFile(second), FileTime.from(NOW.plusSeconds(1)));
		assertThat(this.cache.find("first")).isPresent();
		store("third", third);
		assertThat(this.cache.find("first")).isPresent();
		assertThat(this.cache.find("second")).isEmpty();
		assertThat(this.cache.find("third")).isPresent();
		assertThat(files()).hasSize(4);
		store("too large", new byte[101]);
		assertThat(this.cache.find("too large")).isEmpty();
	}

}
