//! gRPC calls and streams, and what has come back on them.

use crate::text;
use proxy_wasm::hostcalls;
use proxy_wasm::types::{MapType, Status};
use std::time::Duration;

/// `<upstream>:<service>/<method>:<message>`; an upstream may have a port, and the message may be empty.
pub struct Target<'a> {
    upstream: &'a str,
    service: &'a str,
    method: &'a str,
    message: Vec<u8>,
}

impl<'a> Target<'a> {
    pub fn parse(text: &'a str) -> Option<Target<'a>> {
        let (text, message) = text.rsplit_once(':')?;
        let (upstream, function) = text.rsplit_once(':')?;
        let (service, method) = function.split_once('/')?;
        Some(Target {
            upstream,
            service,
            method,
            message: text::bytes(message),
        })
    }

    pub fn call(&self, timeout: Duration) -> Result<u32, Status> {
        hostcalls::dispatch_grpc_call(
            self.upstream,
            self.service,
            self.method,
            self.metadata(),
            Some(&self.message),
            timeout,
        )
    }

    pub fn open(&self) -> Result<u32, Status> {
        hostcalls::open_grpc_stream(self.upstream, self.service, self.method, self.metadata())
    }

    /// Sends the message so many times, the last with the end of the stream.
    pub fn send(&self, token: u32, times: u32) -> Result<(), Status> {
        (1..=times).try_for_each(|time| {
            hostcalls::send_grpc_stream_message(token, Some(&self.message), time == times)
        })
    }

    fn metadata(&self) -> Vec<(&str, &[u8])> {
        vec![("x-probe-metadata", b"from the guest")]
    }
}

/// Metadata as `name=value;name=value`.
pub fn metadata(map: MapType) -> String {
    hostcalls::get_map_bytes(map)
        .unwrap_or_default()
        .iter()
        .map(|(name, value)| format!("{name}={}", text::printable(value)))
        .collect::<Vec<_>>()
        .join(";")
}
