package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.spi.HttpStream;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose callouts become child observations of its own observation.
 */
public interface ObservedStream extends HttpStream {

	/**
	 * Returns the observation of the stream, or {@code null} if streams are not observed.
	 */
	@Nullable Observation observation();

}
