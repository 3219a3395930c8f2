use proxy_wasm::types::MapType;

/// Where in its life a stream is: which header carries the commands, and which map takes the results.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Phase {
    RequestHeaders,
    RequestBody,
    RequestTrailers,
    ResponseHeaders,
    ResponseBody,
    ResponseTrailers,
    Log,
}

impl Phase {
    pub const ALL: [Phase; 7] = [
        Phase::RequestHeaders,
        Phase::RequestBody,
        Phase::RequestTrailers,
        Phase::ResponseHeaders,
        Phase::ResponseBody,
        Phase::ResponseTrailers,
        Phase::Log,
    ];

    pub fn is_request(self) -> bool {
        matches!(
            self,
            Phase::RequestHeaders | Phase::RequestBody | Phase::RequestTrailers
        )
    }

    /// The request header with this phase's commands. A configuration names them without the `x-`.
    pub fn command_header(self) -> &'static str {
        match self {
            Phase::RequestHeaders => "x-probe",
            Phase::RequestBody => "x-probe-body",
            Phase::RequestTrailers => "x-probe-trailers",
            Phase::ResponseHeaders => "x-probe-resp",
            Phase::ResponseBody => "x-probe-resp-body",
            Phase::ResponseTrailers => "x-probe-resp-trailers",
            Phase::Log => "x-probe-log",
        }
    }

    /// The name in the filter's own log lines.
    pub fn name(self) -> &'static str {
        match self {
            Phase::RequestHeaders => "request-headers",
            Phase::RequestBody => "request-body",
            Phase::RequestTrailers => "request-trailers",
            Phase::ResponseHeaders => "response-headers",
            Phase::ResponseBody => "response-body",
            Phase::ResponseTrailers => "response-trailers",
            Phase::Log => "log",
        }
    }

    /// The headers that commands read and change.
    pub fn headers(self) -> MapType {
        if self.is_request() {
            MapType::HttpRequestHeaders
        } else {
            MapType::HttpResponseHeaders
        }
    }

    pub fn trailers(self) -> MapType {
        if self.is_request() {
            MapType::HttpRequestTrailers
        } else {
            MapType::HttpResponseTrailers
        }
    }

    /// Where results are reported beside the log: headers are on their way in every phase but their own.
    pub fn results(self) -> Option<MapType> {
        match self {
            Phase::RequestHeaders | Phase::ResponseHeaders => Some(self.headers()),
            Phase::RequestTrailers | Phase::ResponseTrailers => Some(self.trailers()),
            _ => None,
        }
    }
}
