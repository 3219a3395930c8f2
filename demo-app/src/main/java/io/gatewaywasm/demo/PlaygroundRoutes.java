package io.gatewaywasm.demo;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Accepts uploaded modules and responds with a report of their run.
 */
@Configuration(proxyBeanMethods = false)
class PlaygroundRoutes {

	private static final Logger logger = LoggerFactory.getLogger(PlaygroundRoutes.class);

	private static final String MODULE = "module";

	/** A module and the other fields. */
	private static final int MAX_FORM = FilterRuns.MAX_MODULE + (1 << 20);

	private final PlaygroundProperties properties;

	private final FilterRuns runs;

	private final UploadForm form = new UploadForm(MAX_FORM);

	PlaygroundRoutes(PlaygroundProperties properties, FilterRuns runs) {
		this.properties = properties;
		this.runs = runs;
	}

	@Bean
	@Order(0)
	RouterFunction<ServerResponse> playground() {
		return RouterFunctions.route().GET("/demo/playground", this::describe).POST("/demo/runs", this::run).build();
	}

	private Mono<ServerResponse> describe(ServerRequest request) {
		return ServerResponse.ok()
			.bodyValue(Map.of("enabled", this.properties.enabled(), "largestModule", FilterRuns.MAX_MODULE))
			.subscribeOn(Schedulers.parallel());
	}

	private Mono<ServerResponse> run(ServerRequest request) {
		if (!this.properties.enabled()) {
			return problem(HttpStatus.NOT_FOUND,
					"The demo does not run uploaded modules, because 'demo.playground.enabled' is false.");
		}
		String refusal = LocalClients.refusal(request);
		if (refusal != null) {
			return problem(HttpStatus.FORBIDDEN, refusal);
		}
		return this.form.read(request.exchange().getRequest())
			.flatMap(PlaygroundRoutes::read)
			.flatMap(this::run)
			.onErrorResume(DataBufferLimitException.class, (ex) -> tooLarge())
			.onErrorResume(DecodingException.class,
					(ex) -> problem(HttpStatus.BAD_REQUEST, "The form cannot be read: " + ex.getMessage()))
			.onErrorResume(IllegalArgumentException.class,
					(ex) -> problem(HttpStatus.BAD_REQUEST, String.valueOf(ex.getMessage())));
	}

	private static Mono<RunRequest> read(MultiValueMap<String, Part> parts) {
		if (!(parts.getFirst(MODULE) instanceof FilePart file)) {
			return Mono.error(new IllegalArgumentException("No module selected. Choose a .wasm file first."));
		}
		Mono<Map<String, String>> fields = Flux.fromIterable(parts.toSingleValueMap().values())
			.filter((part) -> !part.name().equals(MODULE))
			.concatMap((part) -> content(part)
				.map((bytes) -> Map.entry(part.name(), new String(bytes, StandardCharsets.UTF_8))))
			.collectMap(Map.Entry::getKey, Map.Entry::getValue);
		return Mono.zip(content(file), fields, (module, others) -> RunRequest.of(name(file), checked(module), others));
	}

	private static Mono<byte[]> content(Part part) {
		return DataBufferUtils.join(part.content()).map(UploadForm::bytes).defaultIfEmpty(new byte[0]);
	}

	private static byte[] checked(byte[] module) {
		if (module.length > FilterRuns.MAX_MODULE) {
			throw new DataBufferLimitException("The module is too large");
		}
		return module;
	}

	/** Returns the name for messages. */
	private static String name(FilePart file) {
		String name = file.filename().replaceAll("[^A-Za-z0-9._-]", "_");
		return name.isEmpty() ? "module.wasm" : name.substring(0, Math.min(name.length(), 60));
	}

	private Mono<ServerResponse> run(RunRequest request) {
		return Mono.fromCallable(() -> this.runs.run(request))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((report) -> ServerResponse.ok().bodyValue(report))
			.switchIfEmpty(Mono.defer(
					() -> problem(HttpStatus.TOO_MANY_REQUESTS, "Another module is running. Try again in a moment.")))
			.onErrorResume((ex) -> {
				logger.error("Failed to run {}", request.name(), ex);
				return problem(HttpStatus.INTERNAL_SERVER_ERROR, "The demo could not run the module: " + ex);
			});
	}

	private static Mono<ServerResponse> tooLarge() {
		return problem(HttpStatus.CONTENT_TOO_LARGE, "A module may have " + (FilterRuns.MAX_MODULE >> 20)
				+ " MiB here, and all that goes with it another MiB. This is more.");
	}

	private static Mono<ServerResponse> problem(HttpStatus status, String message) {
		return ServerResponse.status(status).bodyValue(Map.of("problem", message)).subscribeOn(Schedulers.parallel());
	}

}
