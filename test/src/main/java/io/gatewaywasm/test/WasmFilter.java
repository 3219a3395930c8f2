package io.gatewaywasm.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names the filter that a class tests. Its tests take a {@link FilterUnderTest} as a
 * parameter, each one of its own; the module is compiled once for the class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(WasmFilterExtension.class)
public @interface WasmFilter {

	/**
	 * The module: {@code classpath:} and a resource, or the path of a file.
	 * @return the location
	 */
	String value();

	/**
	 * The plugin configuration.
	 * @return the text, which is handed over in UTF-8
	 */
	String configuration() default "";

	/**
	 * The root id.
	 * @return the root id
	 */
	String rootId() default "";

}
