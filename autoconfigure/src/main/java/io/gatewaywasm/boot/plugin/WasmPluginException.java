package io.gatewaywasm.boot.plugin;

import org.jspecify.annotations.Nullable;

/**
 * A plugin cannot be used: unknown, not allowed, not found, not WebAssembly, or it
 * refused to start. Says what is wrong, where, and what to do about it.
 */
public class WasmPluginException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String plugin;

	private final @Nullable String routeId;

	private final @Nullable String location;

	private final String reason;

	private final String remedy;

	/**
	 * Create a new exception.
	 * @param plugin the id of the plugin, or what the route calls it
	 * @param routeId the route that wants it, or {@code null}
	 * @param location the location of the module, or {@code null} if it is not known
	 * @param reason what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 * @param cause the cause or {@code null}
	 */
	public WasmPluginException(String plugin, @Nullable String routeId, @Nullable String location, String reason,
			String remedy, @Nullable Throwable cause) {
		super(message(plugin, routeId, location, reason), cause);
		this.plugin = plugin;
		this.routeId = routeId;
		this.location = location;
		this.reason = reason;
		this.remedy = remedy;
	}

	/**
	 * Return an exception for something that should not happen.
	 * @param plugin the id of the plugin
	 * @param location the location of the module
	 * @param cause what was thrown
	 * @return the exception
	 */
	static WasmPluginException unexpected(String plugin, String location, Throwable cause) {
		return new WasmPluginException(plugin, null, location, "Loading failed unexpectedly: " + cause,
				"Look at the stack trace for the cause; if it is in this library, please report it.", cause);
	}

	private static String message(String plugin, @Nullable String routeId, @Nullable String location, String reason) {
		StringBuilder message = new StringBuilder("Wasm plugin '").append(plugin).append('\'');
		if (routeId != null) {
			message.append(" of route '").append(routeId).append('\'');
		}
		if (location != null && !location.equals(plugin)) {
			message.append(" at '").append(location).append('\'');
		}
		return message.append(" cannot be used: ").append(reason).toString();
	}

	/**
	 * Return the same exception for a certain route.
	 * @param routeId the id of the route, or {@code null}
	 * @return this exception, or one that names the route and has this one's cause
	 */
	WasmPluginException forRoute(@Nullable String routeId) {
		if (routeId == null || routeId.equals(this.routeId)) {
			return this;
		}
		return new WasmPluginException(this.plugin, routeId, this.location, this.reason, this.remedy,
				(getCause() != null) ? getCause() : this);
	}

	/**
	 * Return the plugin.
	 * @return the id of the plugin, or what the route calls it
	 */
	public String getPlugin() {
		return this.plugin;
	}

	/**
	 * Return the route that wants the plugin.
	 * @return the id of the route, or {@code null} if no single route is concerned
	 */
	public @Nullable String getRouteId() {
		return this.routeId;
	}

	/**
	 * Return where the module was looked for.
	 * @return the location, or {@code null} if it is not known
	 */
	public @Nullable String getLocation() {
		return this.location;
	}

	/**
	 * Return what is wrong.
	 * @return a sentence
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
