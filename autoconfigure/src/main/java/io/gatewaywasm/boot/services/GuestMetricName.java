package io.gatewaywasm.boot.services;

import java.util.Map;

/**
 * The meaning of a metric name that a guest has defined. {@code name} is the name of the
 * meter, without the common prefix. {@code tags} has the values of tags by name.
 */
record GuestMetricName(String name, Map<String, String> tags) {

	GuestMetricName {
		tags = Map.copyOf(tags);
	}

}
