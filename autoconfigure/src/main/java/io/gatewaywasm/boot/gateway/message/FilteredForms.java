package io.gatewaywasm.boot.gateway.message;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.DefaultServerWebExchange;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.i18n.AcceptHeaderLocaleContextResolver;

/**
 * The form data and the parts of a request whose body a filter sees. The exchange of the
 * connection would parse them from the client's body, which no filter has seen.
 */
public final class FilteredForms {

	private static final String ATTRIBUTE = FilteredForms.class.getName();

	private final ServerWebExchange exchange;

	private final ServerHttpRequest request;

	/** Parses the forms. It is created when the first one is requested. */
	private @Nullable ServerWebExchange parser;

	FilteredForms(ServerWebExchange exchange, ServerHttpRequest request) {
		this.exchange = exchange;
		this.request = request;
	}

	Mono<MultiValueMap<String, String>> formData() {
		return parser().getFormData();
	}

	Mono<MultiValueMap<String, Part>> multipartData() {
		// The server deletes only the files of parts that its own exchange has parsed.
		Object parsed = this.exchange.getAttributes().computeIfAbsent(ATTRIBUTE, (key) -> new Parsed());
		((Parsed) parsed).forms.add(this);
		return parser().getMultipartData();
	}

	private synchronized ServerWebExchange parser() {
		ServerWebExchange created = this.parser;
		if (created == null) {
			created = new DefaultServerWebExchange(this.request, this.exchange.getResponse(), (ignored) -> Mono.empty(),
					codecs(this.exchange.getApplicationContext()), new AcceptHeaderLocaleContextResolver());
			this.parser = created;
		}
		return created;
	}

	private static ServerCodecConfigurer codecs(@Nullable ApplicationContext application) {
		String name = WebHttpHandlerBuilder.SERVER_CODEC_CONFIGURER_BEAN_NAME;
		return (application != null && application.containsBean(name))
				? application.getBean(name, ServerCodecConfigurer.class) : ServerCodecConfigurer.create();
	}

	/**
	 * Deletes the files of the parts that were parsed, in each attempt to handle the
	 * request.
	 * @param attributes the attributes of the exchange
	 */
	public static void deleteFiles(Map<String, Object> attributes) {
		// Unlike a removal, the search takes no lock
		if (attributes.containsKey(ATTRIBUTE) && attributes.remove(ATTRIBUTE) instanceof Parsed parsed) {
			parsed.forms.forEach((forms) -> forms.parser().cleanupMultipart().subscribe());
		}
	}

	/** The forms of an exchange whose parts were parsed. */
	private static final class Parsed {

		private final Set<FilteredForms> forms = ConcurrentHashMap.newKeySet();

	}

}
