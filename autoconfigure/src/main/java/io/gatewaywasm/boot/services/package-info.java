/**
 * What the gateway offers to all plugins: calls to upstreams, time, metrics and functions
 * of the application.
 */
@NullMarked
package io.gatewaywasm.boot.services;

import org.jspecify.annotations.NullMarked;
