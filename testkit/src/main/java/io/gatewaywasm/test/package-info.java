/**
 * Tests Proxy-Wasm filters with JUnit and AssertJ, on the host that gateways use and
 * without a gateway.
 */
@NullMarked
package io.gatewaywasm.test;

import org.jspecify.annotations.NullMarked;
