/**
 * HTTP requests with limits on time and size, retries, and blocked addresses.
 */
@NullMarked
package io.gatewaywasm.registry.http;

import org.jspecify.annotations.NullMarked;
