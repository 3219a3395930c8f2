package io.gatewaywasm.demo;

import java.util.List;

/**
 * A response as it left the upstream.
 *
 * @param status the status
 * @param headers the headers
 * @param body the body
 */
record RecordedResponse(int status, List<RecordedHeader> headers, String body) {

}
