package io.gatewaywasm.demo;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The HTTP server behind the gateway. It starts before the gateway accepts requests and
 * stops after it.
 */
@Component
final class UpstreamServer implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(UpstreamServer.class);

	private final UpstreamProperties properties;

	private final UpstreamRoutes routes;

	private volatile @Nullable DisposableServer server;

	UpstreamServer(UpstreamProperties properties, UpstreamRoutes routes) {
		this.properties = properties;
		this.routes = routes;
	}

	@Override
	public void start() {
		DisposableServer server = HttpServer.create()
			.host("localhost")
			.port(this.properties.port())
			.route(this.routes)
			.bindNow();
		this.server = server;
		logger.info("Upstream started on port {}", server.port());
	}

	@Override
	public void stop() {
		DisposableServer server = this.server;
		if (server != null) {
			this.server = null;
			server.disposeNow();
		}
	}

	@Override
	public boolean isRunning() {
		return this.server != null;
	}

	/**
	 * Starts before the gateway's web server and stops after it.
	 */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;
	}

	/**
	 * Returns the port on which this upstream listens.
	 */
	int port() {
		return Objects.requireNonNull(this.server, "Upstream is not running").port();
	}

}
