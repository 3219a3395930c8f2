/**
 * Runs one case on one proxy: a raw client, recording upstreams, and their observations
 * and those of the guests.
 */
@NullMarked
package io.gatewaywasm.tck.exchange;

import org.jspecify.annotations.NullMarked;
