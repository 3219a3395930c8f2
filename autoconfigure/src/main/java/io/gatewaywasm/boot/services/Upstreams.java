package io.gatewaywasm.boot.services;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.PatternMatchUtils;

/**
 * The upstreams that guests may call: declared ones by name or alias, and each {@code
 * host:port} that matches an allowed pattern.
 */
public final class Upstreams {

	private static final Pattern TARGET = Pattern.compile("[a-z0-9._-]+:[0-9]{1,5}|\\[[0-9a-f:.]+]:[0-9]{1,5}");

	private final Map<String, Upstream> declared;

	private final List<String> allowedTargets;

	/**
	 * Creates upstreams.
	 * @param declared the declared upstreams by name and alias
	 * @param allowedTargets patterns of {@code host:port}, in which {@code *} matches
	 * anything
	 */
	public Upstreams(Map<String, Upstream> declared, List<String> allowedTargets) {
		this.declared = Map.copyOf(declared);
		this.allowedTargets = allowedTargets.stream().map((target) -> target.toLowerCase(Locale.ROOT)).toList();
	}

	/**
	 * Finds a declared upstream by the name that a guest specifies, or returns {@code
	 * null}.
	 */
	@Nullable Upstream declared(String name) {
		return this.declared.get(name);
	}

	/**
	 * Finds an upstream by the name that a guest specifies, or returns {@code null} if
	 * guests may not call it.
	 */
	public @Nullable Upstream find(String name) {
		Upstream upstream = this.declared.get(name);
		return (upstream != null) ? upstream : target(name.toLowerCase(Locale.ROOT));
	}

	private @Nullable Upstream target(String name) {
		if (!TARGET.matcher(name).matches()
				|| this.allowedTargets.stream().noneMatch((allowed) -> PatternMatchUtils.simpleMatch(allowed, name))) {
			return null;
		}
		String scheme = name.endsWith(":443") ? "https" : "http";
		return new Upstream(URI.create(scheme + "://" + name), Upstream.DEFAULT_MAX_RESPONSE_SIZE);
	}

}
