//! The commands, one arm each. `filters/README.md` has them in a table.

use crate::failures;
use crate::grpc::Target;
use crate::phase::Phase;
use crate::root;
use crate::shared;
use crate::stream::{Pending, Stream, Then};
use crate::text;
use log::info;
use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{GrpcStatusCode, LogLevel, MapType, MetricType, Status};
use std::collections::hash_map::RandomState;
use std::fmt::Display;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, SystemTime};

impl Stream {
    /// Runs one command, `<name>` or `<name>:<argument>`.
    pub fn execute(&mut self, phase: Phase, command: &str) {
        let (name, argument) = command.split_once(':').unwrap_or((command, ""));
        match name {
            "log" => log_each_level(),
            "log-level" => self.answer(phase, "x-log-level", level()),
            "stdout" => println!("{argument}"),
            "stderr" => eprintln!("{argument}"),

            "add" => set_header(phase.headers(), argument, hostcalls::add_map_value),
            "replace" => set_header(phase.headers(), argument, |map, key, value| {
                hostcalls::set_map_value(map, key, Some(value))
            }),
            "remove" => hostcalls::remove_map_value(phase.headers(), argument).unwrap(),
            "get" => self.report_header(phase, phase.headers(), "x-get", argument),
            "pairs" => append_by_map(phase.headers(), argument),
            "headers" => self.log_headers(phase, phase.headers()),
            "path" | "method" | "authority" | "scheme" | "status" => {
                let key = format!(":{name}");
                hostcalls::set_map_value(phase.headers(), &key, Some(argument)).unwrap()
            }
            "trailer" => set_header(phase.trailers(), argument, hostcalls::add_map_value),
            "trailer-get" => self.report_header(phase, phase.trailers(), "x-trailer-get", argument),
            "count" => self.report(phase, "x-count", &self.size.to_string()),
            "eos" => self.report(phase, "x-eos", &self.end_of_stream.to_string()),

            "ctx" => {
                self.echo_context = true;
                self.report(phase, "x-ctx", &self.context_id.to_string());
            }
            "config" => {
                let text = text::printable(self.plugin.config.borrow().bytes().unwrap_or_default());
                self.report(phase, "x-config", &text);
            }
            "config-now" => {
                let text = root::configuration_now().map(|bytes| text::printable(&bytes));
                self.report(phase, "x-config-now", text.as_deref().unwrap_or("absent"));
            }
            "vm-config" => {
                let text =
                    text::printable(self.plugin.vm_config.borrow().bytes().unwrap_or_default());
                self.report(phase, "x-vm-config", &text);
            }
            "ticks" => self.report(phase, "x-ticks", &self.plugin.ticks.get().to_string()),

            "prop" => {
                let value = hostcalls::get_property(text::path(argument));
                let value =
                    value.map(|value| value.map_or("absent".to_string(), |v| text::hex(&v)));
                self.answer_for(phase, "x-prop", argument, value);
            }
            "set-prop" => {
                let (path, value) = text::pair(argument);
                let value = text::bytes(value);
                let set = hostcalls::set_property(text::path(path), Some(&value));
                self.answer_for(phase, "x-set-prop", path, set.map(|()| "ok"));
            }

            "time" => {
                let since = self
                    .get_current_time()
                    .duration_since(SystemTime::UNIX_EPOCH);
                self.report(phase, "x-time", &since.unwrap().as_nanos().to_string());
            }
            "wasi-time" => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                self.report(phase, "x-wasi-time", &since.unwrap().as_nanos().to_string());
            }
            "random" => {
                let random = RandomState::new().build_hasher().finish();
                self.report(phase, "x-random", &format!("{random:016x}"));
            }
            "env" => {
                let value = std::env::var(argument).unwrap_or("absent".to_string());
                self.answer_for(phase, "x-env", argument, Ok(value));
            }

            "pause" => self.held = true,
            "pause-tick" => {
                self.held = true;
                let waiting = (self.context_id, phase.is_request());
                self.plugin.waiting.borrow_mut().push(waiting);
            }
            "resume-inside" => {
                self.resume(phase);
                self.held = true;
            }
            "local" => self.reply(number(argument), "local reply\n"),
            "local-continue" => {
                self.reply(number(argument), "local reply\n");
                self.held = false;
            }
            "local-grpc" => {
                let (status, message) = text::pair(argument);
                self.held = true;
                self.send_grpc_response(
                    grpc_status(number(status)),
                    Some(message),
                    vec![("x-local", b"probe")],
                );
            }
            "reset" => {
                self.held = true;
                if phase.is_request() {
                    self.reset_http_request();
                } else {
                    self.reset_http_response();
                }
            }

            "call-timeout" => self.call.timeout = Duration::from_millis(number(argument)),
            "call-method" => self.call.method = Some(argument.to_string()),
            "call-body" => self.call.body = Some(text::bytes(argument)),
            "call-header" => {
                let (key, value) = text::pair(argument);
                self.call.headers.push((key.to_string(), value.to_string()));
            }
            "call" => self.http_call(phase, argument, Then::Nothing),
            "pause-call" => self.http_call(phase, argument, Then::Resume),
            "local-from-call" => self.http_call(phase, argument, Then::Reply),

            "grpc-call" => self.grpc_call(phase, argument, Then::Resume),
            "grpc-cancel" => self.grpc_call(phase, argument, Then::Nothing),
            "grpc-stream" => self.grpc_stream(phase, argument, Then::Resume),
            "grpc-close" => self.grpc_stream(phase, argument, Then::Nothing),

            "shared-get" => {
                let value = hostcalls::get_shared_data(argument).map(|(value, cas)| match cas {
                    Some(_) => text::printable(&value.unwrap_or_default()),
                    None => "absent".to_string(),
                });
                self.answer_for(phase, "x-shared", argument, value);
            }
            "shared-set" => {
                let (key, value) = text::pair(argument);
                let set = hostcalls::set_shared_data(key, Some(&text::bytes(value)), None);
                self.answer_for(phase, "x-shared", key, set.map(|()| "ok"));
            }
            "shared-remove" => {
                let removed = hostcalls::set_shared_data(argument, None, None);
                self.answer_for(phase, "x-shared", argument, removed.map(|()| "ok"));
            }
            "shared-incr" => {
                self.answer_for(phase, "x-shared", argument, shared::increment(argument))
            }
            "shared-conflict" => {
                let written = shared::conflict(argument).map(|()| "ok");
                self.answer_for(phase, "x-shared", argument, written);
            }

            "enqueue" => {
                let (queue, value) = text::pair(argument);
                let put = shared::enqueue(queue, &text::bytes(value));
                let put = put.map(|put| put.map_or("absent", |()| "ok"));
                self.answer_for(phase, "x-queue", queue, put);
            }
            "dequeue" => {
                let item = shared::dequeue(argument)
                    .map(|item| item.map_or("empty".to_string(), |item| text::printable(&item)));
                self.answer_for(phase, "x-queue", argument, item);
            }

            "counter" => {
                let (metric, offset) = text::pair(argument);
                let offset = offset.parse().unwrap_or(1);
                let counted = shared::increment_metric(MetricType::Counter, metric, offset);
                self.answer_for(phase, "x-metric", metric, counted.map(|()| "ok"));
            }
            "counter-get" => {
                let value = shared::metric(MetricType::Counter, argument);
                self.answer_for(phase, "x-metric", argument, value);
            }
            "gauge" => {
                let (metric, value) = text::pair(argument);
                let set = shared::record_metric(MetricType::Gauge, metric, number(value));
                self.answer_for(phase, "x-metric", metric, set.map(|()| "ok"));
            }
            "gauge-add" => {
                let (metric, offset) = text::pair(argument);
                let offset = offset.parse().unwrap_or_default();
                let added = shared::increment_metric(MetricType::Gauge, metric, offset);
                self.answer_for(phase, "x-metric", metric, added.map(|()| "ok"));
            }
            "gauge-get" => {
                let value = shared::metric(MetricType::Gauge, argument);
                self.answer_for(phase, "x-metric", argument, value);
            }
            "histogram" => {
                let (metric, value) = text::pair(argument);
                let set = shared::record_metric(MetricType::Histogram, metric, number(value));
                self.answer_for(phase, "x-metric", metric, set.map(|()| "ok"));
            }

            "foreign" => {
                let (function, arguments) = text::pair(argument);
                let result =
                    hostcalls::call_foreign_function(function, Some(&text::bytes(arguments)));
                let result = result.map(|result| text::printable(&result.unwrap_or_default()));
                self.answer_for(phase, "x-foreign", function, result);
            }

            "trap" => failures::trap(),
            "panic" => panic!("probe panic {argument}"),
            "loop" => failures::spin_forever(),
            "loop-calls" => failures::call_forever(),
            "spin" => failures::spin(number(argument)),
            "recurse" => info!("probe recursed {}", failures::recurse(0)),
            "exhaust-memory" => failures::exhaust_memory(),
            "keep-memory" => failures::keep_memory(number(argument)),
            "exit" => std::process::exit(number(argument)),

            _ => self.report(
                phase,
                "x-probe-error",
                &format!("unknown command {command}"),
            ),
        }
    }

    /// Reports a result, or the status that came in its place, as `!NotFound`.
    fn answer(&self, phase: Phase, header: &str, result: Result<impl Display, Status>) {
        match result {
            Ok(value) => self.report(phase, header, &value.to_string()),
            Err(status) => self.report(phase, header, &format!("!{status:?}")),
        }
    }

    /// Reports `<what was asked for>=<result>`.
    fn answer_for(
        &self,
        phase: Phase,
        header: &str,
        key: &str,
        result: Result<impl Display, Status>,
    ) {
        let result = match result {
            Ok(value) => value.to_string(),
            Err(status) => format!("!{status:?}"),
        };
        self.report(phase, header, &format!("{key}={result}"));
    }

    fn report_header(&self, phase: Phase, map: MapType, header: &str, key: &str) {
        let value = hostcalls::get_map_value(map, key)
            .map(|value| value.unwrap_or_else(|| "absent".to_string()));
        self.answer_for(phase, header, key, value);
    }

    fn log_headers(&self, phase: Phase, map: MapType) {
        for (key, value) in hostcalls::get_map_bytes(map).unwrap() {
            let value = text::printable(&value);
            info!("probe {} #{} {key}={value}", phase.name(), self.context_id);
        }
    }

    fn http_call(&mut self, phase: Phase, target: &str, then: Then) {
        let (upstream, path) = text::target(target);
        let method = match (&self.call.method, &self.call.body) {
            (Some(method), _) => method,
            (None, Some(_)) => "POST",
            (None, None) => "GET",
        };
        let mut headers = vec![
            (":method", method),
            (":path", path),
            (":authority", upstream),
        ];
        headers.extend(
            self.call
                .headers
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        );
        let body = self.call.body.as_deref();
        match self.dispatch_http_call(upstream, headers, body, vec![], self.call.timeout) {
            Ok(token) => self.wait_for(token, phase, then),
            Err(status) => self.report(phase, "x-call-error", &format!("{status:?}")),
        }
    }

    fn grpc_call(&mut self, phase: Phase, target: &str, then: Then) {
        let Some(target) = Target::parse(target) else {
            return self.report(phase, "x-probe-error", "malformed gRPC target");
        };
        match target.call(self.call.timeout) {
            Ok(token) if matches!(then, Then::Nothing) => {
                let cancelled = hostcalls::cancel_grpc_call(token).map(|()| "cancelled");
                self.answer(phase, "x-grpc-cancel", cancelled);
            }
            Ok(token) => self.wait_for(token, phase, then),
            Err(status) => self.report(phase, "x-grpc-error", &format!("{status:?}")),
        }
    }

    fn grpc_stream(&mut self, phase: Phase, argument: &str, then: Then) {
        let Some((target, times)) = argument
            .rsplit_once(':')
            .and_then(|(target, times)| Some((Target::parse(target)?, number(times))))
        else {
            return self.report(phase, "x-probe-error", "malformed gRPC target");
        };
        let token = match target.open() {
            Ok(token) => token,
            Err(status) => return self.report(phase, "x-grpc-error", &format!("{status:?}")),
        };
        self.answer(
            phase,
            "x-grpc-sent",
            target.send(token, times).map(|()| times),
        );
        if matches!(then, Then::Nothing) {
            let closed = hostcalls::close_grpc_stream(token).map(|()| "closed");
            self.answer(phase, "x-grpc-close", closed);
        } else {
            self.wait_for(token, phase, then);
        }
    }

    fn wait_for(&mut self, token: u32, phase: Phase, then: Then) {
        let awaited = !matches!(then, Then::Nothing);
        self.held |= awaited;
        let pending = Pending {
            // By the time of an answer that nobody waits for, the phase's headers are gone.
            phase: if awaited { phase } else { Phase::Log },
            then,
            messages: vec![],
        };
        self.pending.insert(token, pending);
    }
}

