/**
 * The services that the gateway offers to all plugins: callouts, timers, metrics and
 * functions of the application.
 */
@NullMarked
package io.gatewaywasm.boot.services;

import org.jspecify.annotations.NullMarked;
