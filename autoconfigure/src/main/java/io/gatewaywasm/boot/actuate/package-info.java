/**
 * Plugins seen from outside: the actuator endpoint and the health indicator.
 */
@NullMarked
package io.gatewaywasm.boot.actuate;

import org.jspecify.annotations.NullMarked;
