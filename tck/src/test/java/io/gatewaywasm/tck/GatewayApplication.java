package io.gatewaywasm.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.tck.tls.SelfSignedCertificate;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.ServerWebExchange;

/**
 * The gateway under test. It listens on separate ports for HTTP/2 without TLS and for
 * TLS, and has routes to upstreams over HTTP/2 and over TLS. Each case whose plugins run
 * before routing has its own application in the same process.
 */
@SpringBootApplication
public class GatewayApplication {

	private static final Pattern CASE = Pattern.compile(".*/case-([0-9]+)\\.yml");

	private static final String HTTP2 = "http2";

	private static final String TLS = "tls";

	private final NettyReactiveWebServerFactory factory;

	private final HttpHandler handler;

	private final String keyStore;

	GatewayApplication(NettyReactiveWebServerFactory factory, HttpHandler handler,
			@Value("${tck.key-store}") String keyStore) {
		this.factory = factory;
		this.handler = handler;
		this.keyStore = keyStore;
	}

	/**
	 * Starts an application for each configuration. {@code files} is the files with the
	 * configurations; {@code case-N.yml} is that of a single case.
	 */
	public static void main(String[] files) {
		for (String file : files) {
			ConfigurableApplicationContext application = SpringApplication.run(GatewayApplication.class,
					"--spring.config.location=file:" + file);
			String port = application.getEnvironment().getProperty("local.server.port");
			Matcher ofCase = CASE.matcher(file);
			if (ofCase.matches()) {
				System.out.println("Case " + ofCase.group(1) + " on port " + port);
			}
			else {
				System.out.println("Routes on port " + port);
				application.getBean(GatewayApplication.class).startOtherPorts();
			}
		}
	}

	@Bean
	static NettyRoutingFilter http2RoutingFilter(HttpClient httpClient,
			ObjectProvider<List<HttpHeadersFilter>> headersFilters, HttpClientProperties properties) {
		return new NettyRoutingFilter(httpClient, headersFilters, properties) {

			/**
			 * Runs ahead of the gateway's filter of the same kind, which then does
			 * nothing.
			 */
			@Override
			public int getOrder() {
				return super.getOrder() - 1;
			}

			@Override
			public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
				Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
				return isSet(route, HTTP2) || isSet(route, TLS) ? super.filter(exchange, chain)
						: chain.filter(exchange);
			}

			@Override
			protected HttpClient getHttpClient(Route route, ServerWebExchange exchange) {
				HttpClient client = super.getHttpClient(route, exchange);
				boolean http2 = isSet(route, HTTP2);
				if (!isSet(route, TLS)) {
					return client.protocol(HttpProtocol.H2C);
				}
				// The only certificates here are those of the test itself.
				return client.protocol(http2 ? HttpProtocol.H2 : HttpProtocol.HTTP11)
					.secure((tls) -> tls.sslContext(http2
							? Http2SslContextSpec.forClient()
								.configure((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
							: Http11SslContextSpec.forClient()
								.configure((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))));
			}

			private static boolean isSet(Route route, String name) {
				return Boolean.TRUE.equals(route.getMetadata().get(name));
			}

		};
	}

	void startOtherPorts() {
		System.out.println("HTTP/2 on port " + start(withHttp2()));
		Ssl ssl = new Ssl();
		ssl.setKeyStore("file:" + this.keyStore);
		ssl.setKeyStorePassword(SelfSignedCertificate.PASSWORD);
		NettyReactiveWebServerFactory tls = withHttp2();
		tls.setSsl(ssl);
		System.out.println("TLS on port " + start(tls));
	}

	private NettyReactiveWebServerFactory withHttp2() {
		NettyReactiveWebServerFactory other = new NettyReactiveWebServerFactory(0);
		other.setServerCustomizers(new ArrayList<>(this.factory.getServerCustomizers()));
		Http2 enabled = new Http2();
		enabled.setEnabled(true);
		other.setHttp2(enabled);
		return other;
	}

	private int start(NettyReactiveWebServerFactory other) {
		WebServer server = other.getWebServer(this.handler);
		server.start();
		return server.getPort();
	}

}
