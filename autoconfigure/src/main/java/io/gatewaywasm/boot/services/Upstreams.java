package io.gatewaywasm.boot.services;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import io.gatewaywasm.host.spi.RouteUpstream;
import org.jspecify.annotations.Nullable;

import org.springframework.util.PatternMatchUtils;

/**
 * The upstreams that guests may call: declared ones by name or alias, the upstream of the
 * stream's route, and each {@code host:port} that matches an allowed pattern.
 */
public final class Upstreams {

	private static final Pattern TARGET = Pattern.compile("[a-z0-9._-]+:[0-9]{1,5}|\\[[0-9a-f:.]+]:[0-9]{1,5}");

	private final Map<String, Upstream> declared;

	private final List<String> allowedTargets;

	private final boolean allowRouteUpstream;

	/**
	 * Creates upstreams.
	 * @param declared the declared upstreams by name and alias
	 * @param allowedTargets patterns of {@code host:port}, in which {@code *} matches
	 * anything. Hosts that a pattern with {@code *} matches are guarded, because the
	 * guest or its client chooses them.
	 * @param allowRouteUpstream whether a stream can call the upstream of its route
	 * without a declaration
	 */
	public Upstreams(Map<String, Upstream> declared, List<String> allowedTargets, boolean allowRouteUpstream) {
		this.declared = Map.copyOf(declared);
		this.allowRouteUpstream = allowRouteUpstream;
		this.allowedTargets = allowedTargets.stream().map((target) -> target.toLowerCase(Locale.ROOT)).toList();
	}

	/**
	 * Finds an upstream by the name that a guest specifies, or returns {@code null} if
	 * guests may not call it.
	 * @param name the name
	 * @param route the upstream of the stream's route, or {@code null} if the guest calls
	 * for no stream or the route has none
	 */
	public @Nullable Upstream find(String name, @Nullable RouteUpstream route) {
		Upstream upstream = this.declared.get(name);
		if (upstream != null) {
			return upstream;
		}
		if (this.allowRouteUpstream && route != null && route.name().equals(name)) {
			return Upstream.of(route);
		}
		return target(name.toLowerCase(Locale.ROOT));
	}

	private @Nullable Upstream target(String name) {
		String allowed = allowed(name);
		if (allowed == null) {
			return null;
		}
		String scheme = name.endsWith(":443") ? "https" : "http";
		return new Upstream(URI.create(scheme + "://" + name), Upstream.RESPONSE_SIZE, isPattern(allowed),
				UpstreamProtocol.HTTP1);
	}

	/**
	 * Returns the allowed target that a name equals, or the first one that matches it, or
	 * {@code null}.
	 */
	private @Nullable String allowed(String name) {
		if (!TARGET.matcher(name).matches()) {
			return null;
		}
		if (this.allowedTargets.contains(name)) {
			return name;
		}
		for (String allowed : this.allowedTargets) {
			if (PatternMatchUtils.simpleMatch(allowed, name)) {
				return allowed;
			}
		}
		return null;
	}

	private static boolean isPattern(String allowed) {
		return allowed.contains("*");
	}

	/**
	 * Returns the name under which calls to an upstream are metered: the allowed target
	 * if it matches one, so that a guest cannot create any number of meters, otherwise
	 * the name itself.
	 * @param name the name that a guest specifies
	 */
	public String label(String name) {
		String allowed = this.declared.containsKey(name) ? null : allowed(name.toLowerCase(Locale.ROOT));
		return (allowed != null) ? allowed : name;
	}

}
