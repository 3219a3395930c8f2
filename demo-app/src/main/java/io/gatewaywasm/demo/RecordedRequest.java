package io.gatewaywasm.demo;

import java.util.List;

/**
 * A request at a point of the exchange. {@code body} is the body, empty if it was not
 * recorded.
 */
record RecordedRequest(String method, String path, List<RecordedHeader> headers, String body) {

}
