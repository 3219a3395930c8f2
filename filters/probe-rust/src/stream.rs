//! A stream: it remembers the commands that its request brought, runs each phase's, and waits for answers.

use crate::grpc;
use crate::phase::Phase;
use crate::root::Plugin;
use crate::text;
use log::{debug, info};
use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, BufferType, MapType};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

/// What happens when an answer has come.
#[derive(Copy, Clone)]
pub enum Then {
    /// The stream goes on, once nothing else is awaited.
    Resume,
    /// The stream ends with a reply of the filter's own.
    Reply,
    /// Nothing: the stream has gone on long ago.
    Nothing,
}

pub struct Pending {
    pub phase: Phase,
    pub then: Then,
    /// The messages of a gRPC stream, as they come.
    pub messages: Vec<Vec<u8>>,
}

pub struct Stream {
    pub context_id: u32,
    pub plugin: Rc<Plugin>,
    pub pending: HashMap<u32, Pending>,
    pub held: bool,
    pub call: CallOptions,
    /// How many headers, bytes or trailers the host announced for the current callback, and its end of stream.
    pub size: usize,
    pub end_of_stream: bool,
    pub echo_context: bool,
    replied: bool,
    request_id: Option<String>,
    commands: HashMap<&'static str, String>,
}

/// What the next HTTP calls are made with.
pub struct CallOptions {
    pub method: Option<String>,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    pub timeout: Duration,
}

impl Stream {
    pub fn new(context_id: u32, plugin: Rc<Plugin>) -> Stream {
        Stream {
            context_id,
            plugin,
            pending: HashMap::new(),
            held: false,
            call: CallOptions {
                method: None,
                headers: vec![],
                body: None,
                timeout: Duration::from_secs(5),
            },
            size: 0,
            end_of_stream: false,
            echo_context: false,
            replied: false,
            request_id: None,
            commands: HashMap::new(),
        }
    }

    /// Logs a result, and adds it to the headers or trailers that the phase can still change.
    pub fn report(&self, phase: Phase, name: &str, value: &str) {
        info!(
            "probe {} #{} {name}: {value}",
            phase.name(),
            self.context_id
        );
        if let Some(map) = phase.results() {
            hostcalls::add_map_value(map, name, value).unwrap();
        }
    }

    /// Commands come from the request's headers, or else from the configuration, for every phase at once.
    fn remember_commands(&mut self) {
        let config = self.plugin.config.borrow();
        for header in Phase::ALL
            .map(Phase::command_header)
            .into_iter()
            .chain(["x-probe-call"])
        {
            let commands = self
                .get_http_request_header(header)
                .filter(|commands| !commands.is_empty())
                .or_else(|| config.value(&header[2..]).map(str::to_string));
            if let Some(commands) = commands {
                self.commands.insert(header, commands);
            }
        }
    }

    fn run_phase(&mut self, phase: Phase, size: usize, end_of_stream: bool) -> Action {
        debug!(
            "probe {} #{} size={size} end_of_stream={end_of_stream}",
            phase.name(),
            self.context_id
        );
        self.size = size;
        self.end_of_stream = end_of_stream;
        self.run(phase, phase.command_header())
    }

    fn run(&mut self, phase: Phase, header: &'static str) -> Action {
        let commands = self.commands.get(header).cloned().unwrap_or_default();
        for command in commands.split(',').map(str::trim).filter(|c| !c.is_empty()) {
            self.execute(phase, command);
        }
        if self.held {
            Action::Pause
        } else {
            Action::Continue
        }
    }

    /// Goes on after an answer that the stream was held for, unless another one is awaited still.
    fn answered(&mut self, phase: Phase, then: Then) {
        match then {
            Then::Resume => {
                let awaited = |pending: &Pending| !matches!(pending.then, Then::Nothing);
                if self.held && !self.pending.values().any(awaited) {
                    self.held = false;
                    self.resume(phase);
                }
            }
            Then::Reply => self.reply(403, "local reply from call\n"),
            Then::Nothing => {}
        }
    }

    pub fn resume(&self, phase: Phase) {
        if phase.is_request() {
            self.resume_http_request();
        } else {
            self.resume_http_response();
        }
    }

    /// Replies once: a reply passes the response phase of its own stream, where the same command may stand.
    pub fn reply(&mut self, status: u32, body: &str) {
        if self.replied {
            return;
        }
        self.replied = true;
        self.held = true;
        self.pending.clear();
        let headers = vec![("x-local", "probe"), ("content-type", "text/plain")];
        self.send_http_response(status, headers, Some(body.as_bytes()));
    }

    fn report_grpc_status(&self, phase: Phase, status_code: u32) {
        self.report(phase, "x-grpc-status", &status_code.to_string());
        if let (_, Some(message)) = self.get_grpc_status() {
            if !message.is_empty() {
                let message = text::printable(message.as_bytes());
                self.report(phase, "x-grpc-message", &message);
            }
        }
    }
}

