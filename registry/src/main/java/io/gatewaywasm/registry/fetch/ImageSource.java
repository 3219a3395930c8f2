package io.gatewaywasm.registry.fetch;

import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.ImagePullPolicy;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.cache.ModuleCache;
import io.gatewaywasm.registry.cache.ModuleCache.CachedModule;
import io.gatewaywasm.registry.http.Deadline;
import io.gatewaywasm.registry.http.GuardedHttpClient;
import io.gatewaywasm.registry.oci.ImageModule;
import io.gatewaywasm.registry.oci.ImageReference;
import io.gatewaywasm.registry.oci.Manifest;
import io.gatewaywasm.registry.oci.RegistrySession;
import io.gatewaywasm.registry.verify.ImageSignatures;
import io.gatewaywasm.registry.verify.VerificationKey;
import org.jspecify.annotations.Nullable;

/**
 * Modules in OCI registries. A tag is resolved once, and the resulting manifest is both
 * verified and pulled.
 */
final class ImageSource implements ModuleSource {

	private final GuardedHttpClient client;

	private final FetchSettings settings;

	private final ModuleCache cache;

	ImageSource(GuardedHttpClient client, FetchSettings settings, ModuleCache cache) {
		this.client = client;
		this.settings = settings;
		this.cache = cache;
	}

	@Override
	public boolean isCurrent(ModuleRequest request, CachedModule cached) {
		ImageReference image = ImageReference.parse(request.location());
		return !image.isMovable() || policy(request, image) == ImagePullPolicy.IF_NOT_PRESENT;
	}

	private static ImagePullPolicy policy(ModuleRequest request, ImageReference image) {
		if (request.imagePullPolicy() != null) {
			return request.imagePullPolicy();
		}
		return "latest".equals(image.tag()) ? ImagePullPolicy.ALWAYS : ImagePullPolicy.IF_NOT_PRESENT;
	}

	@Override
	public SourceResult fetch(ModuleRequest request, @Nullable CachedModule cached, Deadline deadline) {
		ImageReference image = ImageReference.parse(request.location());
		VerificationKey key = (request.verificationKey() != null) ? VerificationKey.parse(request.verificationKey())
				: null;
		RegistrySession session = new RegistrySession(this.client, this.settings, deadline, image);
		Manifest root = session.resolve();
		CachedModule known = this.cache.find(image.pinned(root.digest().toString()))
			.filter((candidate) -> Acceptance.of(request).accepts(candidate.entry()))
			.orElse(null);
		if (known != null) {
			return new SourceResult.Known(known);
		}
		if (key != null) {
			ImageSignatures.require(session, root.digest(), key);
		}
		ImageModule module = ImageModule.pull(session, root, this.settings.maxModuleSize());
		return new SourceResult.Transferred(module.wasm(), root.digest().toString(), null, module.rootIds());
	}

}
