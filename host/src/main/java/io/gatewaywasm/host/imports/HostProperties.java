package io.gatewaywasm.host.imports;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Properties (section "Properties").
 */
public interface HostProperties {

	/**
	 * Returns a property in its wire encoding.
	 * @param path the segments of the path
	 * @return the encoded value, which must not be modified, or {@code null} if it does
	 * not exist
	 */
	byte @Nullable [] property(List<String> path);

	/**
	 * Sets a property.
	 * @param path the segments of the path
	 * @param value the value
	 */
	void setProperty(List<String> path, byte[] value);

}
