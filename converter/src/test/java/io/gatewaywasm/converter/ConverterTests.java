package io.gatewaywasm.converter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.test.json.JsonAssert;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.json.JsonComparator;
import org.springframework.test.json.JsonComparison;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Converter}.
 */
class ConverterTests {

	private static final Path DOCUMENT = Path.of("../docs/migrating.md");

	private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

	private static final JsonComparator JSON = JsonAssert.comparator(JsonCompareMode.STRICT);

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

	@ParameterizedTest
	@ValueSource(strings = { "Envoy", "Istio", "Envoy Gateway", "APISIX", "Higress" })
	@SuppressWarnings("unchecked")
	void convertedConfigurationMatchesTheDocument(String section) throws IOException {
		List<String> blocks = blocks(section);
		assertThat(run(blocks.get(0))).isZero();
		Map<String, Object> converted = (Map<String, Object>) document().get("gateway.wasm");
		Map<String, Object> shown = load(blocks.get(1));
		shown = (Map<String, Object>) (shown.containsKey("gateway.wasm") ? shown.get("gateway.wasm")
				: Map.of("plugins", shown.get("gateway.wasm.plugins")));
		assertThat(converted.keySet()).isEqualTo(shown.keySet());
		assertThat(converted).usingRecursiveComparison()
			.withEqualsForType(ConverterTests::sameText, String.class)
			.isEqualTo(shown);
	}

	@Test
	void trafficExtensionIsConvertedLikeTheWasmPlugin() throws IOException {
		run(blocks("Istio").get(0));
		Object expected = document().get("gateway.wasm");
		this.output.reset();
		run(blocks("Istio").get(2));
		assertThat(document().get("gateway.wasm")).isEqualTo(expected);
	}

	@Test
	void fieldWithoutEquivalentIsNamedInTheOutputAndOnStandardError() {
		assertThat(run(wasmPlugin("frobnicate: { a: 1 }"))).isZero();
		assertThat(output()).contains("# - WasmPlugin 'a': `spec.frobnicate` has no equivalent.");
		assertThat(errors()).isEqualTo("Not converted: WasmPlugin 'a': `spec.frobnicate` has no equivalent.\n");
	}

	@Test
	void strictRunExitsWithTwoIfAFieldHasNoEquivalent() {
		assertThat(run(wasmPlugin("frobnicate: 1"), "--strict")).isEqualTo(2);
		assertThat(run(wasmPlugin("phase: AUTHN"), "--strict")).isZero();
	}

	@Test
	void pluginsOfAllRoutesAreInTheOrderOfPhaseAndPriority() {
		run(wasmPlugin("phase: STATS").replace("name: a", "name: stats") + "---\n"
				+ wasmPlugin("priority: 1").replace("name: a", "name: last") + "---\n"
				+ wasmPlugin("{ phase: AUTHZ, priority: 10 }").replace("name: a", "name: later") + "---\n"
				+ wasmPlugin("{ phase: AUTHZ, priority: 1000 }").replace("name: a", "name: earlier"));
		assertThat(output()).containsSubsequence("- Wasm=earlier", "- Wasm=later", "- Wasm=stats", "- Wasm=last");
	}

	@Test
	void digestOfAnImageBecomesPartOfItsReference() {
		String digest = "ab".repeat(32);
		run(wasmPlugin("sha256: " + digest).replace("oci://r.example.org/a:v1", "r.example.org/a:v1"));
		assertThat(output()).contains("url: oci://r.example.org/a:v1@sha256:" + digest).doesNotContain("sha256: ");
	}

	@Test
	void placeholdersOfAConfigurationAreEscaped() {
		run(wasmPlugin("pluginConfig: { path: '${x}' }"));
		assertThat(output()).contains("\\${x}");
	}