fn log_each_level() {
    for level in [
        LogLevel::Trace,
        LogLevel::Debug,
        LogLevel::Info,
        LogLevel::Warn,
        LogLevel::Error,
        LogLevel::Critical,
    ] {
        hostcalls::log(level, &format!("probe at {level:?}")).unwrap();
    }
}

fn level() -> Result<u32, Status> {
    hostcalls::get_log_level().map(|level| level as u32)
}

fn set_header(
    map: MapType,
    argument: &str,
    set: impl Fn(MapType, &str, &str) -> Result<(), Status>,
) {
    let (key, value) = text::pair(argument);
    set(map, key, value).unwrap();
}

/// Reads the whole map and writes it back with one more entry.
fn append_by_map(map: MapType, argument: &str) {
    let headers = hostcalls::get_map(map).unwrap();
    let mut headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    headers.push(text::pair(argument));
    hostcalls::set_map(map, headers).unwrap();
}

fn number<T: std::str::FromStr + Default>(text: &str) -> T {
    text.parse().unwrap_or_default()
}

fn grpc_status(code: u32) -> GrpcStatusCode {
    use GrpcStatusCode::*;
    let codes = [
        Ok,
        Cancelled,
        Unknown,
        InvalidArgument,
        DeadlineExceeded,
        NotFound,
        AlreadyExists,
        PermissionDenied,
        ResourceExhausted,
        FailedPrecondition,
        Aborted,
        OutOfRange,
        Unimplemented,
        Internal,
        Unavailable,
        DataLoss,
        Unauthenticated,
    ];
    codes[code as usize % codes.len()]
}
