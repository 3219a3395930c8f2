package io.gatewaywasm.benchmarks.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The measured gateway.
 */
@SpringBootApplication
public class BenchmarkGateway {

	public static void main(String[] args) {
		SpringApplication.run(BenchmarkGateway.class, args);
	}

}
