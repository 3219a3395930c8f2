package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QueueImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@Test
	void registerReturnsTheToken() {
		assertThat(this.guest.call("proxy_register_shared_queue", this.guest.text("queue"), FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("registerQueue queue");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(7);
	}

	@Test
	void registerWithABadResultPointerDoesNotRegister() {
		assertThat(this.guest.call("proxy_register_shared_queue", this.guest.text("queue"), FakeGuest.OUTSIDE))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void resolveReturnsTheToken() {
		assertThat(this.guest.call("proxy_resolve_shared_queue", this.guest.text("vm"), this.guest.text("queue"),
				FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(7);
	}

	@Test
	void resolveOfAMissingQueueIsNotFound() {
		assertThat(this.guest.call("proxy_resolve_shared_queue", this.guest.text("vm"), this.guest.text("other"),
				FakeGuest.FIRST))
			.isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void enqueuePassesOnTheData() {
		assertThat(this.guest.call("proxy_enqueue_shared_queue", 7, this.guest.text("data"))).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("enqueue 7 data");
	}

	@Test
	void dequeueGivesTheOldestEntry() {
		this.guest.host.dequeued = "data".getBytes(StandardCharsets.UTF_8);
		assertThat(this.guest.call("proxy_dequeue_shared_queue", 7, FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("data");
	}

	@Test
	void dequeueOfAnEmptyEntryIsOk() {
		assertThat(this.guest.call("proxy_dequeue_shared_queue", 7, FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.value()).isEmpty();
	}

	@Test
	void dequeueWithABadResultPointerTakesNothing() {
		assertThat(this.guest.call("proxy_dequeue_shared_queue", 7, FakeGuest.FIRST, FakeGuest.OUTSIDE))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void dequeueFromAnEmptyQueueIsEmpty() {
		this.guest.host.failure = StatusException.of(Status.EMPTY);
		assertThat(this.guest.call("proxy_dequeue_shared_queue", 7, FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.EMPTY);
		assertThat(this.guest.isUntouched()).isTrue();
	}

}
