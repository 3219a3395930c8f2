package io.gatewaywasm.boot.services;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.PatternMatchUtils;

/**
 * The upstreams that guests may call: those that are declared, by name or alias, and any
 * {@code host:port} that matches a pattern.
 */
public final class Upstreams {

	private static final Pattern TARGET = Pattern.compile("[a-z0-9._-]+:[0-9]{1,5}|\\[[0-9a-f:.]+]:[0-9]{1,5}");

	private final Map<String, Upstream> declared;

	private final List<String> allowedTargets;

	/**
	 * Create new upstreams.
	 * @param declared the declared upstreams by name and alias
	 * @param allowedTargets patterns of {@code host:port}, {@code *} matching anything
	 */
	public Upstreams(Map<String, Upstream> declared, List<String> allowedTargets) {
		this.declared = Map.copyOf(declared);
		this.allowedTargets = allowedTargets.stream().map((target) -> target.toLowerCase(Locale.ROOT)).toList();
	}

	/**
	 * Find an upstream.
	 * @param name the name as a guest gives it
	 * @return the upstream, or {@code null} if guests may not call one of that name
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