	@ParameterizedTest
	@CsvSource({ "2026-01-01,\"2026-01-01\"", "0123,\"0123\"", "1:30,\"1:30\"", "12,12", "1.5,1.5", "true,true",
			"~,null", "'\"a\\tb\"','\"a\\tb\"'", "[],[]", "{},{}" })
	void scalarsKeepTheirJsonTypes(String yaml, String json) {
		run(wasmPlugin("pluginConfig: { value: " + yaml + " }"));
		assertThat(output().replaceAll("\\s+", " ")).contains("\"value\": " + json.replaceAll("\\s+", " ") + " }");
	}

	@Test
	void luaAndNetworkFiltersAreOmitted() {
		assertThat(run("kind: TrafficExtension\nspec: { lua: { inlineCode: x } }")).isEqualTo(1);
		assertThat(errors()).contains("is a Lua script");
		assertThat(run(wasmPlugin("type: NETWORK"))).isEqualTo(1);
		assertThat(errors()).contains("has the type NETWORK");
	}

	@Test
	void inlineModuleOfABootstrapIsReported() {
		run("""
				static_resources:
				  listeners:
				    - filter_chains:
				        - filters:
				            - name: envoy.filters.network.http_connection_manager
				              typed_config:
				                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
				                http_filters:
				                  - name: wasm
				                    typedConfig:
				                      "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
				                      config:
				                        rootId: my.filter_1
				                        failOpen: true
				                        vmConfig: { code: { local: { inline_bytes: AGFzbQ== } } }
				                        configuration:
				                          "@type": type.googleapis.com/google.protobuf.Struct
				                          value: { peer: svc }
				  clusters:
				    - name: svc
				      transport_socket: { name: tls }
				      load_assignment:
				        endpoints: [ { lb_endpoints: [ { endpoint: { address: { socket_address: { address: a, port_value: 1 } } } } ] } ]
				    - name: other
				""");
		assertThat(output()).contains("    my-filter-1:\n", "root-id: my.filter_1", "fail-strategy: open",
				"uri: https://a:1", "aliases: svc");
		assertThat(errors()).isEqualTo(
				"Not converted: Filter 'my.filter_1': the configuration contains the module. Save it to a file and set `url`.\n");
	}

	@Test
	void digestOfAnEnvoyGatewaySourceIsKept() {
		String digest = "ab".repeat(32);
		run("""
				kind: EnvoyExtensionPolicy
				metadata: { name: p }
				spec:
				  wasm:
				    - { name: file, code: { type: HTTP, http: { url: "https://x/a.wasm", sha256: DIGEST } } }
				    - { name: image, code: { type: Image, image: { url: r.example.org/a:v1, sha256: DIGEST } } }
				    - { name: older, code: { type: HTTP, http: { url: "https://x/b.wasm" }, sha256: DIGEST } }
				""".replace("DIGEST", digest));
		assertThat(output()).contains("url: https://x/a.wasm\n      sha256: " + digest,
				"url: oci://r.example.org/a:v1@sha256:" + digest, "url: https://x/b.wasm\n      sha256: " + digest);
		assertThat(errors()).isEmpty();
	}

	@Test
	void disabledFilterOfEnvoyIsOnNoRoute() {
		run(httpFilter("disabled: true"));
		assertThat(output()).contains("    a:\n").doesNotContain("default-filters");
		assertThat(errors()).contains("Filter 'a' is disabled. Add `Wasm=a` to the routes that enable it.");
	}

	@Test
	void filterOfEnvoyWithoutANameIsCalledFilter() {
		run(httpFilter("is_optional: false").replace("name: a", "is_named: false"));
		assertThat(output()).contains("- Wasm=filter\n", "    filter:\n");
	}

	@Test
	void filterOfEnvoyIsNamedAsInItsChain() {
		run(httpFilter("is_optional: false"));
		assertThat(output()).contains("- Wasm=a\n", "    a:\n");
	}

