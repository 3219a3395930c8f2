//! One direction of a stream, and what is to happen to its body.

use log::{debug, info};
use proxy_wasm::hostcalls;
use proxy_wasm::types::{Action, BufferType, MapType};
use std::time::Duration;

#[derive(Copy, Clone)]
pub enum Direction {
    Request,
    Response,
}

pub struct Body {
    context_id: u32,
    direction: Direction,
    commands: Vec<String>,
    chunks: usize,
    /// The call that this direction waits for.
    call: Option<u32>,
}

impl Body {
    pub fn new(context_id: u32, direction: Direction) -> Body {
        Body {
            context_id,
            direction,
            commands: vec![],
            chunks: 0,
            call: None,
        }
    }

    pub fn ask(&mut self, commands: Option<String>) {
        self.commands = commands
            .unwrap_or_default()
            .split(',')
            .map(|command| command.trim().to_string())
            .collect();
    }

    pub fn on_headers(&mut self, end_of_stream: bool) -> Action {
        if self.asks_for("drop-length") {
            hostcalls::remove_map_value(self.headers(), "content-length").unwrap();
        }
        if self.asks_for("hold-headers") && !end_of_stream {
            return Action::Pause;
        }
        Action::Continue
    }

    pub fn on_chunk(&mut self, size: usize, end_of_stream: bool) -> Action {
        debug!(
            "body {} #{} size={size} end_of_stream={end_of_stream}",
            self.name(),
            self.context_id
        );
        self.chunks += 1;
        let mut pauses = false;
        for command in self.commands.clone() {
            pauses |= self.run(&command, size, end_of_stream);
        }
        if pauses || self.call.is_some() {
            Action::Pause
        } else {
            Action::Continue
        }
    }

    /// Whether this was the answer that the direction waits for.
    pub fn answered(&mut self, token: u32) -> bool {
        self.call.take_if(|call| *call == token).is_some()
    }

    /// Runs one command for one chunk, and says whether the body is to be held.
    fn run(&mut self, command: &str, size: usize, end_of_stream: bool) -> bool {
        let (name, argument) = command.split_once(':').unwrap_or((command, ""));
        let first = self.chunks == 1;
        match name {
            "upper" => self.write(
                0,
                usize::MAX,
                &self.read(0, usize::MAX).to_ascii_uppercase(),
            ),
            "clear" => self.write(0, usize::MAX, b""),
            "prepend" if first => self.write(0, 0, argument.as_bytes()),
            "append" if end_of_stream => self.write(usize::MAX, 0, argument.as_bytes()),
            "replace" if end_of_stream => self.write(0, usize::MAX, argument.as_bytes()),
            "replace" | "buffer" | "hold-headers" => return !end_of_stream,
            "read" => {
                let (start, length, _) = range(argument);
                let text = String::from_utf8_lossy(&self.read(start, length)).to_string();
                info!("body {} #{} read: {text}", self.name(), self.context_id);
            }
            "write" if end_of_stream => {
                let (start, length, text) = range(argument);
                self.write(start, length, text.as_bytes());
            }
            "count" if end_of_stream => info!(
                "body {} #{} chunks={} size={size}",
                self.name(),
                self.context_id,
                self.chunks
            ),
            "size-header" if end_of_stream => {
                hostcalls::set_map_value(self.headers(), argument, Some(&size.to_string())).unwrap()
            }
            "trailer" if end_of_stream => {
                let (key, value) = argument.split_once('=').unwrap_or((argument, ""));
                hostcalls::add_map_value(self.trailers(), key, value).unwrap();
            }
            "pause-call" if first => self.call(argument),
            "pause-call-end" if end_of_stream => self.call(argument),
            "local" if first => return reply(argument),
            "local-end" => return !end_of_stream || reply(argument),
            "pause" => return true,
            "trap" if end_of_stream => panic!("body trap"),
            _ => {}
        }
        false
    }

    /// Calls an upstream, given as `<upstream>` or `<upstream>:/path`.
    fn call(&mut self, target: &str) {
        let (upstream, path) = match target.find(":/") {
            Some(colon) => (&target[..colon], &target[colon + 1..]),
            None => (target, "/"),
        };
        let headers = vec![
            (":method", "GET"),
            (":path", path),
            (":authority", upstream),
        ];
        let call =
            hostcalls::dispatch_http_call(upstream, headers, None, vec![], Duration::from_secs(5));
        match call {
            Ok(token) => self.call = Some(token),
            Err(status) => info!("body call refused #{}: {status:?}", self.context_id),
        }
    }

    fn asks_for(&self, name: &str) -> bool {
        self.commands.iter().any(|command| command == name)
    }

    fn read(&self, start: usize, length: usize) -> Vec<u8> {
        let bytes = hostcalls::get_buffer(self.buffer(), start, length).unwrap();
        bytes.unwrap_or_default()
    }

    fn write(&self, start: usize, length: usize, bytes: &[u8]) {
        hostcalls::set_buffer(self.buffer(), start, length, bytes).unwrap();
    }

    fn name(&self) -> &'static str {
        match self.direction {
            Direction::Request => "request",
            Direction::Response => "response",
        }
    }

    fn buffer(&self) -> BufferType {
        match self.direction {
            Direction::Request => BufferType::HttpRequestBody,
            Direction::Response => BufferType::HttpResponseBody,
        }
    }

    fn headers(&self) -> MapType {
        match self.direction {
            Direction::Request => MapType::HttpRequestHeaders,
            Direction::Response => MapType::HttpResponseHeaders,
        }
    }

    fn trailers(&self) -> MapType {
        match self.direction {
            Direction::Request => MapType::HttpRequestTrailers,
            Direction::Response => MapType::HttpResponseTrailers,
        }
    }
}

fn reply(status: &str) -> bool {
    let headers = vec![("x-local", "body"), ("content-type", "text/plain")];
    let status = status.parse().unwrap_or(500);
    hostcalls::send_http_response(status, headers, Some(b"local reply from body\n")).unwrap();
    true
}

/// Splits `<start>:<length>` or `<start>:<length>:<text>`.
fn range(argument: &str) -> (usize, usize, &str) {
    let mut parts = argument.splitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse().ok());
    let (start, length) = (number().unwrap_or(0), number().unwrap_or(usize::MAX));
    (start, length, parts.next().unwrap_or(""))
}
