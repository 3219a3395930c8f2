/**
 * Checks the documents against the code.
 */
package io.gatewaywasm.boot.documentation;
