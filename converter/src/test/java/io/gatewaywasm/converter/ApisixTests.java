package io.gatewaywasm.converter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for configurations of APISIX.
 */
class ApisixTests {

	private static final String WASM = "wasm: { plugins: [ { name: w, file: /w.wasm, priority: 1 } ] }\n";

	private static final String ROUTE = "{ id: '1', uri: /a, plugins: { w: { conf: c } },"
			+ " upstream: { nodes: { 'h:1': 1 } } }";

	private final ConverterRun converter = new ConverterRun();

	@ParameterizedTest
	@ValueSource(strings = { "uri: /a, plugin_config_id: 7", "uri: /a, service_id: 8",
			"uri: /a, service_id: 8, plugin_config_id: 7", "uri: /a, service_id: 9, plugin_config_id: 7" })
	void pluginOfAPluginConfigOrAServiceIsOnTheRoute(String route) {
		String others = "plugin_configs: [ { id: 7, plugins: { w: { conf: c } } } ]\n"
				+ "services: [ { id: '8', plugins: { w: { conf: c } }, upstream: { nodes: { 'h:1': 1 } } },"
				+ " { id: '9', upstream: { nodes: { 'h:1': 1 } } } ]\n";
		this.converter.run(WASM + others + "routes: [ { id: r, " + route
				+ (route.contains("service") ? "" : ", upstream: { nodes: { 'h:1': 1 } }") + " } ]\n");
		assertThat(this.converter.output()).contains("id: r\n", "uri: http://h:1\n", "- Wasm=w\n", "configuration: c");
		assertThat(this.converter.errors()).doesNotContain("has no equivalent", "r'");
	}

