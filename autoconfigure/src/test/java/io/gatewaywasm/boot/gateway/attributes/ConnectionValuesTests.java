package io.gatewaywasm.boot.gateway.attributes;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionValues}.
 */
class ConnectionValuesTests {

	private final EmbeddedChannel client = new EmbeddedChannel();

	@Test
	void valuesBelongToOneConnection() {
		assertThat(ConnectionValues.of(this.client)).isNull();
		ConnectionValues.open(this.client).put("mine", new byte[] { 1 });
		assertThat(ConnectionValues.of(this.client).get("mine")).containsExactly(1);
		assertThat(ConnectionValues.of(new EmbeddedChannel())).isNull();
		assertThat(ConnectionValues.of(null)).isNull();
	}

	@Test
	void namesAndValuesAreBounded() {
		ConnectionValues values = ConnectionValues.open(this.client);
		assertThat(values.put("a", new byte[ConnectionValues.MAX_SIZE - 1])).isTrue();
		assertThat(values.put("b", new byte[0])).isFalse();
		assertThat(values.put("a", new byte[10])).isTrue();
		assertThat(values.put("b", new byte[10])).isTrue();
		assertThat(values.put("b", new byte[ConnectionValues.MAX_SIZE])).isFalse();
		assertThat(values.get("b")).hasSize(10);
	}

}
