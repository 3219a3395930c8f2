/**
 * HTTP requests that are bounded in time and size, retried, and kept away from addresses
 * that no module comes from.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.http;

import org.jspecify.annotations.NullMarked;
