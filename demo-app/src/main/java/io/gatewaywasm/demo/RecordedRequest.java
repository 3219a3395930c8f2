package io.gatewaywasm.demo;

import java.util.List;

/**
 * A request at a point of the exchange.
 *
 * @param method the method
 * @param path the path with its query
 * @param headers the headers
 * @param body the body, empty if it was not recorded
 */
record RecordedRequest(String method, String path, List<RecordedHeader> headers, String body) {

}
