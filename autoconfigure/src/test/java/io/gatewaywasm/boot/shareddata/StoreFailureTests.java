package io.gatewaywasm.boot.shareddata;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoreFailure}.
 */
class StoreFailureTests {

	@ParameterizedTest
	@ValueSource(strings = { "WRONGTYPE Operation against a key holding the wrong kind of value",
			"WRONGTYPE Operation against a key holding the wrong kind of value script: 5f2a, on @user_script:3.",
			"ERR Error running script (call to f_5f2a): @user_script:3: WRONGTYPE Operation against a key holding the"
					+ " wrong kind of value",
			"ERR Error running script (call to f_5f2a): @user_script: 3: -WRONGTYPE Operation against a key holding"
					+ " the wrong kind of value" })
	void wrongTypeConcernsTheKey(String message) {
		assertThat(new StoreFailure(message).concernsKey()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ERR unknown command 'EVALSHA', with args beginning with: 'WRONGTYPE' ",
			"ERR unknown command 'EVALSHA', with args beginning with: ': WRONGTYPE ' ",
			"NOPERM No permissions to access the key 'WRONGTYPE '", "WRONGTYPES", "no reply",
			"ERR Error running script (call to f_5f2a): @user_script:3: user_script:3: no WRONGTYPE " })
	void otherErrorsDoNotConcernTheKey(String message) {
		assertThat(new StoreFailure(message).concernsKey()).isFalse();
	}

}
