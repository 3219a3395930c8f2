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
 * Finds out before a plugin starts whether requests can bypass the guest or its checks
 * without a failure. Such a plugin is live, but a guest that should reject requests lets
 * them pass. Each finding is logged once per start and reload.
 */
final class StartWarnings {

	private static final Logger logger = LoggerFactory.getLogger(StartWarnings.class);

	/** Callbacks in which a guest can change or reject an exchange. */
	private static final Set<Callback> HTTP = EnumSet.of(Callback.REQUEST_HEADERS, Callback.REQUEST_BODY,
			Callback.REQUEST_TRAILERS, Callback.RESPONSE_HEADERS, Callback.RESPONSE_BODY, Callback.RESPONSE_TRAILERS);

	/** The parts of an exchange that a guest does not see without a callback. */
	private static final Map<Callback, String> UNSEEN = Map.of(//
			Callback.REQUEST_HEADERS, "the headers of requests", //
			Callback.REQUEST_BODY, "the bodies of requests", //
			Callback.REQUEST_TRAILERS, "the trailers of requests", //
			Callback.RESPONSE_HEADERS, "the headers of responses", //
			Callback.RESPONSE_BODY, "the bodies of responses", //
			Callback.RESPONSE_TRAILERS, "the trailers of responses", //
			Callback.HTTP_CALL_RESPONSE, "the responses to its HTTP callouts", //
			Callback.REDIS_CALL_RESPONSE, "the replies to its Redis calls");

	private static final int MAX_NAMES = 20;

	private static final String LOCAL_RESPONSE = "proxy_send_local_response";

	private final PluginSpec spec;

	private final GuestModule module;

	private final boolean redis;

	private final List<String> warnings = new ArrayList<>();

	private StartWarnings(PluginSpec spec, GuestModule module, boolean redis) {
		this.spec = spec;
		this.module = module;
		this.redis = redis;
	}

	/** Logs the findings of {@link #find}, and returns them. */
	static List<String> findAndLog(PluginSpec spec, GuestModule module, boolean redis) throws PluginStartException {
		List<String> warnings = find(spec, module, redis);
		warnings.forEach((warning) -> logger.warn("Wasm plugin '{}': {}", spec.id(), warning));
		return warnings;
	}

	/**
	 * Checks a module with its specification, and returns the findings as sentences.
	 * {@code redis} says whether the gateway supports Redis. Throws
	 * {@link PluginStartException} if the module imports functions that are not
	 * implemented, and the specification rejects that.
	 */
	static List<String> find(PluginSpec spec, GuestModule module, boolean redis) throws PluginStartException {
		StartWarnings found = new StartWarnings(spec, module, redis);
		found.checkImports();
		found.checkCallbacks();
		found.checkCapabilities();
		return List.copyOf(found.warnings);
	}

	private void checkImports() throws PluginStartException {
		List<ModuleReport.Function> missing = ModuleReport.functions(this.module, this.redis)
			.stream()
			.filter((function) -> function.support() != ModuleReport.Support.BUILT)
			.toList();
		if (missing.isEmpty()) {
			return;
		}
		List<String> functions = missing.stream().map(ModuleReport.Function::name).toList();
		if (this.spec.run().unimplemented() == UnimplementedImports.REFUSE) {
			throw new PluginStartException(
					"The module imports functions that this gateway does not implement: " + names(functions) + ".",
					"Build the filter without them. If the filter does not need them, set 'unimplemented: warn'.");
		}
		String effects = missing.stream()
			.map(ModuleReport.Function::effect)
			.distinct()
			.collect(Collectors.joining("; "));
		this.warnings.add("The module imports functions that this gateway does not implement: " + names(functions)
				+ ". If the filter calls them and ignores the status, " + effects
				+ ", and it may pass requests that it should reject. To refuse such filters, set 'unimplemented: refuse'.");
	}

	private void checkCallbacks() {
		List<String> exported = HTTP.stream().filter(this.module::has).map(Callback::export).toList();
		List<String> called = exported.stream().filter(this::isAllowed).toList();
		if (exported.isEmpty()) {
			this.warnings.add("The module exports no callback for requests or responses. On a route it lets every"
					+ " request pass.");
		}
		else if (called.isEmpty()) {
			this.warnings.add("'allowed-capabilities' allows none of the callbacks for requests and responses that the"
					+ " module exports (" + String.join(", ", exported) + "). The filter lets every request pass.");
		}
		else {
			checkUnseen();
		}
		if (this.spec.root().configuration().length > 0) {
			checkListed(Callback.CONFIGURE, "the filter does not receive its configuration");
		}
		if (this.spec.vm().configuration().length > 0) {
			checkListed(Callback.VM_START, "the filter does not receive its VM configuration");
		}
	}

	/**
	 * Reports all callbacks in one line, because filters built with the Rust SDK export
	 * all of them.
	 */
	private void checkUnseen() {
		List<Callback> missing = Stream
			.concat(HTTP.stream(), Stream.of(Callback.HTTP_CALL_RESPONSE, Callback.REDIS_CALL_RESPONSE))
			.filter(this.module::has)
			.filter((callback) -> !isAllowed(callback.export()))
			.toList();
		if (!missing.isEmpty()) {
			this.warnings.add("'allowed-capabilities' does not contain "
					+ missing.stream().map(Callback::export).collect(Collectors.joining(", "))
					+ ", which the module exports. The filter does not see "
					+ missing.stream().map(UNSEEN::get).collect(Collectors.joining(", ")) + ".");
		}
	}

	private void checkListed(Callback callback, String effect) {
		if (this.module.has(callback) && !isAllowed(callback.export())) {
			this.warnings.add("'allowed-capabilities' does not contain " + callback.export()
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
			this.warnings.add("'allowed-capabilities' does not contain " + LOCAL_RESPONSE
					+ ", which the module imports. A filter that ignores the status cannot reject requests.");
		}
	}

	/**
	 * Joins names that the module has chosen, and which may therefore contain anything.
	 */
	private static String names(List<String> functions) {
		String names = functions.stream()
			.limit(MAX_NAMES)
			.map((name) -> PrintableText.of(name, PrintableText.NAME))
			.collect(Collectors.joining(", "));
		return (functions.size() > MAX_NAMES) ? names + " and " + (functions.size() - MAX_NAMES) + " more" : names;
	}

	private boolean isAllowed(String function) {
		Set<String> allowed = this.spec.vm().capabilities();
		return allowed.isEmpty() || allowed.contains(function);
	}

}
