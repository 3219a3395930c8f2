package io.gatewaywasm.converter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EnvoyDump}.
 */
class EnvoyDumpTests {

	private static final String CLUSTER = """
			"name": "auth", "type": "STRICT_DNS", "load_assignment": { "cluster_name": "auth",
			"endpoints": [ { "lb_endpoints": [ { "endpoint": { "address": { "socket_address": { "address": "auth",
			"port_value": 8081 } } } } ] } ] }
			""";

	private static final String BOOTSTRAP = """
			{
			  "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
			  "bootstrap": {
			    "node": { "id": "edge", "cluster": "edge", "user_agent_name": "envoy" },
			    "static_resources": { "listeners": [ { %s } ], "clusters": [ { %s } ] },
			    "admin": { "address": { "socket_address": { "address": "127.0.0.1", "port_value": 9901 } } }
			  },
			  "last_updated": "2026-11-30T06:00:00.000Z"
			}
			""".formatted(listener("fixed", "auth"), CLUSTER);

	private static final String CLUSTERS = """
			{
			  "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump",
			  "static_clusters": [
			    {
			      "cluster": { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", %s },
			      "last_updated": "2026-11-30T06:00:00.000Z"
			    }
			  ]
			}
			""".formatted(CLUSTER);

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void everyListenerInUseIsConvertedOnce(boolean camelCase) {
		String dump = dump(BOOTSTRAP, CLUSTERS, listeners("""
				{
				  "name": "found",
				  "active_state": %s,
				  "warming_state": %s,
				  "draining_state": %s,
				  "error_state": { "failed_configuration": { %s }, "details": "refused" },
				  "client_status": "NACKED"
				}
				""".formatted(state("found", "now"), state("found", "later"), state("found", "before"),
				typedListener("found", "never"))));
		assertThat(run(camelCase ? camelCase(dump) : dump, "--strict")).isEqualTo(2);
		assertThat(output()).containsOnlyOnce("- Wasm=fixed\n")
			.containsOnlyOnce("- Wasm=found\n")
			.containsOnlyOnce("    fixed:\n")
			.containsOnlyOnce("    found:\n")
			.contains("configuration: now", "uri: http://auth:8081")
			.doesNotContain("fixed-2", "found-2", "later", "before", "never");
		assertThat(errors().lines()).hasSize(2)
			.allSatisfy((line) -> assertThat(line).contains("is on all routes, but was only in 1 of 2 filter chains"));
	}

	@Test
	void listenersOfTheBootstrapAreConvertedIfThereIsNoSectionOfListeners() {
		run(dump(BOOTSTRAP));
		assertThat(output()).containsOnlyOnce("- Wasm=fixed\n").contains("uri: http://auth:8081");
		assertThat(errors()).isEmpty();
	}

	@Test
	void clustersOfTheBootstrapAreDeclaredIfThereIsNoSectionOfClusters() {
		run(dump(BOOTSTRAP, listeners("")));
		assertThat(output()).containsOnlyOnce("- Wasm=fixed\n").contains("uri: http://auth:8081");
	}

	@ParameterizedTest
	@ValueSource(strings = { "warming_state", "draining_state" })
	void listenerThatIsNotActiveIsNoted(String state) {
		assertThat(run(
				dump(BOOTSTRAP, listeners("{ \"name\": \"found\", \"%s\": %s }".formatted(state, state("found", "x")))),
				"--strict"))
			.isEqualTo(2);
		assertThat(output()).doesNotContain("Wasm=found");
		assertThat(errors()).isEqualTo(
				"Not converted: -: `configs[1].dynamic_listeners[0]` has no active state. Its filters are omitted.\n");
	}

	@Test
	void dumpOfOneResourceContainsTheActiveListener() {
		run(dump("""
				{
				  "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump.DynamicListener",
				  "name": "found", "active_state": %s, "draining_state": %s
				}
				""".formatted(state("found", "now"), state("found", "before"))));
		assertThat(output()).containsOnlyOnce("- Wasm=found\n").contains("configuration: now").doesNotContain("before");
		assertThat(errors()).isEmpty();
	}

	@Test
	void configurationThatADiscoveryServiceGotRefusedIsOmitted() {
		String filter = """
				{ "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", "name": "later",
				  "typed_config": { "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
				  "config": { "vm_config": { "code": { "local": { "filename": "/%s.wasm" } } } } } }
				""";
		run(dump("""
				{
				  "@type": "type.googleapis.com/envoy.admin.v3.EcdsConfigDump",
				  "ecds_filters": [ { "ecds_filter": %s, "error_state": { "failed_configuration": %s } } ]
				}
				""".formatted(filter.formatted("good"), filter.formatted("refused"))));
		assertThat(output()).containsOnlyOnce("- Wasm=later\n")
			.contains("url: file:/good.wasm")
			.doesNotContain("later-2");
		assertThat(errors()).isEmpty();
	}

	private static String dump(String... sections) {
		return "{ \"configs\": [ " + String.join(", ", sections) + " ] }";
	}

	private static String listeners(String dynamic) {
		return """
				{
				  "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
				  "version_info": "7",
				  "static_listeners": [ { "listener": { %s }, "last_updated": "2026-11-30T06:00:00.000Z" } ],
				  "dynamic_listeners": [ %s ]
				}
				""".formatted(typedListener("fixed", "auth"), dynamic);
	}

	private static String state(String filter, String configuration) {
		return "{ \"version_info\": \"7\", \"listener\": { %s }, \"last_updated\": \"2026-11-30T06:00:00.000Z\" }"
			.formatted(typedListener(filter, configuration));
	}

	private static String typedListener(String filter, String configuration) {
		return "\"@type\": \"type.googleapis.com/envoy.config.listener.v3.Listener\", "
				+ listener(filter, configuration);
	}

	private static String listener(String filter, String configuration) {
		return """
				"name": "listener", "address": { "socket_address": { "address": "0.0.0.0", "port_value": 8080 } },
				"filter_chains": [ { "filters": [ {
				  "name": "envoy.filters.network.http_connection_manager",
				  "typed_config": {
				    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
				    "stat_prefix": "ingress",
				    "http_filters": [ {
				      "name": "FILTER",
				      "typed_config": {
				        "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
				        "config": {
				          "configuration": {
				            "@type": "type.googleapis.com/google.protobuf.StringValue", "value": "CONFIGURATION"
				          },
				          "vm_config": { "runtime": "envoy.wasm.runtime.v8", "code": { "local": { "filename": "/a.wasm" } } }
				        }
				      }
				    } ]
				  }
				} ] } ]
				"""
			.replace("FILTER", filter)
			.replace("CONFIGURATION", configuration);
	}

	/** The other form of names in Protocol Buffers' JSON. */
	private static String camelCase(String dump) {
		String text = dump;
		for (String name : new String[] { "static_resources", "static_clusters", "static_listeners",
				"dynamic_listeners", "active_state", "warming_state", "draining_state", "error_state", "typed_config",
				"http_filters", "filter_chains" }) {
			String camel = name.substring(0, name.indexOf('_'))
					+ Character.toUpperCase(name.charAt(name.indexOf('_') + 1)) + name.substring(name.indexOf('_') + 2);
			text = text.replace('"' + name + '"', '"' + camel + '"');
		}
		return text;
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

	private String output() {
		return this.output.toString(StandardCharsets.UTF_8);
	}

	private String errors() {
		return this.errors.toString(StandardCharsets.UTF_8);
	}

}
