package io.gatewaywasm.demo;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The page at {@code /} and its data. Router functions take precedence over the gateway's
 * routes, which match all other paths; static resources of Spring Boot would not.
 */
@Configuration(proxyBeanMethods = false)
class PageRoutes {

	private final RecordedExchanges exchanges;

	private final PluginLog log;

	PageRoutes(RecordedExchanges exchanges, PluginLog log) {
		this.exchanges = exchanges;
		this.log = log;
	}

	@Bean
	RouterFunction<ServerResponse> page() {
		return RouterFunctions.route()
			.GET("/", this::index)
			.GET("/demo/exchanges/{id}", this::exchange)
			.GET("/demo/log/{plugin}", this::log)
			.resources("/demo/sources/**", new ClassPathResource("sources/"))
			.resources("/demo/modules/**", new ClassPathResource("filters/"))
			.resources("/demo/**", new ClassPathResource("page/"))
			.filter(PageRoutes::answerLater)
			.build();
	}

	/**
	 * Responds on another thread. Reactor Netty can stop reading a connection if the next
	 * request arrives early and is answered within the call that delivers it
	 * (reactor-netty#4361).
	 */
	private static Mono<ServerResponse> answerLater(ServerRequest request, HandlerFunction<ServerResponse> handler) {
		return Mono.defer(() -> handler.handle(request)).subscribeOn(Schedulers.parallel());
	}

	private Mono<ServerResponse> index(ServerRequest request) {
		return ServerResponse.ok()
			.contentType(MediaType.TEXT_HTML)
			.cacheControl(CacheControl.noCache())
			.bodyValue(new ClassPathResource("page/index.html"));
	}

	private Mono<ServerResponse> exchange(ServerRequest request) {
		RecordedExchange exchange = this.exchanges.find(request.pathVariable("id"));
		return (exchange != null) ? ServerResponse.ok().bodyValue(exchange) : ServerResponse.notFound().build();
	}

	private Mono<ServerResponse> log(ServerRequest request) {
		long after = request.queryParam("after").map(Long::parseLong).orElse(0L);
		return ServerResponse.ok().bodyValue(this.log.lines(request.pathVariable("plugin"), after));
	}

}
