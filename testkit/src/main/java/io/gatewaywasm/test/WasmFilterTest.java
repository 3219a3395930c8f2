package io.gatewaywasm.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Declares the filter that a class tests. Its constructor, its tests, and its methods
 * before and after each test can have a {@link FilterUnderTest} as a parameter. Each test
 * gets a new filter. The module is compiled once.
 * <p>
 * On a test method, the annotation replaces the one on the class.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(WasmFilterExtension.class)
public @interface WasmFilterTest {

	/**
	 * The module: {@code classpath:} and a resource, or the path of a file.
	 * @return the location
	 */
	String value();

	/**
	 * The configuration of the plugin.
	 * @return the text, encoded as UTF-8
	 */
	String configuration() default "";

	/**
	 * The root id.
	 * @return the root id
	 */
	String rootId() default "";

}