impl Context for Stream {
    fn on_http_call_response(
        &mut self,
        token: u32,
        num_headers: usize,
        body_size: usize,
        num_trailers: usize,
    ) {
        let Some(Pending { phase, then, .. }) = self.pending.remove(&token) else {
            return;
        };
        debug!(
            "probe call answered #{} headers={num_headers} body={body_size} trailers={num_trailers}",
            self.context_id
        );
        if num_headers == 0 {
            let (code, message) = self.get_grpc_status();
            let failure = format!("{code} {}", message.unwrap_or_default());
            self.report(phase, "x-call-status", "none");
            self.report(
                phase,
                "x-call-failure",
                &text::printable(failure.as_bytes()),
            );
        } else {
            let status = self.get_http_call_response_header(":status");
            let body = self.get_http_call_response_body(0, body_size);
            self.report(phase, "x-call-status", status.as_deref().unwrap_or("none"));
            self.report(
                phase,
                "x-call-body",
                &text::printable(&body.unwrap_or_default()),
            );
            for (name, value) in self.get_http_call_response_trailers() {
                self.report(phase, "x-call-trailer", &format!("{name}={value}"));
            }
        }
        self.report(phase, "x-call-context", &self.context_id.to_string());
        self.run(phase, "x-probe-call");
        self.answered(phase, then);
    }

    fn on_grpc_call_response(&mut self, token: u32, status_code: u32, response_size: usize) {
        let Some(Pending { phase, then, .. }) = self.pending.remove(&token) else {
            return;
        };
        self.report_grpc_status(phase, status_code);
        if response_size > 0 {
            let message = self.get_grpc_call_response_body(0, response_size);
            self.report(
                phase,
                "x-grpc-body",
                &text::hex(&message.unwrap_or_default()),
            );
        }
        self.answered(phase, then);
    }

    fn on_grpc_stream_initial_metadata(&mut self, token: u32, _num_elements: u32) {
        if let Some(pending) = self.pending.get(&token) {
            let metadata = grpc::metadata(MapType::GrpcReceiveInitialMetadata);
            self.report(pending.phase, "x-grpc-initial", &metadata);
        }
    }

    fn on_grpc_stream_message(&mut self, token: u32, message_size: usize) {
        let message = self
            .get_grpc_stream_message(0, message_size)
            .unwrap_or_default();
        if let Some(pending) = self.pending.get_mut(&token) {
            pending.messages.push(message);
        }
    }

    fn on_grpc_stream_trailing_metadata(&mut self, token: u32, _num_elements: u32) {
        if let Some(pending) = self.pending.get(&token) {
            let metadata = grpc::metadata(MapType::GrpcReceiveTrailingMetadata);
            self.report(pending.phase, "x-grpc-trailing", &metadata);
        }
    }

    fn on_grpc_stream_close(&mut self, token: u32, status_code: u32) {
        let Some(pending) = self.pending.remove(&token) else {
            return;
        };
        let messages: Vec<String> = pending.messages.iter().map(|m| text::hex(m)).collect();
        self.report_grpc_status(pending.phase, status_code);
        self.report(pending.phase, "x-grpc-body", &messages.join(";"));
        self.answered(pending.phase, pending.then);
    }

    fn on_foreign_function(&mut self, function_id: u32, arguments_size: usize) {
        let arguments = hostcalls::get_buffer(BufferType::CallData, 0, arguments_size).unwrap();
        info!(
            "probe foreign function {function_id} #{}: {}",
            self.context_id,
            text::printable(&arguments.unwrap_or_default())
        );
    }

    fn on_done(&mut self) -> bool {
        info!("probe done #{}", self.context_id);
        true
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, num_headers: usize, end_of_stream: bool) -> Action {
        self.remember_commands();
        self.request_id = self.get_http_request_header("x-req-id");
        self.run_phase(Phase::RequestHeaders, num_headers, end_of_stream)
    }

    fn on_http_request_body(&mut self, body_size: usize, end_of_stream: bool) -> Action {
        if !end_of_stream {
            return Action::Continue;
        }
        self.run_phase(Phase::RequestBody, body_size, end_of_stream)
    }

    fn on_http_request_trailers(&mut self, num_trailers: usize) -> Action {
        self.run_phase(Phase::RequestTrailers, num_trailers, true)
    }

    fn on_http_response_headers(&mut self, num_headers: usize, end_of_stream: bool) -> Action {
        self.held = false;
        if self.echo_context {
            let context_id = self.context_id.to_string();
            self.set_http_response_header("x-ctx-resp", Some(&context_id));
            self.set_http_response_header("x-req-id-resp", self.request_id.as_deref());
        }
        self.run_phase(Phase::ResponseHeaders, num_headers, end_of_stream)
    }

    fn on_http_response_body(&mut self, body_size: usize, end_of_stream: bool) -> Action {
        if !end_of_stream {
            return Action::Continue;
        }
        self.run_phase(Phase::ResponseBody, body_size, end_of_stream)
    }

    fn on_http_response_trailers(&mut self, num_trailers: usize) -> Action {
        self.run_phase(Phase::ResponseTrailers, num_trailers, true)
    }

    fn on_log(&mut self) {
        info!("probe log #{}", self.context_id);
        self.run_phase(Phase::Log, 0, true);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let id = self.context_id;
        self.plugin.waiting.borrow_mut().retain(|it| it.0 != id);
        info!("probe delete #{id}");
    }
}
