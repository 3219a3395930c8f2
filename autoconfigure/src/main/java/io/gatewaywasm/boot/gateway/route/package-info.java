/**
 * The routes of exchanges: the chosen route and the hosts of its upstream.
 */
@NullMarked
package io.gatewaywasm.boot.gateway.route;

import org.jspecify.annotations.NullMarked;
