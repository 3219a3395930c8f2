package io.gatewaywasm.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.test.service.SimulatedTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CompilationNotice}.
 */
class CompilationNoticeTests {

	private final SimulatedTime time = new SimulatedTime(Instant.EPOCH);

	private final List<String> output = new ArrayList<>();

	@Test
	void compilationOfSecondsIsReported() {
		CompilationNotice notice = start();
		this.time.advance(Duration.ofSeconds(2));
		assertThat(this.output).containsExactly("Compiling target/mask.wasm (3.4 MB)…");
		this.time.advance(Duration.ofMillis(33_250));
		notice.end();
		assertThat(this.output).element(1).isEqualTo("Compiling target/mask.wasm (3.4 MB) took 35.3 s.");
	}

	@Test
	void quickCompilationIsNotReported() {
		CompilationNotice notice = start();
		this.time.advance(Duration.ofMillis(1999));
		notice.end();
		this.time.advance(Duration.ofSeconds(2));
		assertThat(this.output).isEmpty();
	}

	private CompilationNotice start() {
		return new CompilationNotice("target/mask.wasm", 3_565_158, this.time, this.time::nanoTime, this.output::add);
	}

}
