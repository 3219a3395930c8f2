package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Suggests a file in the same folder for the name of one that does not exist.
 */
final class NearbyFile {

	private NearbyFile() {
	}

	/**
	 * Returns "Did you mean '…'? " with the location of a file whose name is close, or an
	 * empty string.
	 */
	static String hint(String location, ResourceLoader loader) {
		int name = Math.max(location.lastIndexOf('/'), location.indexOf(':')) + 1;
		String folder = location.substring(0, name);
		return ClosestName.of(location.substring(name), names(folder, loader))
			.map((closest) -> "Did you mean '%s'? ".formatted(WasmPluginException.printable(folder + closest)))
			.orElse("");
	}

	private static List<String> names(String folder, ResourceLoader loader) {
		try {
			Resource[] files = new PathMatchingResourcePatternResolver(loader)
				.getResources(folder.replaceFirst("^classpath:/*", "classpath*:") + "*.*");
			return Arrays.stream(files).map(Resource::getFilename).filter(Objects::nonNull).toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

}
