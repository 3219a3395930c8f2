package io.gatewaywasm.registry.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.gatewaywasm.registry.oci.Digest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps modules on disk. Each module is stored under its digest, which is checked when it
 * is read. An entry for each location refers to the module that was last fetched from it.
 * The least recently used modules are removed first. Several gateways can share the
 * directory.
 */
public final class DiskModuleCache implements ModuleCache {

	private static final Logger logger = LoggerFactory.getLogger(DiskModuleCache.class);

	private static final String MODULE = ".wasm";

	private static final String ENTRY = ".properties";

	/** A temporary file that is older is from a process that was killed. */
	private static final Duration TEMPORARY_LIFETIME = Duration.ofHours(1);

	private static final int MAX_ENTRY = 64 * 1024;

	private static final int MAX_ENTRIES = 1000;

	private final PrivateDirectory directory;

	private final long maxSize;

	private DiskModuleCache(PrivateDirectory directory, long maxSize) {
		this.directory = directory;
		this.maxSize = maxSize;
	}

	/**
	 * Creates a cache in the directory {@code modules} below the parent. If that
	 * directory is not private, returns a cache that stores nothing.
	 */
	public static ModuleCache in(Path parent, long maxSize) {
		try {
			return new DiskModuleCache(PrivateDirectory.open(parent.resolve("modules")), maxSize);
		}
		catch (IOException | UnsupportedOperationException ex) {
			logger.warn("Modules are not cached and will be fetched again at each startup: {}. "
					+ "Set 'gateway.wasm.fetch.cache.directory' to a directory that only the gateway can access.",
					ex.toString());
			return NONE;
		}
	}

	@Override
	public synchronized Optional<CachedModule> find(String location) {
		CacheEntry entry = entry(entryFile(location));
		if (entry == null || !entry.location().equals(location)) {
			return Optional.empty();
		}
		String file = moduleFile(entry.sha256());
		byte[] wasm = read(file, this.maxSize);
		if (wasm == null || !Digest.sha256(wasm).hex().equals(entry.sha256())) {
			return Optional.empty();
		}
		touch(file);
		return Optional.of(new CachedModule(entry, wasm));
	}

	@Override
	public synchronized void store(CacheEntry entry, byte[] wasm) {
		if (wasm.length > this.maxSize) {
			return;
		}
		try {
			String file = moduleFile(entry.sha256());
			byte[] present = read(file, wasm.length);
			if (present == null || !Digest.sha256(present).hex().equals(entry.sha256())) {
				this.directory.write(file, wasm);
			}
			touch(file);
			this.directory.write(entryFile(entry.location()), entry.write().getBytes(StandardCharsets.UTF_8));
			evict(file);
		}
		catch (IOException | UncheckedIOException ex) {
			logger.warn("The module of '{}' cannot be cached: {}", entry.location(), ex.toString());
		}
	}

	private static String moduleFile(String sha256) {
		return sha256 + MODULE;
	}

	private static String entryFile(String location) {
		return Digest.sha256(location.getBytes(StandardCharsets.UTF_8)).hex() + ENTRY;
	}

	private @Nullable CacheEntry entry(String file) {
		byte[] text = read(file, MAX_ENTRY);
		return (text != null) ? CacheEntry.read(new String(text, StandardCharsets.UTF_8)) : null;
	}

	/**
	 * Returns the content of a file, or {@code null} if this cache cannot have written
	 * it.
	 */
	private byte @Nullable [] read(String file, long limit) {
		try {
			return this.directory.read(file, limit);
		}
		catch (IOException ex) {
			logger.warn("A cache file cannot be read: {}", ex.toString());
			return null;
		}
	}

	private void touch(String file) {
		try {
			Files.setLastModifiedTime(this.directory.path().resolve(file), FileTime.from(Instant.now()));
		}
		catch (IOException ex) {
			logger.debug("The modification time of '{}' cannot be updated: {}", file, ex.toString());
		}
	}

	private void evict(String used) throws IOException {
		Path keep = this.directory.path().resolve(used);
		List<Path> files = files(MODULE);
		files.sort(Comparator.comparing(DiskModuleCache::lastUsed).reversed());
		long size = Files.size(keep);
		Set<String> kept = new HashSet<>(Set.of(used));
		for (Path file : files) {
			if (!file.equals(keep)) {
				size += Files.size(file);
				if (size > this.maxSize) {
					Files.deleteIfExists(file);
				}
				else {
					kept.add(file.getFileName().toString());
				}
			}
		}
		deleteEntriesExcept(kept);
		deleteOldTemporaryFiles();
	}

	private void deleteOldTemporaryFiles() throws IOException {
		FileTime oldest = FileTime.from(Instant.now().minus(TEMPORARY_LIFETIME));
		for (Path file : files(PrivateDirectory.TEMPORARY)) {
			if (lastUsed(file).compareTo(oldest) < 0) {
				Files.deleteIfExists(file);
			}
		}
	}

	/** Deletes the entries of modules that are not kept. */
	private void deleteEntriesExcept(Set<String> kept) throws IOException {
		List<Path> files = files(ENTRY);
		files.sort(Comparator.comparing(DiskModuleCache::lastUsed).reversed());
		for (int index = 0; index < files.size(); index++) {
			Path file = files.get(index);
			CacheEntry entry = entry(file.getFileName().toString());
			if (index >= MAX_ENTRIES || entry == null || !kept.contains(entry.sha256() + MODULE)) {
				Files.deleteIfExists(file);
			}
		}
	}

	private List<Path> files(String suffix) throws IOException {
		try (Stream<Path> files = Files.list(this.directory.path())) {
			return new ArrayList<>(files.filter((file) -> file.getFileName().toString().endsWith(suffix))
				.filter((file) -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
				.toList());
		}
	}

	private static FileTime lastUsed(Path file) {
		try {
			return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
		}
		catch (IOException ex) {
			return FileTime.fromMillis(0);
		}
	}

}
