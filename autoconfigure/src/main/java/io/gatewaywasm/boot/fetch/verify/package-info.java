/**
 * Signatures of images as cosign makes them with a key of one's own.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.verify;

import org.jspecify.annotations.NullMarked;
