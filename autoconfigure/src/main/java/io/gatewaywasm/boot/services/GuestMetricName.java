package io.gatewaywasm.boot.services;

import java.util.Map;

/**
 * What the name that a guest gave to a metric says.
 *
 * @param name the name of the meter, after the prefix of all of them
 * @param tags the values of tags by name
 */
record GuestMetricName(String name, Map<String, String> tags) {

	GuestMetricName {
		tags = Map.copyOf(tags);
	}

}
