package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RedisCallImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@Test
	void initHandsOverNamesCredentialsAndTimeout() {
		assertThat(this.guest.call("proxy_redis_init", this.guest.text("redis?db=1"), this.guest.text("user"),
				this.guest.text("secret"), 1000))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("redisInit redis?db=1 user secret 1000");
	}

	@Test
	void initWithANegativeTimeoutIsABadArgument() {
		assertThat(this.guest.call("proxy_redis_init", this.guest.text("redis"), this.guest.text("user"),
				this.guest.text("secret"), -1))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void callReturnsItsToken() {
		assertThat(this.guest.call("proxy_redis_call", this.guest.text("redis"), this.guest.text("query"),
				FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("redisCall redis query");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(7);
	}

	@Test
	void callWhoseTokenCannotBeWrittenIsNotSent() {
		assertThat(this.guest.call("proxy_redis_call", this.guest.text("redis"), this.guest.text("query"), -1))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void callReturnsTheStatusOfTheHost() {
		this.guest.host.failure = StatusException.of(Status.INTERNAL_FAILURE);
		assertThat(this.guest.call("proxy_redis_call", this.guest.text("redis"), this.guest.text("query"),
				FakeGuest.FIRST))
			.isEqualTo(Status.INTERNAL_FAILURE);
	}

}
