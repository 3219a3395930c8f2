package io.gatewaywasm.host.fuzz;

import java.util.Arrays;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.HeaderPairs;
import io.gatewaywasm.host.abi.HeaderPairsEncoder;
import io.gatewaywasm.host.abi.HeaderList;

/**
 * Decodes arbitrary bytes as pairs. Encoding and decoding the result must give the same
 * pairs.
 */
public final class HeaderPairsFuzz {

	private HeaderPairsFuzz() {
	}

	public static void fuzzerTestOneInput(byte[] data) {
		List<HeaderPair> pairs = HeaderPairs.decode(data);
		HeaderList headers = new HeaderList();
		pairs.forEach((pair) -> headers.add(pair.name(), pair.value()));
		HeaderPairsEncoder encoder = new HeaderPairsEncoder().encode(headers);
		byte[] encoded = Arrays.copyOf(encoder.array(), encoder.length());
		if (encoder.count() != pairs.size()) {
			throw new AssertionError(encoder.count() + " of " + pairs.size() + " pairs were encoded");
		}
		List<HeaderPair> again = HeaderPairs.decode(encoded);
		for (int i = 0; i < pairs.size(); i++) {
			if (!again.get(i).name().equalsIgnoreCase(pairs.get(i).name())
					|| !again.get(i).value().equals(pairs.get(i).value())) {
				throw new AssertionError(pairs.get(i) + " became " + again.get(i));
			}
		}
	}

}
