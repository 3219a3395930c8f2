package io.gatewaywasm.demo;

import java.util.List;

/**
 * A request as it passed some point.
 *
 * @param method the method
 * @param path the path with its query
 * @param headers the headers
 * @param body the body, empty where it was not looked at
 */
record RecordedRequest(String method, String path, List<RecordedHeader> headers, String body) {

}
