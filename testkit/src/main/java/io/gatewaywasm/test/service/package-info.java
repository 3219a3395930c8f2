/**
 * Simulated services of a gateway, which a test controls and reads.
 */
@NullMarked
package io.gatewaywasm.test.service;

import org.jspecify.annotations.NullMarked;
