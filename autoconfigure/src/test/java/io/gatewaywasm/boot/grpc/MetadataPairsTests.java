package io.gatewaywasm.boot.grpc;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MetadataPairs}.
 */
class MetadataPairsTests {

	@Test
	void pseudoHeadersOfAnUpstreamThatSpeaksNoGrpcAreLeftOut() {
		Metadata metadata = InternalMetadata.newMetadata(bytes(":status"), bytes("404"), bytes("x-served-by"),
				bytes("web"));
		assertThat(MetadataPairs.pairs(metadata)).containsExactly(new HeaderPair("x-served-by", "web"));
	}

	@Test
	void namesThatAreNotKeysAreOmitted() {
		Metadata metadata = InternalMetadata.newMetadata(bytes("x*y"), bytes("1"), bytes("-bin"), bytes("AA"),
				bytes("x-bin"), bytes("AA"));
		assertThat(MetadataPairs.pairs(metadata)).extracting(HeaderPair::name).containsExactly("x-bin");
	}

	@Test
	void pairsWithInvalidKeysAreNotSent() {
		Metadata metadata = MetadataPairs
			.metadata(List.of(new HeaderPair(":path", "/"), new HeaderPair("x y", "1"), new HeaderPair("X-A", "1")));
		assertThat(metadata.keys()).containsExactly("x-a");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
