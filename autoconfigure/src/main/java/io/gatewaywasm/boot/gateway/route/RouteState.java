package io.gatewaywasm.boot.gateway.route;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;

/**
 * Tells which configured routes exist.
 */
public final class RouteState {

	private static final String ENABLED = "enabled";

	private RouteState() {
	}

	/**
	 * Returns whether the gateway ignores the route. Read by name, because older gateways
	 * do not have the property.
	 */
	public static boolean isDisabled(RouteDefinition route) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(route);
		return properties.isReadableProperty(ENABLED) && Boolean.FALSE.equals(properties.getPropertyValue(ENABLED));
	}

}
