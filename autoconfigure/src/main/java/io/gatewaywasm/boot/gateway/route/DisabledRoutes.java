package io.gatewaywasm.boot.gateway.route;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;

/**
 * Recognizes routes that the gateway ignores because they are disabled.
 */
public final class DisabledRoutes {

	private static final String ENABLED = "enabled";

	private DisabledRoutes() {
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
