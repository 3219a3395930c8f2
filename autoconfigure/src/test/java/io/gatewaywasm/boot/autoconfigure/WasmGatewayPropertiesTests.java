package io.gatewaywasm.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.shared.SharedLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WasmGatewayProperties} and what is made of them.
 */
class WasmGatewayPropertiesTests {

	@Test
	void propertiesHaveDefaults() {
		WasmGatewayProperties properties = bind(Map.of());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.plugins()).isEmpty();
		assertThat(properties.allowedLocations()).containsExactly("classpath:");
		assertThat(properties.allowedCallTargets()).isEmpty();
		assertThat(properties.loadTimeout()).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void pluginHasDefaults() {
		PluginDefinition definition = definition(Map.of("gateway.wasm.plugins.hello.url", "classpath:a.wasm"));
		assertThat(definition.id()).isEqualTo("hello");
		assertThat(definition.declared()).isTrue();
		assertThat(definition.failStrategy()).isEqualTo(FailStrategy.CLOSED);
		assertThat(definition.vms()).isNull();
		assertThat(definition.messages().headersStopIteration()).isNull();
		assertThat(definition.run().execution()).isEqualTo(Execution.AUTOMATIC);
		assertThat(definition.limits().vm().memory()).isEqualTo(DataSize.ofMegabytes(256).toBytes());
		assertThat(definition.limits().streams().bodyBuffer()).isEqualTo(DataSize.ofMegabytes(1).toBytes());
		assertThat(definition.limits().pool().recycleAfterRequests()).isEqualTo(Long.MAX_VALUE);
	}

	/** A plugin that a route names by its location has the defaults of the host. */
	@Test
	void defaultsOfDeclaredPluginAreThoseOfTheHost() {
		PluginDefinition definition = definition(Map.of("gateway.wasm.plugins.hello.url", "classpath:a.wasm"));
		assertThat(definition.limits()).isEqualTo(PluginLimits.DEFAULTS);
		assertThat(definition).isEqualTo(PluginDefinition.of("hello", "classpath:a.wasm"));
	}

