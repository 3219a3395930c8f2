/**
 * Tables and documents that are generated from results.
 */
@NullMarked
package io.gatewaywasm.tck.report;

import org.jspecify.annotations.NullMarked;
