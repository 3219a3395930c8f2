package io.gatewaywasm.host.spi;

import io.gatewaywasm.host.abi.MetricType;

/**
 * Creates the meters that guests define.
 */
@FunctionalInterface
public interface GuestMeters {

	/**
	 * Returns the meter with the given plugin, type and name. Guests choose the names, so
	 * their number is not limited over time. Beyond the maximum, the meter need not be
	 * kept for other callers.
	 * @param plugin the id of the plugin
	 * @param type the kind of metric
	 * @param name the name that the guest has chosen
	 * @param maximum the number of meters to keep for the plugin
	 */
	GuestMeter meter(String plugin, MetricType type, String name, int maximum);

}
