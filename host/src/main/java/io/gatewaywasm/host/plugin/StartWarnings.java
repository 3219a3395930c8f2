package io.gatewaywasm.host.plugin;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.vm.GuestModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, before a plugin starts, how requests could pass it unseen or unchecked
 * though nothing fails: the plugin is live, and a filter that is meant to refuse requests
 * lets them pass. Each finding is logged once per start and reload.
 */
final class StartWarnings {

	private static final Logger logger = LoggerFactory.getLogger(StartWarnings.class);

	/** Callbacks in which a filter can change or refuse an exchange. */
	private static final Set<Callback> HTTP = EnumSet.of(Callback.REQUEST_HEADERS, Callback.REQUEST_BODY,
			Callback.RESPONSE_HEADERS, Callback.RESPONSE_BODY, Callback.RESPONSE_TRAILERS);

	private static final int MAX_NAMES = 20;

	private static final String LOCAL_RESPONSE = "proxy_send_local_response";

	/** What a filter cannot do that relies on a function. */
	private static final Map<String, String> EFFECTS = Map.of(//
			"proxy_redis_init", "limits, sessions and lists kept in Redis are not enforced", //
			"proxy_redis_call", "limits, sessions and lists kept in Redis are not enforced", //
			"proxy_inject_encoded_data_to_filter_chain", "a streamed response is not rewritten", //
			"proxy_get_upstream_hosts", "the filter does not choose the upstream's host", //
			"proxy_set_upstream_override_host", "the filter does not choose the upstream's host", //
			"envoy_resolve_dns", "the filter does not resolve names");

	private final PluginSpec spec;

	private final GuestModule module;

	private final List<String> warnings = new ArrayList<>();

	private StartWarnings(PluginSpec spec, GuestModule module) {
		this.spec = spec;
		this.module = module;
	}

	/**
	 * Checks a module against what it is started with, and logs the findings.
	 * @param spec what the module is started with
	 * @param module the module
	 * @return the findings, sentences
	 * @throws PluginStartException if the module imports functions that are not
	 * implemented, and the specification refuses that
	 */
	static List<String> check(PluginSpec spec, GuestModule module) throws PluginStartException {
		StartWarnings found = new StartWarnings(spec, module);
		found.checkImports();
		found.checkCallbacks();
		found.checkCapabilities();
		found.warnings.forEach((warning) -> logger.warn("Wasm plugin '{}': {}", spec.id(), warning));
		return List.copyOf(found.warnings);
	}

	private void checkImports() throws PluginStartException {
		List<String> functions = Stream
			.concat(this.module.imports().unimplemented().stream(), this.module.imports().unknown().stream())
			.toList();
		if (functions.isEmpty()) {
			return;
		}
		if (this.spec.unimplemented() == UnimplementedImports.REFUSE) {
			throw new PluginStartException(
					"The module imports functions that this gateway does not implement: " + names(functions) + ".",
					"Use a build of the filter without them. If the filter does not need them, set 'unimplemented: warn'.");
		}
		String effects = functions.stream()
			.map((name) -> EFFECTS.get(name.substring(name.lastIndexOf('.') + 1)))
			.map((effect) -> (effect != null) ? effect : "what they do elsewhere does not happen here")
			.distinct()
			.collect(Collectors.joining("; "));
		this.warnings.add("The module imports functions that this gateway does not implement: " + names(functions)
				+ ". If the filter calls them and ignores the status, " + effects
				+ ", and requests may pass that should be refused. Set 'unimplemented: refuse' to not start such a filter.");
	}

	private void checkCallbacks() {
		List<String> exported = HTTP.stream().filter(this.module::has).map(Callback::export).toList();
		List<String> called = exported.stream().filter(this::isAllowed).toList();
		if (exported.isEmpty()) {
			this.warnings.add("The module exports no callback for requests or responses: on a route it lets every"
					+ " request pass.");
		}
		else if (called.isEmpty()) {
			this.warnings.add("'allowed-capabilities' allows none of the callbacks for requests and responses that the"
					+ " module exports (" + String.join(", ", exported) + "): the filter lets every request pass.");
		}
		else {
			leftOut(Callback.REQUEST_HEADERS, "the filter does not see the headers of requests");
		}
		if (this.spec.root().configuration().length > 0) {
			leftOut(Callback.CONFIGURE, "the filter does not get its configuration");
		}
		if (this.spec.vmConfiguration().length > 0) {
			leftOut(Callback.VM_START, "the filter does not get its VM configuration");
		}
	}

	private void leftOut(Callback callback, String effect) {
		if (this.module.has(callback) && !isAllowed(callback.export())) {
			this.warnings.add("'allowed-capabilities' does not have " + callback.export()
					+ ", which the module exports: " + effect + ".");
		}
	}

	private void checkCapabilities() {
		boolean imported = this.module.module()
			.imports()
			.stream()
			.map(FunctionImport::name)
			.anyMatch(LOCAL_RESPONSE::equals);
		if (imported && !isAllowed(LOCAL_RESPONSE)) {
			this.warnings.add("'allowed-capabilities' does not have " + LOCAL_RESPONSE
					+ ", which the module imports: a filter that ignores the status cannot refuse requests.");
		}
	}

	/** Names are the module's own making. */
	private static String names(List<String> functions) {
		String names = functions.stream()
			.limit(MAX_NAMES)
			.map((name) -> PrintableText.of(name, PrintableText.NAME))
			.collect(Collectors.joining(", "));
		return (functions.size() > MAX_NAMES) ? names + " and " + (functions.size() - MAX_NAMES) + " more" : names;
	}

	private boolean isAllowed(String function) {
		return this.spec.capabilities().isEmpty() || this.spec.capabilities().contains(function);
	}

}
