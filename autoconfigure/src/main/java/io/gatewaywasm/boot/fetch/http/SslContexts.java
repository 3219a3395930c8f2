package io.gatewaywasm.boot.fetch.http;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLException;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.FetchSettings;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import io.gatewaywasm.boot.fetch.RegistrySettings;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The trusted certificates and the client certificate for each server.
 */
public final class SslContexts {

	private static final String DEFAULT = "";

	private final FetchSettings settings;

	private final @Nullable SslBundles bundles;

	private final Map<String, SslContext> contexts = new ConcurrentHashMap<>();

	private final Set<String> watched = ConcurrentHashMap.newKeySet();

	/**
	 * Creates contexts.
	 * @param settings the settings, which name the SSL bundles of servers
	 * @param bundles the SSL bundles, or {@code null} if there are none
	 */
	public SslContexts(FetchSettings settings, @Nullable SslBundles bundles) {
		this.settings = settings;
		this.bundles = bundles;
	}

	/**
	 * Returns the context for a server.
	 * @param authority the host, with the port if it is not the default of the protocol
	 */
	SslContext forAuthority(String authority) {
		String name = this.settings.registry(authority).map(RegistrySettings::sslBundle).orElse(DEFAULT);
		return this.contexts.computeIfAbsent(name, this::create);
	}

	private SslContext create(String name) {
		try {
			return name.equals(DEFAULT) ? SslContextBuilder.forClient().build() : createOf(name);
		}
		catch (NoSuchSslBundleException | SSLException ex) {
			throw unusable(name, ex);
		}
	}

	private SslContext createOf(String name) throws SSLException {
		if (this.bundles == null) {
			throw unusable(name, null);
		}
		SslBundle bundle = this.bundles.getBundle(name);
		if (this.watched.add(name)) {
			this.bundles.addBundleUpdateHandler(name, (updated) -> this.contexts.remove(name));
		}
		return SslContextBuilder.forClient()
			.keyManager(bundle.getManagers().getKeyManagerFactory())
			.trustManager(bundle.getManagers().getTrustManagerFactory())
			.build();
	}

	private static ModuleFetchException unusable(String name, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.REQUEST, "The SSL bundle '%s' cannot be used".formatted(name),
				"Declare it under 'spring.ssl.bundle'.", cause);
	}

}
