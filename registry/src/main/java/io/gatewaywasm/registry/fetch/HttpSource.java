package io.gatewaywasm.registry.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.cache.ModuleCache.CachedModule;
import io.gatewaywasm.registry.http.Deadline;
import io.gatewaywasm.registry.http.GuardedHttpClient;
import io.gatewaywasm.registry.http.Retries;
import io.gatewaywasm.registry.http.TransportRequest;
import io.gatewaywasm.registry.http.TransportResponse;
import org.jspecify.annotations.Nullable;

/**
 * Modules on HTTP servers. A module with a digest in the request is fetched only once.
 * Otherwise, the server is asked for a newer version each time.
 */
final class HttpSource implements ModuleSource {

	private final GuardedHttpClient client;

	private final FetchSettings settings;

	HttpSource(GuardedHttpClient client, FetchSettings settings) {
		this.client = client;
		this.settings = settings;
	}

	@Override
	public boolean isCurrent(ModuleRequest request, CachedModule cached) {
		return request.sha256() != null;
	}

	@Override
	public SourceResult fetch(ModuleRequest request, @Nullable CachedModule cached, Deadline deadline) {
		URI uri = uri(request.location());
		String entityTag = (cached != null) ? cached.entry().entityTag() : null;
		Map<String, String> headers = new HashMap<>(Map.of("accept", "application/wasm, */*"));
		if (entityTag != null) {
			headers.put("if-none-match", entityTag);
		}
		TransportRequest get = TransportRequest.get(uri, headers, this.settings.maxModuleSize())
			.limitedBy("gateway.wasm.fetch.max-module-size");
		TransportResponse response = new Retries(this.settings.retries(), this.settings.retryBackoff()).call(deadline,
				() -> this.client.send(get, deadline));
		if (response.status() == 304 && cached != null && entityTag != null) {
			return new SourceResult.Known(cached);
		}
		return new SourceResult.Transferred(body(response, uri), null, response.header("etag"), List.of());
	}

	private static byte[] body(TransportResponse response, URI uri) {
		return switch (response.status()) {
			case 200 -> response.body();
			case 401,
					403 ->
				throw new ModuleFetchException(FetchFailure.UNAUTHORIZED,
						"'%s' denies access to the module (status %d)".formatted(uri.getHost(), response.status()),
						"Use a location that needs no credentials, or an OCI registry.");
			case 404, 410 -> throw new ModuleFetchException(FetchFailure.NOT_FOUND,
					"'%s' does not exist".formatted(uri), "Check the location.");
			default -> throw new ModuleFetchException(FetchFailure.PROTOCOL,
					"'%s' responds with status %d".formatted(uri.getHost(), response.status()), "Check the location.");
		};
	}

	private static URI uri(String location) {
		try {
			URI uri = new URI(location);
			if (uri.getHost() != null && uri.getUserInfo() == null) {
				return uri;
			}
		}
		catch (URISyntaxException ex) {
			// Rejected below, like a URL without a host
		}
		throw new ModuleFetchException(FetchFailure.REQUEST, "The location is not valid for fetching modules",
				"Use 'https://host/path', without user and password.");
	}

}
