/**
 * Servers and rules for the tests of several modules.
 */
@NullMarked
package io.gatewaywasm.testsupport;

import org.jspecify.annotations.NullMarked;
