package io.gatewaywasm.boot.gateway.message;

import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NettyHeaders}.
 */
class NettyHeadersTests {

	@ParameterizedTest
	@CsvSource({ "x-a x-A, true", "x-a x-a, false", "x-a x-b, false", "X-A x-b X-B, true", "'', false" })
	void namesInTwoCasesAreFound(String names, boolean found) {
		HttpHeaders headers = new DefaultHttpHeaders();
		for (String name : names.split(" ", -1)) {
			if (!name.isEmpty()) {
				headers.add(name, "1");
			}
		}
		assertThat(NettyHeaders.mayHaveNameInTwoCases(headers)).isEqualTo(found);
	}

	@Test
	void costOfManyHeadersDoesNotGrowWithTheSquareOfTheirNumber() {
		assertThat(comparisons(4000)).isLessThan(4 * comparisons(1000) + 10_000);
	}

	private static int comparisons(int count) {
		AtomicInteger reads = new AtomicInteger();
		HttpHeaders headers = new DefaultHttpHeaders(false);
		for (int i = 0; i < count; i++) {
			headers.add(new CountedName(reads), "");
		}
		reads.set(0);
		NettyHeaders.mayHaveNameInTwoCases(headers);
		return reads.get();
	}

	/** A name that counts how often it is read. */
	private record CountedName(AtomicInteger reads) implements CharSequence {

		@Override
		public int length() {
			this.reads.incrementAndGet();
			return 1;
		}

		@Override
		public char charAt(int index) {
			return 'a';
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return "a".substring(start, end);
		}

		@Override
		public String toString() {
			return "a";
		}

	}

}
