package io.gatewaywasm.demo;

import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The page at {@code /} and what it reads. Router functions come before the gateway's
 * routes, which have a filter for everything else; Spring Boot's own static resources
 * would come after them.
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
			.resources("/demo/**", new ClassPathResource("page/"))
			.build();
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
