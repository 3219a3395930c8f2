package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Suggests a file in the same folder for the name of one that does not exist. Reads no
 * other folder: the folder can be the root of a file system.
 */
final class NearbyFile {

	/** The number of names of a folder that are compared. */
	private static final int NAMES = 1000;

	private NearbyFile() {
	}

	/**
	 * Returns "Did you mean '…'? " with the location of a file whose name is close, or an
	 * empty string.
	 */
	static String hint(String location, ResourceLoader loader) {
		int name = Math.max(location.lastIndexOf('/'), location.indexOf(':')) + 1;
		String folder = location.substring(0, name);
		try {
			return ClosestName.of(location.substring(name), names(folder, loader))
				.filter((closest) -> loader.getResource(folder + closest).isReadable())
				.map((closest) -> "Did you mean '%s'? ".formatted(WasmPluginException.printable(folder + closest)))
				.orElse("");
		}
		catch (IOException | RuntimeException ex) {
			return "";
		}
	}

	private static List<String> names(String folder, ResourceLoader loader) throws IOException {
		if (folder.startsWith("file:")) {
			return list(loader.getResource(folder).getFile().toPath());
		}
		String path = folder.replaceFirst("^classpath:/*", "");
		// The root of the class path is in every archive
		if (path.isEmpty() || path.matches(".*[*?{].*")) {
			return List.of();
		}
		ResourcePatternResolver resolver = new PathMatchingResourcePatternResolver(loader);
		List<String> names = new ArrayList<>();
		for (Resource found : resolver.getResources("classpath*:" + path)) {
			names.addAll(found.isFile() ? list(found.getFile().toPath())
					: archived(resolver.getResources(found.getURL() + "*")));
		}
		return names;
	}

	private static List<String> list(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.limit(NAMES).map(Path::getFileName).map(Path::toString).toList();
		}
	}

	private static List<String> archived(Resource[] files) {
		return Arrays.stream(files).limit(NAMES).map(Resource::getFilename).filter(Objects::nonNull).toList();
	}

}