	@Test
	void settingsOfSingleRoutesAndDiscoveredFiltersOfEnvoyAreNoted() {
		run("route: { typed_per_filter_config: { a: { disabled: true }, other: {} } }\n"
				+ httpFilter("is_optional: false") + "  - name: later\n"
				+ "    config_discovery: { type_urls: [ type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm ] }\n");
		assertThat(errors()).contains("`route.typed_per_filter_config.a` has no equivalent.")
			.contains("Filter 'later': its configuration comes from a discovery service.")
			.doesNotContain("other");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void settingsOfSingleRoutesInAnotherDocumentThanTheFilterOfEnvoyAreNoted(boolean routesFirst) {
		String routes = "virtual_hosts: [ { typed_per_filter_config: { a: { disabled: true }, other: {} } } ]\n";
		String filters = httpFilter("is_optional: false");
		run(routesFirst ? routes + "---\n" + filters : filters + "---\n" + routes);
		assertThat(errors()).contains("-: `virtual_hosts[0].typed_per_filter_config.a` has no equivalent.")
			.doesNotContain("other", "does not contain");
	}

	@Test
	void clusterInAnotherDocumentThanTheFilterOfEnvoyIsDeclared() {
		assertThat(run("clusters: [ " + cluster("auth", "a") + " ]\n---\n" + filterThatNames("auth"), "--strict"))
			.isZero();
		assertThat(output()).contains("uri: http://a:1", "aliases: auth");
		assertThat(errors()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "resources: [ CLUSTER ]", "resources: [ { name: auth, resource: CLUSTER } ]",
			"configs: [ { static_clusters: [ { cluster: CLUSTER } ] } ]",
			"configs: [ { dynamicActiveClusters: [ { versionInfo: '1', cluster: CLUSTER } ],"
					+ " dynamicWarmingClusters: [ { cluster: OTHER } ] } ]" })
	void clusterOfADiscoveryFileOrADumpOfEnvoyIsDeclared(String document) {
		String type = "{ \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster,";
		run(document.replace("CLUSTER", cluster("auth", "a").replaceFirst("\\{", type))
			.replace("OTHER", cluster("auth", "b").replaceFirst("\\{", type)) + "\n---\n" + filterThatNames("auth"));
		assertThat(output()).contains("uri: http://a:1", "aliases: auth");
		assertThat(errors()).isEmpty();
	}

	@Test
	void weightedClustersOfARouteOfEnvoyAreNoClusters() {
		run("clusters: [ " + cluster("auth", "a") + " ]\n---\n"
				+ "route: { weighted_clusters: { clusters: [ { name: auth, weight: 1 } ] } }\n"
				+ filterThatNames("auth"));
		assertThat(output()).contains("uri: http://a:1", "aliases: auth");
		assertThat(errors()).isEmpty();
	}

	@Test
	void clusterOfAnotherProxyIsNotDeclared() {
		run("clusters: [ " + cluster("auth", "a") + " ]\n" + filterThatNames("auth or api") + "---\nclusters: [ "
				+ cluster("api", "b") + " ]\n" + filterThatNames("nothing"));
		assertThat(output()).contains("aliases: auth").doesNotContain("aliases: api");
	}

	@Test
	void clusterThatOnlyADiscoveryFileDefinesIsDeclaredWithANote() {
		String bootstrap = "static_resources: { clusters: [ { name: xds_cluster, type: STATIC } ] }\n"
				+ filterThatNames("auth");
		String discovered = "resources: [ " + cluster("auth", "a").replaceFirst("\\{",
				"{ \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster,") + " ]";
		assertThat(run(bootstrap + "---\n" + discovered, "--strict")).isEqualTo(2);
		assertThat(output()).contains("uri: http://a:1", "aliases: auth").doesNotContain("xds");
		assertThat(errors())
			.isEqualTo("Not converted: -: the clusters of this document do not contain 'auth', so that the upstream is"
					+ " `resources[0]` of -. Check that both describe the same proxy.\n");
	}

	@Test
	void clusterOfItsOwnDocumentIsPreferredToThatOfADiscoveryFile() {
		run("clusters: [ " + cluster("auth", "a") + " ]\n---\nclusters: [ " + cluster("auth", "b") + " ]\n"
				+ filterThatNames("auth"));
		assertThat(output()).contains("uri: http://b:1").doesNotContain("uri: http://a:1");
		assertThat(errors()).isEmpty();
	}

	@Test
	void clustersOfOtherToolsAreNotThoseOfEnvoy() {
		String kubeconfig = """
				apiVersion: v1
				kind: Config
				clusters:
				  - name: auth
				    cluster: { server: "https://k:6443" }
				""";
		assertThat(run(kubeconfig + "---\n" + filterThatNames("auth"))).isZero();
		assertThat(output()).doesNotContain("upstreams");
		assertThat(errors()).isEqualTo("Not converted: -: Config does not contain a Wasm filter.\n");
	}

	@Test
	void clustersOfOneNameWithDifferentAddressesAreNoted() {
		String first = "clusters: [ " + cluster("auth", "a") + " ]\n" + filterThatNames("auth");
		String second = "static_resources: { clusters: [ " + cluster("auth", "b") + " ] }\n" + filterThatNames("auth");
		assertThat(run(first + "---\n" + first + "---\n" + second, "--strict")).isEqualTo(2);
		assertThat(output()).contains("uri: http://a:1").doesNotContain("uri: http://b:1");
		assertThat(errors()).isEqualTo("Not converted: -: `static_resources.clusters[0]` is the cluster 'auth' with"
				+ " 'http://b:1', but the upstream of this name has 'http://a:1'. Convert the documents separately, or"
				+ " rename the cluster here and in the filter's configuration.\n");
	}

	@Test
	void matcherOfAFilterOfEnvoyIsNoted() {
		run("""
				name: composite
				typed_config:
				  "@type": type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher
				  xds_matcher: {}
				  extension_config:
				""" + httpFilter("is_optional: false").replace("http_filters:\n  - ", "    "));
		assertThat(errors())
			.contains("`typed_config`: the matcher has no equivalent. The filter runs on all requests.");
	}

	@Test
	void disabledPluginOfApisixIsOmitted() {
		run("""
				wasm: { plugins: [ { name: w, file: w.wasm }, { name: v, file: v.wasm } ] }
				routes:
				  - { id: r, uri: /a, plugins: { w: { conf: c, _meta: { disable: true } }, v: { conf: d } },
				      upstream: { nodes: { "h:1": 1 } } }
				""");
		assertThat(output()).contains("- Wasm=v").doesNotContain("Wasm=w", "plugin: w");
		assertThat(errors()).contains("routes[0]: 'w' is disabled and omitted.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a: &x [ *x ]", "a: &x { b: { c: *x } }" })
	void aliasThatContainsItselfIsRefused(String yaml) {
		assertThat(run(yaml)).isEqualTo(1);
		assertThat(errors()).isEqualTo("'-' has an alias inside the object that it refers to.\n");
	}

	@Test
	void bytesThatAreNotBase64AreRefused() {
		assertThat(run(httpFilter("is_optional: false") + "        configuration: { \"@type\":"
				+ " type.googleapis.com/google.protobuf.BytesValue, value: '%%%' }\n"))
			.isEqualTo(1);
		assertThat(errors()).contains("config.configuration.value' must be Base64, but is '%%%'.");
	}

	@Test
	void apisixPluginWithoutWasmIsReported() {
		run("""
				wasm: { plugins: [ { name: w, priority: 1, file: w.wasm } ] }
				routes:
				  - { id: r, uri: /a*, host: "*.example.org", methods: [ GET ], priority: 3,
				      plugins: { w: { conf: c }, limit-count: { count: 2 } },
				      upstream: { nodes: [ { host: h, port: 1, weight: 1 } ], scheme: https } }
				""");
		assertThat(output()).contains("id: r", "Path=/a*,/a*/**", "Host=**.example.org", "Method=GET", "order: -3",
				"uri: https://h:1");
		assertThat(errors()).contains("'limit-count' is not in `wasm.plugins`");
	}

	@Test
	void failuresNameTheFile() {
		assertThat(run("a: [")).isEqualTo(1);
		assertThat(errors()).startsWith("'-' is not valid YAML: ");
		assertThat(Converter.run(System.in, stream(this.output), stream(this.errors), "missing.yaml")).isEqualTo(1);
		assertThat(errors()).contains("'missing.yaml' cannot be read");
		assertThat(run("kind: Service")).isEqualTo(1);
		assertThat(errors()).contains("No Wasm filter found in -.");
	}

	@Test
	void fileWithoutAFilterIsNamedOnce() {
		assertThat(run("static_resources: {}")).isEqualTo(1);
		assertThat(errors()).isEqualTo("No Wasm filter found in -.\n");
	}

	@Test
	void resourceWithoutAFilterIsNamed() {
		assertThat(run("{ kind: Service, metadata: { name: web } }")).isEqualTo(1);
		assertThat(errors()).isEqualTo("No Wasm filter found in -.\n-: Service web does not contain a Wasm filter.\n");
	}

	@Test
	void textInPlaceOfADocumentIsNamed() {
		assertThat(run("filters.yaml")).isEqualTo(1);
		assertThat(errors()).isEqualTo("'-' contains only the text 'filters.yaml'. Is it the path of a file?\n");
	}

	@Test
	void templateIsToBeRendered() {
		assertThat(run("kind: WasmPlugin\nmetadata: { name: a-{{ .Release.Name }} }")).isEqualTo(1);
		assertThat(errors()).endsWith("\nIf it is a template, render it first, for example with 'helm template'.\n");
	}

	@Test
	void resourceWithoutANameIsDescribed() {
		run("kind: WasmPlugin\nspec: { phase: AUTHN }");
		assertThat(errors()).isEqualTo("Not converted: WasmPlugin without a name names no module. Set `url`.\n");
	}

	@Test
	void unknownOptionShowsTheUsage() {
		assertThat(run("", "--help")).isEqualTo(1);
		assertThat(errors()).contains("java -jar gateway-wasm-converter.jar");
	}

	private static String cluster(String name, String address) {
		return ("{ name: %s, load_assignment: { endpoints: [ { lb_endpoints: [ { endpoint:"
				+ " { address: { socket_address: { address: %s, port_value: 1 } } } } ] } ] } }")
			.formatted(name, address);
	}

	private static String filterThatNames(String clusters) {
		return httpFilter("is_optional: false") + "        configuration: { \"@type\":"
				+ " type.googleapis.com/google.protobuf.StringValue, value: " + clusters + " }\n";
	}

	private static String httpFilter(String field) {
		return """
				http_filters:
				  - name: a
				    FIELD
				    typed_config:
				      "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
				      config:
				        vm_config: { code: { local: { filename: /a.wasm } } }
				""".replace("FIELD", field);
	}

	private static String wasmPlugin(String field) {
		String fields = field.startsWith("{") ? field.substring(1, field.length() - 1).replace(", ", "\n  ").strip()
				: field;
		return "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: a }\nspec:\n"
				+ "  url: oci://r.example.org/a:v1\n  " + fields + "\n";
	}

	private static boolean sameText(String one, String other) {
		return one.strip().equals(other.strip())
				|| (one.startsWith("{") && JSON.compare(one, other).getResult() == JsonComparison.Result.MATCH);
	}

	private static List<String> blocks(String section) throws IOException {
		String text = Files.readString(DOCUMENT);
		int start = text.indexOf("\n## From " + section + "\n");
		String part = text.substring(start, text.indexOf("\n## ", start + 1));
		return BLOCK.matcher(part).results().map((match) -> match.group(1)).toList();
	}

	private int run(String input, String... options) {
		String[] arguments = new String[options.length + 1];
		System.arraycopy(options, 0, arguments, 0, options.length);
		arguments[options.length] = "-";
		return Converter.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), stream(this.output),
				stream(this.errors), arguments);
	}

	private static PrintStream stream(ByteArrayOutputStream bytes) {
		return new PrintStream(bytes, true, StandardCharsets.UTF_8);
	}

	private Map<String, Object> document() {
		return load(output());
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> load(String yaml) {
		return (Map<String, Object>) YamlDocuments.read("test", yaml).get(0);
	}

	private String output() {
		return this.output.toString(StandardCharsets.UTF_8);
	}

	private String errors() {
		return this.errors.toString(StandardCharsets.UTF_8);
	}

}
