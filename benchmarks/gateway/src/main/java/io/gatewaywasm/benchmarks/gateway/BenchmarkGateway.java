package io.gatewaywasm.benchmarks.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The gateway that is measured.
 */
@SpringBootApplication
public class BenchmarkGateway {

	/**
	 * Start the gateway.
	 * @param args Spring's arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(BenchmarkGateway.class, args);
	}

}
