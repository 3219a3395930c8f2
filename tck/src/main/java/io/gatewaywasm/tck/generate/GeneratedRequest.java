package io.gatewaywasm.tck.generate;

/**
 * A request, or two on one connection, in YAML, and what the filters see of it.
 *
 * @param yaml the request
 * @param method the method of the first request
 * @param body whether it has a body
 * @param trailers whether it has trailers
 */
record GeneratedRequest(String yaml, String method, boolean body, boolean trailers) {

}