	@Test
	void allPropertiesOfAPluginAreConverted() {
		PluginDefinition definition = definition(Map.ofEntries(Map.entry("gateway.wasm.plugins.p.url", "file:/a.wasm"),
				Map.entry("gateway.wasm.plugins.p.sha256", "ab".repeat(32)),
				Map.entry("gateway.wasm.plugins.p.root-id", "root"), Map.entry("gateway.wasm.plugins.p.vm-id", "vm"),
				Map.entry("gateway.wasm.plugins.p.configuration", "{\"a\": 1}\n"),
				Map.entry("gateway.wasm.plugins.p.vm-configuration", "v"),
				Map.entry("gateway.wasm.plugins.p.environment.KEY", "value"),
				Map.entry("gateway.wasm.plugins.p.fail-strategy", "reload"),
				Map.entry("gateway.wasm.plugins.p.vms", "3"),
				Map.entry("gateway.wasm.plugins.p.allow-on-headers-stop-iteration", "true"),
				Map.entry("gateway.wasm.plugins.p.execution", "worker"),
				Map.entry("gateway.wasm.plugins.p.allowed-capabilities", "proxy_log,proxy_on_tick"),
				Map.entry("gateway.wasm.plugins.p.limits.memory", "64MB"),
				Map.entry("gateway.wasm.plugins.p.limits.pause-timeout", "1s")));
		assertThat(definition.configuration().text()).isEqualTo("{\"a\": 1}\n");
		assertThat(definition.vm().environment()).containsEntry("KEY", "value");
		assertThat(definition.failStrategy()).isEqualTo(FailStrategy.RELOAD);
		assertThat(definition.vms()).isEqualTo(3);
		assertThat(definition.messages().headersStopIteration()).isTrue();
		assertThat(definition.run().execution()).isEqualTo(Execution.WORKER);
		assertThat(definition.vm().capabilities()).containsExactlyInAnyOrder("proxy_log", "proxy_on_tick");
		assertThat(definition.limits().vm().memory()).isEqualTo(DataSize.ofMegabytes(64).toBytes());
		assertThat(definition.limits().streams().pauseTimeout()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void invalidPluginIsNamedByProperty() {
		invalid("gateway.wasm.plugins.Bad_Name", Map.of("gateway.wasm.plugins[Bad_Name].url", "classpath:a.wasm"));
		invalid("gateway.wasm.plugins.p.url", Map.of("gateway.wasm.plugins.p.root-id", "a"));
		invalid("gateway.wasm.plugins.p.sha256",
				Map.of("gateway.wasm.plugins.p.url", "a", "gateway.wasm.plugins.p.sha256", "abc"));
		invalid("gateway.wasm.plugins.p.configuration-location", Map.of("gateway.wasm.plugins.p.url", "a",
				"gateway.wasm.plugins.p.configuration", "a", "gateway.wasm.plugins.p.configuration-location", "b"));
		invalid("gateway.wasm.plugins.p.limits.body-buffer",
				Map.of("gateway.wasm.plugins.p.url", "a", "gateway.wasm.plugins.p.limits.body-buffer", "4GB"));
	}

	@Test
	void upstreamsAreListedByNameAndAlias() {
		var upstreams = UpstreamDefinitions.of(bind(Map.of("gateway.wasm.upstreams.auth.uri", "http://auth:8080",
				"gateway.wasm.upstreams.auth.aliases", "a,b", "gateway.wasm.upstreams.balanced.uri", "lb://service"))
			.upstreams());
		assertThat(upstreams).containsOnlyKeys("auth", "a", "b", "balanced");
		assertThat(upstreams.get("a")).isSameAs(upstreams.get("auth"));
	}

	@Test
	void invalidUpstreamIsNamedByProperty() {
		for (String uri : List.of("auth", "ftp://auth", "http://auth/path", "http://auth?q")) {
			assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
				.isThrownBy(
						() -> UpstreamDefinitions.of(bind(Map.of("gateway.wasm.upstreams.auth.uri", uri)).upstreams()))
				.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("gateway.wasm.upstreams.auth.uri"));
		}
	}

	@Test
	void aliasOfTwoUpstreamsIsInvalid() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> UpstreamDefinitions.of(bind(Map.of("gateway.wasm.upstreams.a.uri", "http://a",
					"gateway.wasm.upstreams.b.uri", "http://b", "gateway.wasm.upstreams.b.aliases", "a"))
				.upstreams()));
	}

	@Test
	void limitsOfWhatPluginsShare() {
		WasmGatewayProperties defaults = bind(Map.of());
		assertThat(LimitDefinitions.shared(defaults)).isEqualTo(SharedLimits.DEFAULTS);
		assertThat(LimitDefinitions.callConnections(defaults)).isEqualTo(500);
		WasmGatewayProperties properties = bind(Map.of("gateway.wasm.shared-data.max-values", "1",
				"gateway.wasm.shared-data.max-size", "2B", "gateway.wasm.shared-queues.max-queues", "3",
				"gateway.wasm.shared-queues.max-entries", "4", "gateway.wasm.shared-queues.max-size", "5GB"));
		assertThat(LimitDefinitions.shared(properties)).isEqualTo(new SharedLimits(1, 2, 3, 4, 5L << 30));
	}

	@Test
	void moreConnectionsThanPortsAreInvalid() {
		WasmGatewayProperties properties = bind(Map.of("gateway.wasm.max-call-connections", "65536"));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> LimitDefinitions.callConnections(properties))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("gateway.wasm.max-call-connections"));
	}

	private static void invalid(String property, Map<String, String> values) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> definition(values))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo(property));
	}

	private static PluginDefinition definition(Map<String, String> values) {
		return PluginDefinitions.of(bind(values).plugins()).get(0);
	}

	private static WasmGatewayProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("gateway.wasm",
				Bindable.of(WasmGatewayProperties.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "*.svc.cluster.local*", "*internal*", "*.example.com*", "10.*.1*", "[fd00:*", "[*", "*",
			"auth:443", "*.example.com:*", "[::1]:80", "auth:4*" })
	void targetThatCanMatchIsAccepted(String target) {
		assertThat(UpstreamDefinitions.targets(List.of(target))).containsExactly(target);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "http://a/", "http://a*", "a/*", "a:443/*", "a b*" })
	void targetThatCannotMatchIsRefused(String target) {
		assertThatExceptionOfType(InvalidWasmPropertyException.class)
			.isThrownBy(() -> UpstreamDefinitions.targets(List.of(target)));
	}

	@Test
	void targetsWithoutTextAreIgnored() {
		assertThat(UpstreamDefinitions.targets(List.of("", "auth:443", " "))).containsExactly("auth:443");
	}

}
