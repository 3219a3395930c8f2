/**
 * The services of a gateway as a test controls and reads them.
 */
@NullMarked
package io.gatewaywasm.test.service;

import org.jspecify.annotations.NullMarked;
