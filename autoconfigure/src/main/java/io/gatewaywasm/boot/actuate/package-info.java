/**
 * The actuator endpoint and the health indicator for plugins.
 */
@NullMarked
package io.gatewaywasm.boot.actuate;

import org.jspecify.annotations.NullMarked;
