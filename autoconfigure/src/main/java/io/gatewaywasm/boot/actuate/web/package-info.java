/**
 * Protection of the actuator endpoint against writes from other origins.
 */
@NullMarked
package io.gatewaywasm.boot.actuate.web;

import org.jspecify.annotations.NullMarked;
