package io.gatewaywasm.boot.autoconfigure;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.registry.TlsMaterials;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;

/**
 * Finds keys and trusted certificates in Spring Boot's SSL bundles.
 */
final class SslBundleMaterials implements TlsMaterials {

	private final SslBundles bundles;

	private final Set<String> watched = ConcurrentHashMap.newKeySet();

	SslBundleMaterials(SslBundles bundles) {
		this.bundles = bundles;
	}

	@Override
	public @Nullable TlsMaterial find(String name, Runnable onUpdate) {
		try {
			SslManagerBundle managers = this.bundles.getBundle(name).getManagers();
			if (this.watched.add(name)) {
				this.bundles.addBundleUpdateHandler(name, (updated) -> onUpdate.run());
			}
			return new TlsMaterial(managers.getKeyManagerFactory(), managers.getTrustManagerFactory());
		}
		catch (NoSuchSslBundleException ex) {
			return null;
		}
	}

}
