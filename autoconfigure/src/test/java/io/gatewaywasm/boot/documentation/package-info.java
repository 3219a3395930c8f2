/**
 * Sees to it that the documents say what is so.
 */
package io.gatewaywasm.boot.documentation;