	@Test
	void pluginOfARouteOverridesThatOfThePluginConfigAndThatOfTheService() {
		this.converter.run(WASM + """
				services: [ { id: 8, plugins: { w: { conf: service } } } ]
				plugin_configs: [ { id: 7, plugins: { w: { conf: config } } } ]
				routes:
				  - { id: first, uri: /a, service_id: 8, plugin_config_id: 7, upstream: { nodes: { 'h:1': 1 } } }
				  - { id: second, uri: /b, service_id: 8, plugin_config_id: 7, plugins: { w: { conf: route } },
				      upstream: { nodes: { 'h:1': 1 } } }
				""");
		assertThat(this.converter.output()).contains("configuration: config\n", "configuration: route\n")
			.doesNotContain("configuration: service");
		assertThat(this.converter.errors())
			.isEqualTo("Not converted: services[0]: 'w' is on no route of the given files, and is omitted there.\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "service_id", "plugin_config_id" })
	void missingResourceOfARouteIsNoted(String reference) {
		this.converter.run(WASM + "routes: [ { id: r, uri: /a, " + reference + ": 5 } ]\n");
		assertThat(this.converter.errors())
			.contains("routes[0]: `" + reference + "` is '5', which is not in the given files.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "consumers: [ { username: jack, plugins: { w: { conf: c } } } ];consumers[0]",
			"consumer_groups: [ { id: g, plugins: { w: { conf: c } } } ];consumer_groups[0]" })
	void pluginOfAConsumerIsNoted(String consumers, String path) {
		assertThat(this.converter.run(WASM + consumers + "\n", "--strict")).isEqualTo(2);
		assertThat(this.converter.errors()).isEqualTo(
				"Not converted: " + path + ": 'w' runs only for requests of some consumers, and is omitted there.\n");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "pass_host: rewrite", "upstream_host: x", "timeout: { connect: 1 }", "tls: { client_cert: c }",
					"retries: 2", "checks: {}", "keepalive_pool: {}", "hash_on: header", "key: uri" })
	void fieldsOfUpstreamsAreNoted(String field) {
		String name = field.substring(0, field.indexOf(':'));
		String upstream = "{ id: 5, type: roundrobin, name: u, " + field
				+ ", nodes: [ { host: h, port: 1, weight: 1 } ] }";
		String plugins = "plugins: { w: { conf: c } }";
		this.converter.run(WASM + "upstreams: [ " + upstream + " ]\nservices: [ { id: 6, upstream: " + upstream
				+ " } ]\nroutes:\n  - { id: a, uri: /a, upstream_id: 5, " + plugins
				+ " }\n  - { id: b, uri: /b, service_id: 6, " + plugins + " }\n  - { id: c, uri: /c, upstream: "
				+ upstream + ", " + plugins + " }\n");
		assertThat(this.converter.errors()).isEqualTo("Not converted: `upstreams[0]." + name
				+ "` has no equivalent.\nNot converted: `services[0].upstream." + name
				+ "` has no equivalent.\nNot converted: `routes[2].upstream." + name + "` has no equivalent.\n");
	}

	@Test
	void fieldsOfNodesAreNoted() {
		this.converter.run(WASM + "routes: [ "
				+ ROUTE.replace("{ 'h:1': 1 }", "[ { host: h, port: 1, weight: 1, priority: 2, metadata: {} } ]")
				+ " ]");
		assertThat(this.converter.errors()).contains("`routes[0].upstream.nodes[0].priority`",
				"`routes[0].upstream.nodes[0].metadata`");
	}

	@Test
	void balancingOfAnUpstreamIsNotedUnlessItIsTheDefault() {
		this.converter.run(WASM + "routes: [ " + ROUTE.replace("nodes:", "type: chash, nodes:") + ", "
				+ ROUTE.replace("nodes:", "type: roundrobin, nodes:") + " ]");
		assertThat(this.converter.errors()).isEqualTo("Not converted: `routes[0].upstream.type` has no equivalent.\n");
	}

	@Test
	void fieldsOfServicesPluginConfigsRoutesAndDocumentsAreNoted() {
		this.converter.run(WASM + """
				ssls: []
				routes_conf_version: 1
				services: [ { id: 8, script: x, upstream: { nodes: { 'h:1': 1 } } } ]
				plugin_configs: [ { id: 7, desc: d, frobnicate: 1, plugins: { w: { conf: c, more: 1 } } } ]
				routes: [ { id: r, uri: /a, service_id: 8, plugin_config_id: 7, vars: [], enable_websocket: true } ]
				global_rules: [ { id: 1, other: 1, plugins: {} } ]
				""");
		assertThat(this.converter.errors().lines().map((line) -> line.replaceAll(".*`(.*)`.*", "$1")))
			.containsExactlyInAnyOrder("services[0].script", "plugin_configs[0].frobnicate",
					"plugin_configs[0].plugins.w.more", "routes[0].vars", "routes[0].enable_websocket",
					"global_rules[0].other", "ssls");
	}

	@Test
	void resourcesWithoutWasmPluginsHaveNoNotes() {
		assertThat(this.converter.run(
				WASM + "routes: [ " + ROUTE + ", { id: 2, uri: /b, upstream_id: 1, vars: [] } ]\n"
						+ "upstreams: [ { id: 1, retries: 1, nodes: {} } ]\nservices: [ { id: 3, script: x } ]\n",
				"--strict"))
			.isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{ key: /apisix/routes/1, value: ROUTE, createdIndex: 1, modifiedIndex: 2 }",
			"{ value: ROUTE }", "{ total: 1, list: [ { key: /apisix/routes/1, value: ROUTE, createdIndex: 1 } ] }",
			"{ list: [ { value: ROUTE } ] }",
			"{ action: get, count: 1, node: { key: /apisix/routes/1, value: ROUTE } }",
			"{ count: 1, action: get, node: { dir: true, key: /apisix/routes, nodes: [ { key: /apisix/routes/1,"
					+ " value: ROUTE } ] } }",
			"ROUTE" })
	void answerOfTheAdminApiIsConverted(String answer) {
		assertThat(this.converter.run(WASM + "---\n" + answer.replace("ROUTE", ROUTE) + "\n", "--strict")).isZero();
		assertThat(this.converter.output()).contains("id: '1'\n", "uri: http://h:1\n", "- Path=/a\n", "- Wasm=w\n");
		assertThat(this.converter.errors()).isEmpty();
	}

	@Test
	void resourcesOfSeveralAnswersBelongTogether() {
		this.converter.run(WASM + """
				---
				{ key: /apisix/plugin_configs/7, value: { plugins: { w: { conf: c } } } }
				---
				{ list: [ { key: /apisix/upstreams/5, value: { id: '5', nodes: { 'h:1': 1 } } } ] }
				---
				{ key: /apisix/ssls/1, value: { id: 1 } }
				---
				{ key: /apisix/routes/1, value: { id: r, uri: /a, plugin_config_id: 7, upstream_id: 5 } }
				""");
		assertThat(this.converter.output()).contains("uri: http://h:1\n", "- Wasm=w\n");
		assertThat(this.converter.errors()).isEqualTo("Not converted: `-.value` (/apisix/ssls/1) has no equivalent.\n");
	}

	@Test
	void upstreamOfADiscoveryServiceIsLoadBalanced() {
		this.converter.run(WASM + "routes: [ "
				+ ROUTE.replace("nodes: { 'h:1': 1 }", "service_name: shop, discovery_type: eureka") + " ]");
		assertThat(this.converter.output()).contains("uri: lb://shop\n");
		assertThat(this.converter.errors())
			.isEqualTo("Not converted: `routes[0].upstream.discovery_type` has no equivalent.\n");
	}

