package io.gatewaywasm.registry;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * The keys and trusted certificates that {@link RegistrySettings#sslBundle() settings}
 * refer to by name.
 */
@FunctionalInterface
public interface TlsMaterials {

	/**
	 * No materials.
	 */
	TlsMaterials NONE = (name, onUpdate) -> null;

	/**
	 * Finds materials by name.
	 * @param name the name
	 * @param onUpdate called when the materials have changed and must be found again
	 * @return the materials, or {@code null} if there are none with that name
	 */
	@Nullable TlsMaterial find(String name, Runnable onUpdate);

	/**
	 * The materials for the connections to a server.
	 *
	 * @param keys provides the client's key
	 * @param trust provides the trusted certificates
	 */
	record TlsMaterial(KeyManagerFactory keys, TrustManagerFactory trust) {

	}

}
