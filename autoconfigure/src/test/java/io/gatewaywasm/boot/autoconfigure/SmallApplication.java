package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.fixture.GatewayFixture;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A gateway with an {@code application.yml} and environment variables.
 */
record SmallApplication(Path directory, String yaml, Map<String, Object> variables) {

	SmallApplication(Path directory, String yaml) {
		this(directory, yaml, Map.of());
	}

	ConfigurableApplicationContext run() throws IOException {
		Path file = Files.writeString(this.directory.resolve("application.yml"), this.yaml);
		SpringApplication application = new SpringApplicationBuilder(GatewayFixture.Application.class)
			.web(WebApplicationType.REACTIVE)
			.properties(Map.of("server.port", "0", "spring.main.banner-mode", "off", "spring.config.location",
					file.toUri().toString()))
			.build();
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables));
		application.setEnvironment(environment);
		return application.run();
	}

	/** Checks that the gateway does not start, and that the failure analysis says why. */
	void fails(CapturedOutput output, String... said) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> run().close());
		assertThat(output.toString()).contains("APPLICATION FAILED TO START").contains(List.of(said));
		assertThat(output.toString()).as("an explanation before the port opens, and no stack trace")
			.doesNotContain("\tat ", "started on port");
	}

}
