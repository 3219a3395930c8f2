package io.gatewaywasm.test;

import java.util.Optional;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Resolves the filter of {@link WasmFilterTest}, a new one for each test.
 */
final class WasmFilterExtension implements AfterEachCallback, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(WasmFilterExtension.class);

	@Override
	public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
		return ExtensionContextScope.TEST_METHOD;
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == FilterUnderTest.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		if (context.getTestMethod().isEmpty()) {
			throw new ParameterResolutionException("Each test has its own filter. Declare it as a parameter of the "
					+ "test, of a method before or after each test, or of the constructor of a class with an instance "
					+ "for each test.");
		}
		ExtensionContext.Store store = context.getStore(NAMESPACE);
		FilterUnderTest own = store.get(FilterUnderTest.class, FilterUnderTest.class);
		if (own == null) {
			own = filter(annotation(context));
			store.put(FilterUnderTest.class, own);
		}
		return own;
	}

	private static FilterUnderTest filter(WasmFilterTest annotation) {
		return FilterUnderTest.of(annotation.value())
			.configuration(annotation.configuration())
			.rootId(annotation.rootId());
	}

	private static WasmFilterTest annotation(ExtensionContext context) {
		Optional<WasmFilterTest> own = AnnotationSupport.findAnnotation(context.getTestMethod(), WasmFilterTest.class);
		return own
			.or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), WasmFilterTest.class,
					context.getEnclosingTestClasses()))
			.orElseThrow(() -> new ParameterResolutionException("@WasmFilterTest is missing on the class"));
	}

	@Override
	public void afterEach(ExtensionContext context) {
		FilterUnderTest own = context.getStore(NAMESPACE).remove(FilterUnderTest.class, FilterUnderTest.class);
		if (own != null) {
			own.afterEach(context);
		}
	}

}
