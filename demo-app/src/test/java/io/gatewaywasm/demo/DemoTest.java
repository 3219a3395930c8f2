package io.gatewaywasm.demo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.util.TestSocketUtils;

/**
 * Runs the demo on free ports. All tests share one instance.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = DemoTest.UpstreamPort.class)
@interface DemoTest {

	/** Lets the upstream listen on a free port, which the routes have to know. */
	class UpstreamPort implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			Map<String, Object> port = Map.of("demo.upstream.port", TestSocketUtils.findAvailableTcpPort());
			context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("upstream port", port));
		}

	}

}
