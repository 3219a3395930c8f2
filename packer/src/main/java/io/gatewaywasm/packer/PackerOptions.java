package io.gatewaywasm.packer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.oci.ImageFormat;
import io.gatewaywasm.registry.oci.ImageReference;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the command line. {@code runtimeConfig} is the file with the runtime
 * configuration, or {@code null}. {@code insecure} says whether the registry uses HTTP
 * without TLS. {@code credentials} is user, colon and password, or {@code null}.
 */
record PackerOptions(Path wasm, ImageReference target, ImageFormat format, @Nullable Path runtimeConfig,
		List<String> rootIds, boolean insecure, @Nullable String credentials) {

	private static final String OCI = ImageReference.SCHEME + "://";

	static final String USAGE = """
			Packs a Proxy-Wasm filter as an image and pushes it.

			java -jar gateway-wasm-packer.jar FILTER.wasm oci://REGISTRY/REPOSITORY:TAG [options]

			  --format artifact|compat|docker  artifact: two layers, the filter and its runtime configuration (default)
			                                   compat:   an OCI image with an archive of both files
			                                   docker:   the same as a Docker image
			  --runtime-config FILE            runtime-config.json; by default generated from the options below
			  --root-id ID                     a root id of the filter; may be repeated
			  --insecure                       the registry uses HTTP without TLS
			  --username USER                  log in; the password is read from standard input
			""";

	static PackerOptions parse(String... arguments) {
		Deque<String> rest = new ArrayDeque<>(List.of(arguments));
		List<String> names = new ArrayList<>();
		List<String> rootIds = new ArrayList<>();
		ImageFormat format = ImageFormat.ARTIFACT;
		Path runtimeConfig = null;
		boolean insecure = false;
		String username = null;
		while (!rest.isEmpty()) {
			String argument = rest.remove();
			switch (argument) {
				case "--format" -> format = format(value(argument, rest));
				case "--runtime-config" -> runtimeConfig = Path.of(value(argument, rest));
				case "--root-id" -> rootIds.add(value(argument, rest));
				case "--insecure" -> insecure = true;
				case "--username" -> username = value(argument, rest);
				default -> names.add(argument);
			}
		}
		if (names.size() != 2 || names.stream().anyMatch((name) -> name.startsWith("-"))) {
			throw new PackerException(USAGE);
		}
		return new PackerOptions(Path.of(names.get(0)), target(names.get(1)), format, runtimeConfig,
				List.copyOf(rootIds), insecure, (username != null) ? username + ":" + readPassword() : null);
	}

	private static String value(String option, Deque<String> rest) {
		String value = rest.poll();
		if (value == null) {
			throw new PackerException("The option '%s' needs a value\n\n%s".formatted(option, USAGE));
		}
		return value;
	}

	private static ImageReference target(String name) {
		try {
			ImageReference target = ImageReference.parse(name.startsWith(OCI) ? name : OCI + name);
			if (target.digest() == null) {
				return target;
			}
		}
		catch (ModuleFetchException ex) {
			// reported below
		}
		throw new PackerException("'%s' is not a valid target. Use 'oci://registry/repository:tag'.".formatted(name));
	}

	private static ImageFormat format(String name) {
		try {
			return ImageFormat.valueOf(name.toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw new PackerException(
					"'%s' is not a valid format. Valid formats: artifact, compat, docker\n\n%s".formatted(name, USAGE));
		}
	}

	private static String readPassword() {
		try {
			return new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
		}
		catch (IOException ex) {
			throw new PackerException("The password cannot be read: " + ex);
		}
	}

}
