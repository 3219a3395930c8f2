/**
 * Tables and documents generated from results.
 */
@NullMarked
package io.gatewaywasm.tck.report;

import org.jspecify.annotations.NullMarked;
