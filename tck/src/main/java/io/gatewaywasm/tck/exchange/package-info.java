/**
 * One case on one proxy: a raw client, recording upstreams, and what they and the guests
 * observed.
 */
@NullMarked
package io.gatewaywasm.tck.exchange;

import org.jspecify.annotations.NullMarked;
