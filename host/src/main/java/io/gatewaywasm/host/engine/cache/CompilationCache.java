package io.gatewaywasm.host.engine.cache;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.binary.EngineVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores compiled modules in a directory. No failure of the cache is fatal: the module is
 * compiled again. Safe for use by several threads and processes.
 */
public final class CompilationCache {

	/** Increase whenever the content of an entry or the generated code changes. */
	public static final int FORMAT = 13;

	private static final String SUFFIX = ".module";

	private static final Duration TEMPORARY_LIFETIME = Duration.ofHours(1);

	private static final String NOT_KEPT = "Compiled modules are not kept: {}. Each start compiles them again.";

	private static final Logger logger = LoggerFactory.getLogger(CompilationCache.class);

	private final CacheDirectory directory;

	private final long maximumSize;

	private final String versions;

	private CompilationCache(CacheDirectory directory, long maximumSize, String versions) {
		this.directory = directory;
		this.maximumSize = maximumSize;
		this.versions = versions;
	}

	/**
	 * Opens the cache. Returns {@code null} if none is configured or the directory is not
	 * safe to use.
	 */
	public static @Nullable CompilationCache open(EngineOptions options) {
		Path path = options.cacheDirectory();
		if (path == null) {
			return null;
		}
		if (EngineVersion.current().equals(EngineVersion.UNKNOWN)) {
			logger.warn(NOT_KEPT + " Keep META-INF/maven of the JAR files when you repackage them.",
					"the version of the engine is unknown");
			return null;
		}
		try {
			return new CompilationCache(CacheDirectory.open(path), options.maximumCacheSize(), versions());
		}
		catch (IOException | SecurityException | UnsupportedOperationException ex) {
			logger.warn(NOT_KEPT + " Set 'gateway.wasm.cache.directory' to a directory of the gateway's user.",
					reason(ex));
			return null;
		}
	}

	private static String versions() {
		return "chicory-" + EngineVersion.current() + "-host-" + EngineVersion.host() + "-" + FORMAT + "-jdk-"
				+ Runtime.version().feature();
	}

	/**
	 * Describes a failure. The message of a failure of the file system is the file's
	 * name, and its class is the reason.
	 */
	private static String reason(Throwable failure) {
		if (failure instanceof FileSystemException file) {
			return "'%s' %s".formatted(file.getFile(), problem(file));
		}
		return (failure instanceof IOException && failure.getMessage() != null) ? failure.getMessage()
				: failure.toString();
	}

	private static String problem(FileSystemException failure) {
		if (failure instanceof NoSuchFileException) {
			return "does not exist";
		}
		if (failure instanceof AccessDeniedException) {
			return "cannot be accessed";
		}
		if (failure instanceof FileAlreadyExistsException) {
			return "is not a directory";
		}
		return (failure.getReason() != null) ? "cannot be used: " + failure.getReason() : "cannot be used";
	}

	/** Returns whether there is an entry of a module, which may be invalid. */
	public boolean contains(String sha256) {
		return Files.isRegularFile(this.directory.path().resolve(fileName(sha256)), LinkOption.NOFOLLOW_LINKS);
	}

	/** Returns the entry of a module, or {@code null} if it is absent or invalid. */
	public @Nullable CacheEntry get(String sha256) {
		try {
			byte[] encoded = this.directory.read(fileName(sha256));
			return (encoded != null) ? CacheEntry.decode(key(sha256), encoded) : null;
		}
		catch (IOException | RuntimeException ex) {
			discard(sha256, ex);
			return null;
		}
	}

	/** Deletes an entry that turned out to be unusable. */
	public void discard(String sha256, Throwable reason) {
		logger.warn("The compiled module {} in {} cannot be used and is compiled again: {}", sha256,
				this.directory.path(), reason(reason));
		try {
			this.directory.delete(fileName(sha256));
		}
		catch (IOException ex) {
			logger.debug("The damaged entry cannot be deleted", ex);
		}
	}

	/** Stores a compiled module. */
	public void put(String sha256, CacheEntry entry) {
		try {
			byte[] encoded = entry.encode(key(sha256));
			if (encoded.length <= this.maximumSize) {
				this.directory.write(fileName(sha256), encoded);
				evict();
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("The compiled module {} cannot be kept in {}, so the next start compiles it again: {}", sha256,
					this.directory.path(), reason(ex));
		}
	}

	private String key(String sha256) {
		return sha256 + "-" + this.versions;
	}

	private String fileName(String sha256) {
		return key(sha256).replaceAll("[^A-Za-z0-9.-]", "_") + SUFFIX;
	}

	private void evict() throws IOException {
		record Kept(Path file, long size, Instant used) {
		}
		List<Kept> all = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory.path())) {
			for (Path file : files) {
				BasicFileAttributes attributes = attributes(file);
				if (attributes == null) {
					continue;
				}
				Instant used = attributes.lastModifiedTime().toInstant();
				if (CacheDirectory.isTemporary(file) && used.isBefore(Instant.now().minus(TEMPORARY_LIFETIME))) {
					Files.deleteIfExists(file);
				}
				else if (file.toString().endsWith(SUFFIX)) {
					all.add(new Kept(file, attributes.size(), used));
				}
			}
		}
		all.sort(Comparator.comparing(Kept::used).reversed());
		long total = 0;
		for (Kept kept : all) {
			total += kept.size();
			if (total > this.maximumSize) {
				Files.deleteIfExists(kept.file());
			}
		}
	}

	/**
	 * Returns the attributes of a file, or {@code null} if another thread or process has
	 * renamed or deleted it since the directory was listed.
	 */
	private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
		try {
			return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

}
