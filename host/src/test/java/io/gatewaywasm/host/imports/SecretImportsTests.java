package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@ParameterizedTest
	@ValueSource(strings = { "proxy_get_secret", "proxy_secret_get" })
	void secretIsKnownByItsName(String function) {
		assertThat(this.guest.call(function, this.guest.text("KEY"), FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("secret of KEY");
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_get_effective_at_secret", "proxy_secret_get_effective_at" })
	void secretOfATimeIsTheOnlyOne(String function) {
		assertThat(this.guest.call(function, this.guest.text("KEY"), 1_700_000_000, FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("secret of KEY");
	}

	@Test
	void missingSecretIsNotFound() {
		this.guest.host.failure = StatusException.of(Status.NOT_FOUND);
		assertThat(this.guest.call("proxy_get_secret", this.guest.text("KEY"), FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.NOT_FOUND);
	}

	@Test
	void secretWithoutAPlaceForItIsNotAskedFor() {
		assertThat(this.guest.call("proxy_get_secret", this.guest.text("KEY"), FakeGuest.FIRST, -1))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void dictionaryIsTheEnvironment() {
		assertThat(this.guest.call("proxy_dictionary_get", this.guest.text("URL"), FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("value of URL");
	}

	@Test
	void diagnosticsAreALineOfTheLog() {
		assertThat(this.guest.call("stats_set_user_diag", this.guest.text("half way"))).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("log INFO half way");
	}

}