	@Test
	void metadataOfAPluginIsReadOrNoted() {
		this.converter
			.run("wasm: { plugins: [ { name: w, file: /w, priority: 9 }, { name: v, file: /v, priority: 5 } ] }\n"
					+ "routes: [ { id: r, uri: /a, upstream: { nodes: { 'h:1': 1 } }, plugins: { w: { conf: c, _meta:"
					+ " { priority: 1, filter: [] } }, v: { conf: d } } } ]");
		assertThat(this.converter.output()).containsSubsequence("filters:", "- Wasm=v\n", "- Wasm=w\n");
		assertThat(this.converter.errors())
			.isEqualTo("Not converted: `routes[0].plugins.w._meta.filter` has no equivalent.\n");
	}

	@Test
	void environmentVariablesBecomePlaceholders() {
		this.converter.run("wasm: { plugins: [ { name: w, file: '/${{ DIR }}/w.wasm' } ] }\nroutes: [ "
				+ "{ id: r, uri: /a, upstream: { nodes: { 'h:1': 1 } }, plugins: { w: { conf: { a: '${{KEY}} ${B}',"
				+ " b: '${{C:=d e}}' } } } }, { id: s, uri: /b, upstream: { nodes: { 'h:1': 1 } }, plugins:"
				+ " { w: { conf: '${{KEY}}${{' } } } ]");
		assertThat(this.converter.output()).contains("url: file:/${DIR}/w.wasm\n", "\"a\": \"${KEY} \\${B}\"",
				"\"b\": \"${C:d e}\"", "configuration: ${KEY}\\${{\n");
	}

	@Test
	void environmentVariablesOfRoutesBecomePlaceholders() {
		assertThat(this.converter.run(
				WASM + """
						services: [ { id: '${{S}}', hosts: [ '${{HOST:=shop.example.org}}' ] } ]
						routes:
						  - { id: 'r${{ID}}', uri: '/a/${{ P }}/$remote_addr/*', methods: [ '${{M:=GET}}' ], service_id: '${{S}}',
						      plugins: { w: { conf: c } }, upstream: { scheme: '${{X}}', nodes: { '${{UP}}:${{PORT:=1}}': 1 } } }
						  - { id: s, uri: /b, host: '${x}', plugins: { w: { conf: c } },
						      upstream: { nodes: [ { host: '${{UP}}', port: '${{PORT}}', weight: 1 } ] } }
						  - { id: t, uri: /c, plugins: { w: { conf: c } }, upstream: { service_name: '${{NAME}}' } }
						""",
				"--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("id: r${ID}\n", "uri: ${X}://${UP}:${PORT:1}\n",
				"Path=/a/${P}/$remote_addr/**", "Host=${HOST:shop.example.org}", "Method=${M:GET}", "Host=\\${x}",
				"uri: http://${UP}:${PORT}\n", "uri: lb://${NAME}\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "remote_addr: 10.0.0.1;RemoteAddr=10.0.0.1",
					"remote_addrs: [ 10.0.0.0/8, 192.168.0.1 ];RemoteAddr=10.0.0.0/8,192.168.0.1",
					"remote_addrs: [ '::1', 'fe80::/10' ];RemoteAddr=::1/128,fe80::/10",
					"remote_addr: '${{CLIENT}}';RemoteAddr=${CLIENT}" })
	void addressesOfClientsBecomeAPredicate(String field, String predicate) {
		assertThat(this.converter.run(WASM + "routes: [ " + ROUTE.replace("uri:", field + ", uri:") + " ]", "--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("- " + predicate + "\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/users/:id", "/users/{id}", "/${id}/a", "/a/:b/*" })
	void variableInAPathIsNoted(String path) {
		this.converter.run(WASM + "routes: [ " + ROUTE.replace("uri: /a", "uri: '" + path + "'") + " ]");
		assertThat(this.converter.errors().lines()).singleElement()
			.asString()
			.startsWith("Not converted: routes[0]: the path '" + path + "' contains a variable for this gateway or for"
					+ " APISIX.");
	}

	@Test
	void documentsOfOtherToolsAreNotThoseOfApisix() {
		this.converter.run(WASM + "---\nservices: { web: { image: x } }\n---\nvalue: { a: 1 }\nkey: { b: c }\n");
		assertThat(this.converter.errors().lines()).containsOnly("Not converted: - does not contain a Wasm filter.");
	}

}
