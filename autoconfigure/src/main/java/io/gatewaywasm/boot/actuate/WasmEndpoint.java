package io.gatewaywasm.boot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@link Endpoint @Endpoint} that exposes the Wasm plugins of a gateway. Does not show
 * their configurations.
 *
 * @since 0.1.0
 */
@Endpoint(id = "wasm", defaultAccess = Access.READ_ONLY)
public class WasmEndpoint {

	private static final int UNPROCESSABLE = 422;

	private final PluginRegistry registry;

	private final Map<String, String> features = new TreeMap<>();

	/**
	 * Creates an endpoint.
	 * @param registry the plugins to expose
	 * @param features the features that depend on optional libraries
	 */
	public WasmEndpoint(PluginRegistry registry, List<OptionalFeature> features) {
		this.registry = registry;
		features.forEach((feature) -> this.features.put(feature.name(), feature.state()));
	}

	/**
	 * Returns all plugins.
	 * @return the plugins by id
	 */
	@ReadOperation
	public PluginsDescriptor plugins() {
		Map<String, PluginDescriptor> plugins = new LinkedHashMap<>();
		this.registry.plugins().forEach((handle) -> plugins.put(handle.id(), PluginDescriptor.of(handle, false)));
		return new PluginsDescriptor(plugins, this.features);
	}

	/**
	 * Returns a plugin.
	 * @param plugin the id of the plugin
	 * @return the plugin, or {@code null} if there is none with that id
	 */
	@ReadOperation
	public @Nullable PluginDescriptor plugin(@Selector String plugin) {
		PluginHandle handle = this.registry.plugin(plugin);
		return (handle != null) ? PluginDescriptor.of(handle, true) : null;
	}

	/**
	 * Fetches the plugin again and reloads it.
	 * @param plugin the id of the plugin
	 * @return the plugin, with status 422 if the new version could not be started and the
	 * old one keeps serving, or 404 if the plugin does not exist
	 */
	@WriteOperation
	public WebEndpointResponse<PluginDescriptor> reload(@Selector String plugin) {
		PluginHandle handle = this.registry.plugin(plugin);
		if (handle == null) {
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		int status = WebEndpointResponse.STATUS_OK;
		try {
			this.registry.reload(handle);
		}
		catch (WasmPluginException ex) {
			status = UNPROCESSABLE;
		}
		return new WebEndpointResponse<>(PluginDescriptor.of(handle, true), status);
	}

	/**
	 * Describes the plugins of a gateway.
	 *
	 * @param plugins the plugins by id
	 * @param features the states of optional features by name
	 */
	public record PluginsDescriptor(Map<String, PluginDescriptor> plugins,
			Map<String, String> features) implements OperationResponseBody {

	}

}
