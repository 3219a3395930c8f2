package io.gatewaywasm.test;

import java.util.Objects;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives each test the filter that its class names by {@link WasmFilter}.
 */
final class WasmFilterExtension implements BeforeAllCallback, AfterEachCallback, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(WasmFilterExtension.class);

	private static final String OF_CLASS = "class";

	private static final String OF_TEST = "test";

	@Override
	public void beforeAll(ExtensionContext context) {
		AnnotationSupport.findAnnotation(context.getRequiredTestClass(), WasmFilter.class)
			.ifPresent((annotation) -> context.getStore(NAMESPACE)
				.put(OF_CLASS,
						FilterUnderTest.of(annotation.value())
							.configuration(annotation.configuration())
							.rootId(annotation.rootId())));
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == FilterUnderTest.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		ExtensionContext.Store store = context.getStore(NAMESPACE);
		FilterUnderTest own = store.get(OF_TEST, FilterUnderTest.class);
		if (own == null) {
			own = Objects.requireNonNull(store.get(OF_CLASS, FilterUnderTest.class)).another();
			store.put(OF_TEST, own);
		}
		return own;
	}

	@Override
	public void afterEach(ExtensionContext context) {
		FilterUnderTest own = context.getStore(NAMESPACE).remove(OF_TEST, FilterUnderTest.class);
		if (own != null) {
			own.close();
		}
	}

}
