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
 * What a file system tells about a file without its being read. Links are followed, so
 * that a swapped link is a change.
 *
 * @param path the path that links lead to
 * @param size the size in bytes
 * @param modified when the file was written last
 * @param key what the file system calls the file, or {@code null}
 */
record FileState(Path path, long size, Instant modified, @Nullable Object key) {

	/** A file that was written again this soon may look the same. */
	private static final Duration SETTLED = Duration.ofSeconds(2);

	/**
	 * Return the states of the files that a plugin is made from.
	 * @param definition the plugin
	 * @return the states, none if it is not made from files
	 * @throws IOException if a file is not there
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
	 * Return whether the file was written so long ago that another state would tell of
	 * another content.
	 * @param now the time
	 * @return whether the state tells enough
	 */
	boolean isSettled(Instant now) {
		return this.modified.plus(SETTLED).isBefore(now);
	}

}
