package io.gatewaywasm.registry.oci;

import java.util.Comparator;
import java.util.List;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;

/**
 * Chooses an image from an index. A module runs on every platform, but tools label it
 * with different ones.
 */
final class PlatformChoice {

	private static final int NONE = Integer.MAX_VALUE;

	private PlatformChoice() {
	}

	static Descriptor choose(Manifest index) {
		List<Descriptor> candidates = index.manifests()
			.stream()
			.filter((entry) -> rank(entry) != NONE)
			.sorted(Comparator.comparingInt(PlatformChoice::rank))
			.toList();
		if (candidates.isEmpty()) {
			throw new ModuleFetchException(FetchFailure.UNSUPPORTED_IMAGE,
					"The index %s does not list an image".formatted(index.digest()),
					"Push the image again, or refer to one of its platforms by digest.");
		}
		return candidates.get(0);
	}

	/** The lowest rank is preferred. Attestations are listed with an unknown platform. */
	private static int rank(Descriptor entry) {
		JsonObject platform = entry.json().object("platform");
		String os = String.valueOf(platform.string("os"));
		String architecture = String.valueOf(platform.string("architecture"));
		if (architecture.equals("unknown")) {
			return NONE;
		}
		if (architecture.startsWith("wasm")) {
			return 0;
		}
		if (architecture.equals("null")) {
			return 1;
		}
		return (os.equals("linux") && architecture.equals("amd64")) ? 2 : 3;
	}

}
