package io.gatewaywasm.host.spi;

import io.gatewaywasm.host.abi.MetricType;

/**
 * Makes the meters that guests define.
 */
@FunctionalInterface
public interface GuestMeters {

	/**
	 * Return the meter of a name; the same meter for the same plugin, type and name.
	 * Guests choose the names, so that there may be any number of them in the course of
	 * time: beyond the maximum, the meter need not be kept for others than the caller.
	 * @param plugin the id of the plugin
	 * @param type the kind of metric
	 * @param name the name as the guest gave it
	 * @param maximum the number of meters to keep for the plugin
	 * @return the meter
	 */
	GuestMeter meter(String plugin, MetricType type, String name, int maximum);

}
