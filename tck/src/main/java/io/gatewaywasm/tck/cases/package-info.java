/**
 * Cases: what a client sends, what an upstream answers, which plugins run, read from
 * YAML.
 */
@NullMarked
package io.gatewaywasm.tck.cases;

import org.jspecify.annotations.NullMarked;
