/**
 * Protection of the endpoint where it is reached by HTTP.
 */
@NullMarked
package io.gatewaywasm.boot.actuate.web;

import org.jspecify.annotations.NullMarked;
