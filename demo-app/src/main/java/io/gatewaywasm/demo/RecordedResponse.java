package io.gatewaywasm.demo;

import java.util.List;

/**
 * A response as it left the upstream.
 */
record RecordedResponse(int status, List<RecordedHeader> headers, String body) {

}
