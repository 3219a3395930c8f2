package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ResourceUtils;

/**
 * Metadata by which a change of a file is detected without reading it. Symbolic links are
 * resolved, so a link that points to another file is a change too. {@code size} is the
 * size in bytes. {@code key} is the file key, or {@code null} if the file system has
 * none.
 */
record FileState(Path path, long size, Instant modified, @Nullable Object key) {

	/** Two modifications within this time may leave the same metadata. */
	private static final Duration SETTLED = Duration.ofSeconds(2);

	/**
	 * Returns the states of the plugin's files, or an empty list if its module and
	 * configuration are not files. Throws {@link IOException} if a file does not exist.
	 */
	static List<FileState> of(PluginDefinition definition) throws IOException {
		List<FileState> states = new ArrayList<>();
		add(states, definition.url());
		add(states, definition.configuration().location());
		return states;
	}

	private static void add(List<FileState> states, @Nullable String location) throws IOException {
		if (location != null && location.startsWith(ResourceUtils.FILE_URL_PREFIX)) {
			Path path = ResourceUtils.getFile(location).toPath().toRealPath();
			BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
			states.add(new FileState(path, attributes.size(), attributes.lastModifiedTime().toInstant(),
					attributes.fileKey()));
		}
	}

	/**
	 * Returns whether the last modification is old enough that any further one would
	 * change the metadata.
	 */
	boolean isSettled(Instant now) {
		return this.modified.plus(SETTLED).isBefore(now);
	}

}
