package io.gatewaywasm.host.spi;

import io.gatewaywasm.host.abi.MetricType;

/**
 * Makes the meters that guests define.
 */
@FunctionalInterface
public interface GuestMeters {

	/**
	 * Return the meter of a name; the same meter for the same plugin, type and name.
	 * @param plugin the id of the plugin
	 * @param type the kind of metric
	 * @param name the name as the guest gave it
	 * @return the meter
	 */
	GuestMeter meter(String plugin, MetricType type, String name);

}
