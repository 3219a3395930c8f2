package io.gatewaywasm.converter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the places in Envoy's and Istio's configuration that a filter has, and for
 * its neighbors.
 */
class EnvoyScopeTests {

	private static final String WASM = "\"@type\": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm,"
			+ " config: { vm_config: { code: { local: { filename: /a.wasm } } } }";

	private static final String FILTER = "{ name: a, typed_config: { " + WASM + " } }";

	/** A configuration that names a cluster. */
	private static final String CALL = "configuration: { \"@type\":"
			+ " type.googleapis.com/google.protobuf.StringValue, value: auth }";

	private final ConverterRun converter = new ConverterRun();

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "workloadSelector: { labels: { app: shop } };spec.workloadSelector",
					"targetRefs: [ { kind: Gateway, name: edge } ];spec.targetRefs", "priority: 10;spec.priority",
					"frobnicate: 1;spec.frobnicate" })
	void proxiesOfAnEnvoyFilterAreNoted(String field, String path) {
		assertThat(this.converter.run(envoyFilter(field, "applyTo: HTTP_FILTER", "operation: ADD"), "--strict"))
			.isEqualTo(2);
		assertThat(this.converter.output()).contains("- Wasm=a\n");
		assertThat(this.converter.errors().lines()).singleElement()
			.asString()
			.contains("EnvoyFilter 'shop': `" + path + "` has no equivalent.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "context: SIDECAR_INBOUND;context` is SIDECAR_INBOUND",
			"context: GATEWAY;context` is GATEWAY", "proxy: { proxyVersion: '1.2' };proxy`",
			"listener: { portNumber: 8080 };listener.portNumber`", "listener: { name: x };listener.name`",
			"listener: { filterChain: { name: x } };listener.filterChain.name`",
			"listener: { filterChain: { sni: x } };listener.filterChain.sni`",
			"listener: { filterChain: { applicationProtocols: h2 } };listener.filterChain.applicationProtocols`",
			"routeConfiguration: { vhost: { name: x } };routeConfiguration`", "cluster: { name: x };cluster`" })
	void matchOfAnEnvoyFilterIsNoted(String match, String path) {
		String patch = envoyFilter("priority: 0", "applyTo: HTTP_FILTER, match: { " + match + " }", "operation: ADD")
			.replace("  priority: 0\n", "");
		assertThat(this.converter.run(patch, "--strict")).isEqualTo(2);
		assertThat(this.converter.errors().lines()).singleElement()
			.asString()
			.contains("`spec.configPatches[0].match." + path)
			.contains("Its filters are on all routes.");
	}

	@Test
	void envoyFilterForEachProxyHasNoNotes() {
		assertThat(this.converter.run(envoyFilter("frobnicate: ~", "applyTo: HTTP_FILTER, match: { context: ANY,"
				+ " listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager } } } }",
				"operation: ADD"), "--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("# Converted from -: EnvoyFilter shop", "- Wasm=a\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT_BEFORE", "INSERT_AFTER", "INSERT_FIRST", "MERGE", "REPLACE" })
	void operationOfAnEnvoyFilterIsNoted(String operation) {
		this.converter.run(envoyFilter("frobnicate: ~",
				"applyTo: HTTP_FILTER, match: { listener: { filterChain: { filter: { name:"
						+ " envoy.filters.network.http_connection_manager, subFilter: { name: router } } } } }",
				"operation: " + operation));
		assertThat(this.converter.output()).contains("- Wasm=a\n");
		assertThat(this.converter.errors().lines()).singleElement()
			.asString()
			.contains("`spec.configPatches[0].patch.operation` is " + operation)
			.contains(" 'router'");
	}

	@Test
	void filterClassOfAnEnvoyFilterIsNoted() {
		this.converter.run(envoyFilter("frobnicate: ~", "applyTo: HTTP_FILTER", "operation: ADD, filterClass: AUTHZ"));
		assertThat(this.converter.errors()).isEqualTo(
				"Not converted: EnvoyFilter 'shop': `spec.configPatches[0].patch.filterClass` has no equivalent.\n");
	}

	@Test
	void envoyFilterThatRemovesAFilterProducesNone() {
		assertThat(this.converter.run(
				envoyFilter("frobnicate: ~", "applyTo: HTTP_FILTER, match: { context: GATEWAY }", "operation: REMOVE")))
			.isEqualTo(1);
		assertThat(this.converter.output()).isEmpty();
		assertThat(this.converter.errors()).contains(
				"EnvoyFilter 'shop': `spec.configPatches[0]` removes a part of the proxy's configuration (HTTP_FILTER)",
				"-: EnvoyFilter shop does not contain a Wasm filter.");
	}

	@Test
	void otherPatchesOfAnEnvoyFilterAreNoted() {
		this.converter
			.run(envoyFilter("frobnicate: ~", "applyTo: HTTP_FILTER", "operation: ADD") + "    - applyTo: HTTP_FILTER\n"
					+ "      patch: { operation: ADD, value: { name: envoy.filters.http.lua, typed_config: {} } }\n");
		assertThat(this.converter.errors()).isEqualTo("Not converted: EnvoyFilter 'shop': `spec.configPatches[1]`"
				+ " (HTTP_FILTER 'envoy.filters.http.lua') has no equivalent.\n");
	}

	@Test
	void clusterOfAnEnvoyFilterIsAnUpstream() {
		String patches = envoyFilter("frobnicate: ~", "applyTo: HTTP_FILTER", "operation: ADD").replace(FILTER,
				with(CALL)) + "    - applyTo: CLUSTER\n      match: { context: GATEWAY }\n"
				+ "      patch: { operation: ADD, value: " + cluster("type: STATIC") + " }\n";
		assertThat(this.converter.run(patches, "--strict")).isZero();
		assertThat(this.converter.output()).contains("uri: http://a:1", "aliases: auth");
	}

	@Test
	void discoveredFilterIsThatOfTheExtensionConfig() {
		String discovery = "{ name: a, config_discovery: { config_source: { ads: {} }, type_urls:"
				+ " [ type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm ] } }";
		this.converter.run(envoyFilter("frobnicate: ~", "applyTo: EXTENSION_CONFIG", "operation: ADD")
				+ "    - applyTo: HTTP_FILTER\n      patch: { operation: ADD, value: " + discovery + " }\n");
		assertThat(this.converter.output()).containsOnlyOnce("- Wasm=a\n");
		assertThat(this.converter.errors()).isEmpty();
	}

	@Test
	void discoveredFilterThatIsDisabledIsNoted() {
		this.converter
			.run("http_filters: [ { name: a, disabled: true, is_optional: true, config_discovery: { type_urls:"
					+ " [ type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm ] } } ]\n---\nresources: [ "
					+ FILTER + " ]\n");
		assertThat(this.converter.output()).contains("- Wasm=a\n");
		assertThat(this.converter.errors())
			.contains("Filter 'a' is disabled. Move its plugin to the routes that enable it.")
			.contains("`http_filters[0].is_optional` has no equivalent.")
			.doesNotContain("discovery service");
	}

	@Test
	void sameFilterForSeveralKindsOfProxiesRunsOnce() {
		String patch = envoyFilter("frobnicate: ~", "applyTo: HTTP_FILTER", "operation: ADD");
		this.converter.run(patch + "---\n" + patch.replace("name: shop", "name: other"));
		assertThat(this.converter.output()).containsOnlyOnce("- Wasm=").doesNotContain("a-2");
	}

	@Test
	void otherFiltersOfTheChainAreNoted() {
		String config = "http_filters:\n  - { name: envoy.filters.http.jwt_authn, typed_config: {} }\n  - " + FILTER
				+ "\n  - { name: envoy.filters.http.ext_authz, disabled: true }\n"
				+ "  - { name: last, typed_config: { \"@type\":"
				+ " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }\n";
		assertThat(this.converter.run(config, "--strict")).isEqualTo(2);
		assertThat(this.converter.errors()).isEqualTo(
				"Not converted: -: the filter 'envoy.filters.http.jwt_authn' (`http_filters[0]`) has no equivalent.\n"
						+ "Not converted: -: the filter 'envoy.filters.http.ext_authz' (`http_filters[2]`) has no equivalent.\n");
	}

	@Test
	void filtersOfAChainWithoutWasmFiltersAreNotNoted() {
		this.converter.run("http_filters: [ " + FILTER + " ]\nother: { http_filters: [ { name: lua } ] }\n");
		assertThat(this.converter.errors()).doesNotContain("lua");
	}

	@Test
	void filterOfOneListenerIsNotedIfThereAreOthers() {
		this.converter.run("listeners:\n  - " + listener("", FILTER) + "\n  - "
				+ listener("", FILTER.replace("name: a", "name: b") + ", " + FILTER) + "\n");
		assertThat(this.converter.output()).containsOnlyOnce("- Wasm=a\n").containsOnlyOnce("- Wasm=b\n");
		assertThat(this.converter.errors())
			.isEqualTo("Not converted: 'b' is on all routes, but was only in 1 of 2 filter"
					+ " chains: `listeners[1].filter_chains[0].filters[0].typed_config.http_filters` of -. Move it to the"
					+ " routes of these.\n");
	}

	@Test
	void matchOfAFilterChainIsNoted() {
		this.converter
			.run("listeners:\n  - " + listener("filter_chain_match: { server_names: [ shop.example.org ] },", FILTER));
		assertThat(this.converter.errors())
			.isEqualTo("Not converted: -: `listeners[0].filter_chains[0].filter_chain_match` has no equivalent. The"
					+ " filters of this chain are on all routes.\n");
	}

	@Test
	void networkFiltersNextToTheHttpFiltersAreNoted() {
		this.converter.run("listeners:\n  - " + listener("", FILTER).replace("filters: [ { name: hcm",
				"filters: [ { name: envoy.filters.network.rbac }, { name: hcm"));
		assertThat(this.converter.errors()).isEqualTo("Not converted: -: the filter 'envoy.filters.network.rbac'"
				+ " (`listeners[0].filter_chains[0].filters[0]`) has no equivalent.\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "reload_config: { backoff: { base_interval: 1s } };reload_config",
					"failure_policy: FAIL_OPEN, fail_open: true;failure_policy",
					"capability_restriction_config: { allowed_capabilities: { proxy_log: { x: 1 } } };proxy_log.x",
					"frobnicate: 1;config.frobnicate" })
	void fieldOfAFilterIsNoted(String field, String path) {
		this.converter.run("http_filters: [ " + with(field) + " ]");
		assertThat(this.converter.errors().lines()).singleElement()
			.asString()
			.contains("Filter 'a': `")
			.contains(path + "` has no equivalent.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "remote: { http_uri: { uri: 'https://x/a.wasm', cluster: x, timeout: 10s } };http_uri.timeout",
					"remote: { http_uri: { uri: 'https://x/a.wasm' }, retry_policy: {} };remote.retry_policy",
					"local: { filename: /a.wasm, watched_directory: {} };watched_directory" })
	void fieldOfALocationIsNoted(String code, String path) {
		this.converter.run("http_filters: [ " + FILTER.replace("local: { filename: /a.wasm }", code) + " ]");
		assertThat(this.converter.errors().lines()).singleElement().asString().contains(path + "` has no equivalent.");
	}

	@Test
	void settingsOfAFilterAreConverted() {
		String fields = "failure_policy: FAIL_RELOAD, allow_on_headers_stop_iteration: false,"
				+ " capability_restriction_config: { allowed_capabilities: { proxy_log: {} } }";
		String vm = "vm_config: { vm_id: v, runtime: envoy.wasm.runtime.v8, allow_precompiled: false,"
				+ " nack_on_code_cache_miss: false, environment_variables: { host_env_keys: [ HOME ],"
				+ " key_values: { A_B: c } },";
		assertThat(this.converter.run("http_filters: [ " + with(fields).replace("vm_config: {", vm) + " ]", "--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("fail-strategy: reload", "vm-id: v", "HOME: ${HOME:}",
				"'[A_B]': c", "allowed-capabilities: proxy_log", "allow-on-headers-stop-iteration: 'false'");
	}

	@Test
	void switchesOfAVirtualMachineAreNotedIfTheyAreSet() {
		this.converter.run("http_filters: [ "
				+ FILTER.replace("vm_config: {", "vm_config: { nack_on_code_cache_miss: true,") + " ]");
		assertThat(this.converter.errors()).contains("vm_config.nack_on_code_cache_miss` has no equivalent.");
	}

	@Test
	void optionalFilterIsNoted() {
		this.converter.run("http_filters: [ " + FILTER.replace("name: a,", "name: a, is_optional: true,") + " ]");
		assertThat(this.converter.errors()).contains("Filter 'a': `http_filters[0].is_optional` has no equivalent.");
	}

	@Test
	void filterThatIsAPartOfEnvoyIsOmitted() {
		String stats = FILTER.replace("local: { filename: /a.wasm }", "local: { inline_string: envoy.wasm.stats }")
			.replace("vm_config: {", "vm_config: { runtime: envoy.wasm.runtime.null,");
		assertThat(this.converter.run("http_filters: [ " + stats + " ]")).isEqualTo(1);
		assertThat(this.converter.errors()).contains("Filter 'a' is a part of Envoy (`runtime`)");
	}

	@Test
	void filterWithoutAModuleIsNoted() {
		this.converter.run("http_filters: [ " + FILTER.replace("local: { filename: /a.wasm }", "") + " ]");
		assertThat(this.converter.errors()).isEqualTo("Not converted: Filter 'a' names no module. Set `url`.\n");
	}

	@Test
	void networkFilterInATypedStructIsNoted() {
		this.converter.run("http_filters: [ " + FILTER + " ]\nfilters: [ { name: n, typed_config: { \"@type\":"
				+ " type.googleapis.com/udpa.type.v1.TypedStruct, type_url:"
				+ " type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm, value: {} } } ]\n");
		assertThat(this.converter.errors()).contains(
				"has the type envoy.extensions.filters.network.wasm.v3.Wasm, but the gateway runs only HTTP filters.");
	}

	@Test
	void filterOfTheRouterIsNoted() {
		this.converter.run("http_filters: [ { name: envoy.filters.http.router, typed_config: { \"@type\":"
				+ " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router, upstream_http_filters: [ "
				+ FILTER + " ] } } ]");
		assertThat(this.converter.errors())
			.contains("the filters in `http_filters[0].typed_config.upstream_http_filters` ran on each try");
	}

	@Test
	void filterOfAClusterIsNoted() {
		this.converter.run("http_filters: [ " + FILTER + " ]\nclusters: [ "
				+ cluster("typed_extension_protocol_options: { x: { http_filters: [ " + FILTER + " ] } }") + " ]\n");
		assertThat(this.converter.output()).containsOnlyOnce("- Wasm=a");
		assertThat(this.converter.errors())
			.isEqualTo("Not converted: -: the Wasm filters in `clusters` belong to clusters and are omitted.\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "connect_timeout: 1s;clusters[0].connect_timeout",
					"transport_socket: { name: tls, typed_config: { \"@type\": x, sni: b } };"
							+ "clusters[0].transport_socket.typed_config.sni",
					"health_checks: [ {} ];clusters[0].health_checks" })
	void fieldOfACalledClusterIsNoted(String field, String path) {
		this.converter.run("http_filters: [ " + with(CALL) + " ]\nclusters: [ " + cluster(field) + " ]\n");
		assertThat(this.converter.output()).contains("://a:1\n");
		assertThat(this.converter.errors())
			.isEqualTo("Not converted: Cluster 'auth': `" + path + "` has no equivalent.\n");
	}

	@Test
	void defaultsOfACalledClusterHaveNoNotes() {
		assertThat(this.converter.run(
				"http_filters: [ " + with(CALL) + " ]\nclusters: [ "
						+ cluster("connect_timeout: 5s, lb_policy: ROUND_ROBIN, dns_lookup_family: AUTO") + " ]\n",
				"--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("uri: http://a:1\n");
	}

	@Test
	void clusterOfASocketOfTheMachineHasNoAddress() {
		this.converter.run("http_filters: [ " + with(CALL) + " ]\nclusters: [ "
				+ cluster("type: STATIC").replaceFirst("socket_address: \\{.*?}", "pipe: { path: /s }") + " ]\n");
		assertThat(this.converter.output()).doesNotContain("upstreams:");
		assertThat(this.converter.errors()).contains("Cluster 'auth' has no endpoints.");
	}

	@Test
	void placeOfAFilterInAnotherResourceIsNoted() {
		this.converter.run("apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyPatchPolicy\nspec: { jsonPatches:"
				+ " [ { operation: { op: add, value: " + FILTER + " } } ] }\n");
		assertThat(this.converter.errors()).isEqualTo(
				"Not converted: -: only the filters of the EnvoyPatchPolicy are converted, not where they apply.\n");
	}

	private static String with(String field) {
		return FILTER.replace("Wasm, config: {", "Wasm, config: { " + field + ",");
	}

	private static String envoyFilter(String field, String patch, String operation) {
		return """
				apiVersion: networking.istio.io/v1alpha3
				kind: EnvoyFilter
				metadata: { name: shop }
				spec:
				  FIELD
				  configPatches:
				    - { PATCH, patch: { OPERATION, value: WASM } }
				""".replace("FIELD", field)
			.replace("PATCH", patch)
			.replace("OPERATION", operation)
			.replace("WASM", FILTER);
	}

	private static String listener(String match, String filters) {
		return "{ name: l, filter_chains: [ { " + match + " filters: [ { name: hcm, typed_config: { http_filters: [ "
				+ filters + " ] } } ] } ] }";
	}

	private static String cluster(String field) {
		return "{ name: auth, " + field + ", load_assignment: { cluster_name: auth, endpoints: [ { lb_endpoints:"
				+ " [ { endpoint: { address: { socket_address: { address: a, port_value: 1 } } } } ] } ] } }";
	}

}
