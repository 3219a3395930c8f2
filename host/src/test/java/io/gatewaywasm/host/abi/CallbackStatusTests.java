package io.gatewaywasm.host.abi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class CallbackStatusTests {

	@Test
	void codesOfHeaderCallbacksAreThoseOfTheSdks() {
		assertThat(HeadersStatus.of(0)).isEqualTo(HeadersStatus.CONTINUE);
		assertThat(HeadersStatus.of(1)).isEqualTo(HeadersStatus.STOP_ITERATION);
		assertThat(HeadersStatus.of(2)).isEqualTo(HeadersStatus.CONTINUE_AND_END_STREAM);
		assertThat(HeadersStatus.of(3)).isEqualTo(HeadersStatus.STOP_ALL_ITERATION_AND_BUFFER);
		assertThat(HeadersStatus.of(4)).isEqualTo(HeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK);
	}

	@Test
	void codesOfDataCallbacksAreThoseOfTheSdks() {
		assertThat(DataStatus.of(0)).isEqualTo(DataStatus.CONTINUE);
		assertThat(DataStatus.of(1)).isEqualTo(DataStatus.STOP_ITERATION_AND_BUFFER);
		assertThat(DataStatus.of(2)).isEqualTo(DataStatus.STOP_ITERATION_AND_WATERMARK);
		assertThat(DataStatus.of(3)).isEqualTo(DataStatus.STOP_ITERATION_NO_BUFFER);
	}

	@ParameterizedTest
	@ValueSource(ints = { 5, 100, -1, Integer.MIN_VALUE })
	void unknownCodesStop(int code) {
		assertThat(HeadersStatus.of(code)).isEqualTo(HeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK);
		assertThat(DataStatus.of(code)).isEqualTo(DataStatus.STOP_ITERATION_NO_BUFFER);
	}

}
