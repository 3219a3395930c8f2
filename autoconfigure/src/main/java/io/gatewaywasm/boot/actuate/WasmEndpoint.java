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
 * {@link Endpoint @Endpoint} to expose the Wasm plugins of a gateway. Shows no
 * configuration of a plugin.
 *
 * @since 0.1.0
 */
@Endpoint(id = "wasm", defaultAccess = Access.READ_ONLY)
public class WasmEndpoint {

	private static final int UNPROCESSABLE = 422;

	private final PluginRegistry registry;

	private final Map<String, String> features = new TreeMap<>();

	/**
	 * Create a new endpoint.
	 * @param registry the plugins to expose
	 * @param features what plugins can use if a library is there
	 */
	public WasmEndpoint(PluginRegistry registry, List<OptionalFeature> features) {
		this.registry = registry;
		features.forEach((feature) -> this.features.put(feature.name(), feature.state()));
	}

	/**
	 * Return all plugins.
	 * @return the plugins by id
	 */
	@ReadOperation
	public PluginsDescriptor plugins() {
		Map<String, PluginDescriptor> plugins = new LinkedHashMap<>();
		this.registry.plugins().forEach((handle) -> plugins.put(handle.id(), PluginDescriptor.of(handle)));
		return new PluginsDescriptor(plugins, this.features);
	}

	/**
	 * Return one plugin.
	 * @param plugin the id of the plugin
	 * @return the plugin, or {@code null} if there is none of that id
	 */
	@ReadOperation
	public @Nullable PluginDescriptor plugin(@Selector String plugin) {
		PluginHandle handle = this.registry.plugin(plugin);
		return (handle != null) ? PluginDescriptor.of(handle) : null;
	}

	/**
	 * Put a new version of a plugin in service, fetched anew from where it comes from.
	 * @param plugin the id of the plugin
	 * @return the plugin, with status 422 if the new version could not be started and the
	 * old one serves; 404 if there is none of that id
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
		return new WebEndpointResponse<>(PluginDescriptor.of(handle), status);
	}

	/**
	 * Description of a gateway's plugins.
	 *
	 * @param plugins the plugins by id
	 * @param features by name what plugins can use if a library is there, and why not if
	 * it is not
	 */
	public record PluginsDescriptor(Map<String, PluginDescriptor> plugins,
			Map<String, String> features) implements OperationResponseBody {

	}

}
