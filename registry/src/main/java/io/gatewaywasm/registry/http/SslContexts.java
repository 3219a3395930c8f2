package io.gatewaywasm.registry.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLException;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.RegistrySettings;
import io.gatewaywasm.registry.TlsMaterials;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The trusted certificates and the client certificate for each server.
 */
public final class SslContexts {

	private static final String DEFAULT = "";

	private final FetchSettings settings;

	private final TlsMaterials materials;

	private final Map<String, SslContext> contexts = new ConcurrentHashMap<>();

	/**
	 * Creates contexts.
	 * @param settings the settings, which name the SSL bundles of servers
	 * @param materials the SSL bundles
	 */
	public SslContexts(FetchSettings settings, TlsMaterials materials) {
		this.settings = settings;
		this.materials = materials;
	}

	/**
	 * Returns the context for a server. {@code authority} is the host, with the port if
	 * it is not the default of the protocol.
	 */
	SslContext forAuthority(String authority) {
		String name = this.settings.registry(authority).map(RegistrySettings::sslBundle).orElse(DEFAULT);
		return this.contexts.computeIfAbsent(name, this::create);
	}

	private SslContext create(String name) {
		try {
			return name.equals(DEFAULT) ? SslContextBuilder.forClient().build() : createOf(name);
		}
		catch (SSLException ex) {
			throw unusable(name, ex);
		}
	}

	private SslContext createOf(String name) throws SSLException {
		TlsMaterials.TlsMaterial material = this.materials.find(name, () -> this.contexts.remove(name));
		if (material == null) {
			throw unusable(name, null);
		}
		return SslContextBuilder.forClient().keyManager(material.keys()).trustManager(material.trust()).build();
	}

	private static ModuleFetchException unusable(String name, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.REQUEST, "The SSL bundle '%s' cannot be used".formatted(name),
				"Declare it under 'spring.ssl.bundle'.", cause);
	}

}
