package io.gatewaywasm.boot.plugin;

import java.util.List;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.plugin.PluginStartException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a plugin cannot be used, for example because it is unknown, not allowed,
 * not found, not a valid module, or failed to start. Carries the reason, the place and
 * the remedy.
 */
public class WasmPluginException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private static final int MAX_TEXT = 1024;

	private final String plugin;

	private final @Nullable String routeId;

	private final @Nullable String location;

	private final String reason;

	private final String remedy;

	private final @Nullable String filter;

	private final @Nullable String property;

	/**
	 * Creates an exception.
	 * @param plugin the id of the plugin, or its name in the route, or empty if the route
	 * names none
	 * @param routeId the route that uses the plugin, or {@code null}
	 * @param location the location of the module, or {@code null} if it is unknown
	 * @param reason a sentence that says what is wrong
	 * @param remedy sentences that say what to do
	 * @param cause the cause, or {@code null}
	 */
	public WasmPluginException(String plugin, @Nullable String routeId, @Nullable String location, String reason,
			String remedy, @Nullable Throwable cause) {
		this(plugin, routeId, location, reason, remedy, null, null, cause);
	}

	private WasmPluginException(String plugin, @Nullable String routeId, @Nullable String location, String reason,
			String remedy, @Nullable String filter, @Nullable String property, @Nullable Throwable cause) {
		super(message(plugin, routeId, location, reason), cause);
		this.plugin = plugin;
		this.routeId = routeId;
		this.location = location;
		this.reason = reason;
		this.remedy = remedy;
		this.filter = filter;
		this.property = property;
	}

	/**
	 * Creates an exception for an unexpected failure.
	 */
	static WasmPluginException unexpected(String plugin, String location, Throwable cause) {
		return new WasmPluginException(plugin, null, location, "Loading failed unexpectedly: " + cause,
				"See the stack trace for the cause. If the cause is in this library, please report it.", cause);
	}

	private static String message(String plugin, @Nullable String routeId, @Nullable String location, String reason) {
		StringBuilder message = new StringBuilder(
				plugin.isEmpty() ? "A Wasm filter" : "Wasm plugin '" + printable(plugin) + "'");
		if (routeId != null) {
			message.append(" of route '").append(printable(routeId)).append('\'');
		}
		if (location != null && !location.equals(plugin)) {
			message.append(" at '").append(printable(location)).append('\'');
		}
		return message.append(" cannot be used: ").append(reason).toString();
	}

	/**
	 * Returns text that is safe in a message. Clients that add routes choose names and
	 * locations, and must not forge lines of the log.
	 */
	static String printable(String text) {
		return PrintableText.of(text, MAX_TEXT);
	}

	/**
	 * Returns this exception, or one for the given route with the same cause.
	 */
	WasmPluginException forRoute(@Nullable String routeId) {
		if (routeId == null || routeId.equals(this.routeId)) {
			return this;
		}
		return new WasmPluginException(this.plugin, routeId, this.location, this.reason, this.remedy, this.filter,
				this.property, causeOfCopy());
	}

	/**
	 * Returns an exception for the given filter with the same cause.
	 * @param filter the name of the filter's property, such as {@code
	 * routes[0].filters[1]}
	 * @return the exception
	 */
	public WasmPluginException forFilter(String filter) {
		return new WasmPluginException(this.plugin, this.routeId, this.location, this.reason, this.remedy, filter,
				this.property, causeOfCopy());
	}

	/** Returns an exception for the given property of the plugin with the same cause. */
	WasmPluginException forProperty(String property) {
		return new WasmPluginException(this.plugin, this.routeId, this.location, this.reason, this.remedy, this.filter,
				property, getCause());
	}

	private Throwable causeOfCopy() {
		return (getCause() != null) ? getCause() : this;
	}

	/**
	 * Returns a log message that consists of the reason, the consequence and the remedy,
	 * followed by the guest's stack and last lines.
	 * @param consequence a sentence that describes the consequence, possibly empty
	 */
	public String report(String consequence) {
		return sentences(message(this.plugin, this.routeId, this.location, getProblem()), consequence, this.remedy)
				+ getDetails();
	}

	/**
	 * Joins sentences, and adds a period to those without.
	 */
	static String sentences(String... sentences) {
		StringBuilder text = new StringBuilder();
		for (String sentence : sentences) {
			String stripped = sentence.strip();
			if (!stripped.isEmpty()) {
				text.append(text.isEmpty() ? "" : " ").append(stripped);
				text.append(stripped.matches("(?s).*[.?!:]") ? "" : ".");
			}
		}
		return text.toString();
	}

	/**
	 * Returns the plugin.
	 * @return the id of the plugin, or its name in the route, or empty if the route names
	 * none
	 */
	public String getPlugin() {
		return this.plugin;
	}

	/**
	 * Returns the route.
	 * @return the id of the route, or {@code null} if the failure does not concern a
	 * single route
	 */
	public @Nullable String getRouteId() {
		return this.routeId;
	}

	/**
	 * Returns the filter of the configured routes that uses the plugin.
	 * @return the name of the filter's property below the prefix of the gateway, or
	 * {@code null} if it is unknown
	 */
	public @Nullable String getFilter() {
		return this.filter;
	}

	/**
	 * Returns the property of the plugin, or the argument of the filter, that is invalid.
	 * @return the name below that of the plugin, such as {@code configuration-location},
	 * or {@code null} if the failure does not concern one of them
	 */
	public @Nullable String getProperty() {
		return this.property;
	}

	/**
	 * Returns the location of the module or configuration.
	 * @return the location, or {@code null} if it is unknown
	 */
	public @Nullable String getLocation() {
		return this.location;
	}

	/**
	 * Returns the reason, with the guest's last lines if it could not be started.
	 * @return one line that says what is wrong
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * Returns the reason without the guest's last lines.
	 * @return a sentence that says what is wrong
	 */
	public String getProblem() {
		return (getCause() instanceof PluginStartException start) ? start.problem() : this.reason;
	}

	/**
	 * Returns the guest's stack, if it trapped during its start, and its last lines.
	 * @return lines that follow a line break each, possibly none
	 */
	public String getDetails() {
		return (getCause() instanceof PluginStartException start) ? start.details() : "";
	}

	/**
	 * Returns the guest's stack, if it trapped during its start.
	 * @return the functions, innermost first, possibly none
	 */
	public List<String> getGuestStack() {
		return (getCause() instanceof PluginStartException start) ? start.guestStack() : List.of();
	}

	/**
	 * Returns the remedy.
	 * @return sentences that say what to do
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
