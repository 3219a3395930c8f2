package io.gatewaywasm.converter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for resources of Istio, Higress and Envoy Gateway.
 */
class KubernetesTests {

	private final ConverterRun converter = new ConverterRun();

	@ParameterizedTest
	@ValueSource(strings = { "HTTPRoute", "GRPCRoute" })
	void policyForARouteIsOnNoRoute(String kind) {
		this.converter.run(policy("targetRefs: [ { group: g, kind: " + kind + ", name: shop } ]"));
		assertThat(this.converter.output()).doesNotContain("default-filters");
		assertThat(this.converter.errors()).isEqualTo("Not converted: EnvoyExtensionPolicy 'p' applies to the routes"
				+ " [shop]. Add [`Wasm=w`] to their `filters`.\n");
	}

	@Test
	void policyForAGatewayIsOnAllRoutes() {
		assertThat(this.converter.run(policy("targetRefs: [ { group: g, kind: Gateway, name: edge } ]"), "--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("- Wasm=w\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = {
					"targetRefs: [ { kind: HTTPRoute, name: shop }, { kind: Gateway, name: edge } ];"
							+ "[Gateway edge] and the routes [shop]",
					"targetRefs: [ { kind: Gateway, name: a }, { kind: Gateway, name: b } ];[Gateway a, Gateway b].",
					"targetSelectors: [ { kind: Gateway, matchLabels: { app: shop } } ];[Gateway app=shop]." })
	void severalTargetsOfAPolicyAreNoted(String targets, String description) {
		assertThat(this.converter.run(policy(targets), "--strict")).isEqualTo(2);
		assertThat(this.converter.output()).contains("- Wasm=w\n");
		assertThat(this.converter.errors().lines()).singleElement()
			.asString()
			.contains("EnvoyExtensionPolicy 'p' applies to " + description)
			.contains("Here, [`Wasm=w`] are on all routes.");
	}

	@Test
	void policyForSelectedRoutesIsOnNoRoute() {
		this.converter.run(policy("targetSelectors: [ { kind: HTTPRoute, matchLabels: { app: shop, a.b/c: d },"
				+ " matchExpressions: [ {} ] } ]"));
		assertThat(this.converter.output()).doesNotContain("default-filters");
		assertThat(this.converter.errors()).contains("applies to the routes [HTTPRoute app=shop a.b/c=d].",
				"`spec.targetSelectors[0].matchExpressions` has no equivalent.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "targetRef: { kind: HTTPRoute, name: r, sectionName: s };spec.targetRef.sectionName",
					"targetRefs: [ { kind: Gateway, name: g, sectionName: s } ];spec.targetRefs[0].sectionName",
					"extProc: [ {} ];spec.extProc", "lua: [ {} ];spec.lua", "dynamicModule: [ {} ];spec.dynamicModule",
					"backends: [ {} ];spec.backends", "mergeType: StrategicMerge;spec.mergeType",
					"priority: 1;spec.priority" })
	void fieldOfAPolicyIsNoted(String field, String path) {
		this.converter.run(policy(field));
		assertThat(this.converter.errors()).contains("EnvoyExtensionPolicy 'p': `" + path + "` has no equivalent.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "type: ConfigMap, configMap: x;EnvoyExtensionPolicy 'p' names no module. Set `url`.",
					"type: ConfigMap, configMap: x;spec.wasm[0].code.configMap` has no equivalent.",
					"type: HTTP, http: { url: 'https://x', tls: {} };spec.wasm[0].code.http.tls` has no equivalent.",
					"type: Image, image: { url: r/a, tls: {} };spec.wasm[0].code.image.tls` has no equivalent." })
	void fieldOfALocationOfAPolicyIsNoted(String code, String note) {
		this.converter.run(policy("targetRef: { kind: Gateway, name: g }")
			.replace("type: HTTP, http: { url: 'https://x/w.wasm' }", code));
		assertThat(this.converter.errors()).contains(note);
	}

	@Test
	void notesOnEntriesOfAPolicyTellWhichEntryTheyAreAbout() {
		this.converter.run(policy("targetRef: { kind: Gateway, name: g }").replaceFirst("wasm: .*",
				"wasm: [ { code: {} }, { name: '', code: { pullPolicy: Never } }, { name: w, code: {} } ]"));
		assertThat(this.converter.output()).contains("- Wasm=p-1\n", "- Wasm=p-2\n", "- Wasm=w\n");
		assertThat(this.converter.errors().lines()).containsExactly(
				"Not converted: EnvoyExtensionPolicy 'p' (spec.wasm[0]) names no module. Set `url`.",
				"Not converted: EnvoyExtensionPolicy 'p' (spec.wasm[1]) names no module. Set `url`.",
				"Not converted: EnvoyExtensionPolicy 'p' (spec.wasm[1]): the pull policy 'Never' is unknown.",
				"Not converted: EnvoyExtensionPolicy 'p' (spec.wasm[2]) names no module. Set `url`.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "match: [ { mode: CLIENT, ports: [ { number: 80 } ] } ];spec.match",
					"selector: { matchLabels: { app: shop } };spec.selector",
					"targetRefs: [ { kind: Gateway, name: g } ];spec.targetRefs",
					"targetRef: { kind: Gateway, name: g };spec.targetRef" })
	void scopeOfAWasmPluginIsNoted(String field, String path) {
		String note = "`" + path
				+ "` has no equivalent. 'a' is on all routes. Move it to the routes that it applies to.";
		this.converter.run(wasmPlugin("extensions.istio.io/v1alpha1", "url: oci://r/a, " + field));
		assertThat(this.converter.errors()).isEqualTo("Not converted: WasmPlugin 'a': " + note + "\n");
		ConverterRun extension = new ConverterRun();
		extension
			.run("kind: TrafficExtension\nmetadata: { name: a }\nspec: { wasm: { url: oci://r/a }, " + field + " }\n");
		assertThat(extension.errors()).isEqualTo("Not converted: TrafficExtension 'a': " + note + "\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "url: 'https://x', imagePullSecret: s;the pull secret 's' is omitted",
					"url: r/a, phase: LATER;the phase 'LATER' is unknown",
					"url: r/a, failStrategy: LATER;the fail strategy 'LATER' is unknown",
					"url: r/a, imagePullPolicy: Never;the pull policy 'Never' is unknown",
					"url: r/a, vmConfig: { env: [ { name: N, valueFrom: POD } ] };"
							+ "`spec.vmConfig.env[0].valueFrom` is 'POD', which is unknown",
					"url: r/a, vmConfig: { runtime: x };`spec.vmConfig.runtime` has no equivalent",
					"phase: AUTHN;WasmPlugin 'a' names no module. Set `url`." })
	void fieldOfAWasmPluginIsNoted(String fields, String note) {
		this.converter.run(wasmPlugin("extensions.istio.io/v1alpha1", fields));
		assertThat(this.converter.errors().lines()).singleElement().asString().contains(note);
	}

	@Test
	void settingsOfAWasmPluginAreConverted() {
		assertThat(this.converter.run(wasmPlugin("extensions.istio.io/v1alpha1",
				"url: 'file:///a.wasm', type: HTTP, phase: UNSPECIFIED_PHASE, priority: 5, failStrategy: FAIL_RELOAD,"
						+ " vmConfig: { env: [ { name: N, valueFrom: HOST, value: x }, { name: M, valueFrom: INLINE,"
						+ " value: z } ] }"),
				"--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("url: file:/a.wasm", "fail-strategy: reload", "N: ${N:}", "M: z");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "outbound|80|v1|a.shop.svc;The subset 'v1' of `outbound|80|v1|a.shop.svc` has no equivalent.",
					"outbound|80||a.static;`outbound|80||a.static` is a service of a registry of Higress." })
	void calledServiceIsAnUpstreamWithNotes(String cluster, String note) {
		this.converter.run(wasmPlugin("extensions.higress.io/v1alpha1",
				"url: r/a, defaultConfig: { cluster: '" + cluster + "' }"));
		assertThat(this.converter.output()).contains("aliases: " + cluster + "\n");
		assertThat(this.converter.errors().lines()).singleElement().asString().contains(note);
	}

	@Test
	void secondSecretOfARegistryIsNoted() {
		this.converter.run(wasmPlugin("extensions.istio.io/v1alpha1", "url: r.example.org/a, imagePullSecret: one")
				+ "---\n" + wasmPlugin("extensions.istio.io/v1alpha1", "url: r.example.org/b, imagePullSecret: two"));
		assertThat(this.converter.errors()).contains("The secret 'two' for 'r.example.org' is omitted");
	}

	@Test
	void listOfAKindIsConvertedLikeItsElements() {
		this.converter.run("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPluginList\nitems:\n"
				+ "  - { metadata: { name: a }, spec: { url: 'oci://r/a' } }\n");
		assertThat(this.converter.output()).contains("# Converted from -: WasmPlugin a", "- Wasm=a\n");
	}

	@Test
	void disabledPluginOfHigressIsOnNoRoute() {
		this.converter.run(wasmPlugin("extensions.higress.io/v1alpha1",
				"url: r/a, defaultConfig: { a: 1 }, defaultConfigDisable: true, matchRules: [ { domain: [ d ], config:"
						+ " { b: 2 }, configDisable: true } ]"));
		assertThat(this.converter.output()).doesNotContain("default-filters", "configuration");
		assertThat(this.converter.errors()).isEqualTo("Not converted: WasmPlugin 'a': `spec.matchRules[0]` is disabled"
				+ " and omitted.\nNot converted: WasmPlugin 'a' is disabled everywhere, and on no route.\n");
	}

	@Test
	void rulesOfHigressAreInTheConfiguration() {
		assertThat(this.converter.run(wasmPlugin("extensions.higress.io/v1alpha1",
				"url: r/a, phase: AUTHN, priority: 1, imagePullPolicy: Always, defaultConfigDisable: false, matchRules:"
						+ " [ { domain: [ d ], config: { b: 2 }, configDisable: false } ]"),
				"--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("_match_domain_", "image-pull-policy: always");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "pluginConfig: { a: 1 }, defaultConfig: { b: 2 };`spec.defaultConfig` has no equivalent",
					"pluginConfig: { a: 1 }, matchRules: [ {} ];`spec.matchRules` has no equivalent",
					"defaultConfig: text;`spec.defaultConfig` is not an object, and omitted",
					"matchRules: [ { domain: [ d ], config: text } ];`spec.matchRules[0].config` is not an object",
					"matchRules: [ { domain: [ d ], other: 1 } ];`spec.matchRules[0].other` has no equivalent",
					"matchRules: [ { service: [ s ] } ];this gateway matches `spec.matchRules[0].service`",
					"matchRules: [ { ingress: [ i ] } ];this gateway matches `spec.matchRules[0].ingress`" })
	void fieldOfAPluginOfHigressIsNoted(String fields, String note) {
		this.converter.run(wasmPlugin("extensions.higress.io/v1alpha1", "url: r/a, " + fields));
		assertThat(this.converter.errors().lines()).singleElement().asString().contains(note);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = {
			"type: dns, name: svc, domain: api.example.org, port: 443, protocol: https;443||svc.dns;https://api.example.org:443",
			"type: dns, name: svc, domain: api.example.org, port: 8080;8080||svc.dns;http://api.example.org:8080",
			"type: dns, name: svc, domain: api.example.org, port: 50051, protocol: grpc;50051||svc.dns;http://api.example.org:50051",
			"type: dns, name: svc, domain: api.example.org, port: 443, protocol: grpcs;443||svc.dns;https://api.example.org:443",
			"type: dns, name: svc, domain: '${x}.org', port: 80;80||svc.dns;http://\\${x}.org:80",
			"type: static, name: svc, domain: '10.0.0.1:8081', port: 80;80||svc.static;http://10.0.0.1:8081" })
	void calledServiceOfAnMcpBridgeIsAnUpstream(String registry, String service, String uri) {
		String cluster = "outbound|" + service;
		String plugin = wasmPlugin("extensions.higress.io/v1alpha1",
				"url: r/a, defaultConfig: { cluster: '" + cluster + "' }");
		assertThat(this.converter.run(plugin + "---\n" + mcpBridge(registry), "--strict")).isZero();
		assertThat(this.converter.output()).contains("uri: " + uri + "\n", "aliases: " + cluster + "\n");
		ConverterRun reversed = new ConverterRun();
		assertThat(reversed.run(mcpBridge(registry) + "---\n" + plugin, "--strict")).isZero();
		assertThat(reversed.output()).contains("uri: " + uri + "\n", "aliases: " + cluster + "\n");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "service_name: svc.dns, service_port: 443", "service: svc.dns", "url: 'http://svc.dns/a'" })
	void serviceOfAnMcpBridgeThatAConfigurationNamesIsAnUpstream(String configuration) {
		assertThat(this.converter
			.run(wasmPlugin("extensions.higress.io/v1alpha1", "url: r/a, defaultConfig: { " + configuration + " }")
					+ "---\n" + mcpBridge("type: dns, name: svc, domain: api.example.org, port: 443, protocol: https"),
					"--strict"))
			.isZero();
		assertThat(this.converter.output()).contains("uri: https://api.example.org:443\n",
				"aliases: outbound|443||svc.dns\n");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "service: my-svc.dns", "service: svc.dns.example.org", "service: svc", "service: SVCXdns" })
	void serviceOfAnMcpBridgeThatNoConfigurationNamesIsNoUpstream(String configuration) {
		this.converter
			.run(wasmPlugin("extensions.higress.io/v1alpha1", "url: r/a, defaultConfig: { " + configuration + " }")
					+ "---\n" + mcpBridge("type: dns, name: svc, domain: api.example.org, port: 443, sni: x"));
		assertThat(this.converter.output()).doesNotContain("upstreams");
		assertThat(this.converter.errors()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = {
			"type: dns, name: svc, domain: 'a.example.org,b.example.org', port: 80;dns;has 2 addresses",
			"type: dns, name: svc, domain: a.example.org, port: 80, sni: b.example.org;dns;`spec.registries[0].sni` has",
			"type: dns, name: svc, domain: a.example.org, port: 80, protocol: tcp;dns;the protocol 'tcp'",
			"type: dns, name: svc, port: 80;dns;names no address",
			"type: nacos, name: svc, domain: nacos.example.org, port: 8848;nacos;is a service of a registry of Higress" })
	void partOfAnMcpBridgeWithoutAnEquivalentIsNoted(String registry, String type, String note) {
		this.converter.run(wasmPlugin("extensions.higress.io/v1alpha1",
				"url: r/a, defaultConfig: { cluster: 'outbound|80||svc." + type + "' }") + "---\n"
				+ mcpBridge(registry));
		assertThat(this.converter.errors().lines()).singleElement().asString().contains(note);
	}

	@Test
	void mcpBridgeAloneIsNoWasmFilter() {
		assertThat(this.converter.run(mcpBridge("type: dns, name: svc, domain: a.example.org, port: 80"))).isEqualTo(1);
	}

	private static String mcpBridge(String registry) {
		return "apiVersion: networking.higress.io/v1\nkind: McpBridge\nmetadata: { name: default }\n"
				+ "spec: { registries: [ { %s } ] }\n".formatted(registry);
	}

	private static String policy(String field) {
		return """
				apiVersion: gateway.envoyproxy.io/v1alpha1
				kind: EnvoyExtensionPolicy
				metadata: { name: p }
				spec:
				  FIELD
				  wasm: [ { name: w, code: { type: HTTP, http: { url: 'https://x/w.wasm' } } } ]
				""".replace("FIELD", field);
	}

	private static String wasmPlugin(String version, String fields) {
		return "apiVersion: %s\nkind: WasmPlugin\nmetadata: { name: a }\nspec: { %s }\n".formatted(version, fields);
	}

}
