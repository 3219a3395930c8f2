/**
 * Adapters: start a proxy with modules and configurations, tell its addresses, collect
 * the guests' log lines.
 */
@NullMarked
package io.gatewaywasm.tck.proxy;

import org.jspecify.annotations.NullMarked;
