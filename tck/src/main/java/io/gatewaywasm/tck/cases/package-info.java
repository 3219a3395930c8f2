/**
 * Cases, read from YAML: the plugins, the client's requests, and the upstream's answers.
 */
@NullMarked
package io.gatewaywasm.tck.cases;

import org.jspecify.annotations.NullMarked;
