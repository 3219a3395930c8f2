//! Limits the tokens that a client may use in a window of time. They are counted in Redis, for all replicas together.
//!
//! ```json
//! { "upstream": "limits", "tokens": 10000, "window-seconds": 60, "client-header": "x-client" }
//! ```
//!
//! `upstream` is a server that the gateway declares below `gateway.wasm.redis`. A request without the header is
//! refused with 401. A client that has used its tokens gets 429; what a response uses is known at its end, so that the
//! last response of a window may go beyond the limit. When Redis cannot be asked the request is refused with 503, or let
//! through with `"on-error": "allow"`. Where a stream does not report its tokens each of its events counts as one.

#[path = "../../sse/events.rs"]
mod events;
#[allow(dead_code)]
#[path = "../../redis-rust/src/redis.rs"]
mod redis;
#[path = "../../sse/usage.rs"]
mod usage;

use log::{error, warn};
use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, BufferType, ContextType, LogLevel};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::UNIX_EPOCH;
use usage::Reader;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::<Root>::default());
}}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum OnError {
    #[default]
    Deny,
    Allow,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    upstream: String,
    tokens: u64,
    window_seconds: u64,
    client_header: String,
    #[serde(default)]
    on_error: OnError,
    #[serde(default)]
    timeout_ms: u32,
}

/// A request that waits for the number of tokens its client has used.
struct Question {
    context_id: u32,
    config: Rc<Config>,
    retry_after: u64,
}

thread_local! {
    static QUESTIONS: RefCell<HashMap<u32, Question>> = RefCell::default();
}

#[derive(Default)]
struct Root {
    config: Rc<Config>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        let text = self.get_plugin_configuration().unwrap_or_default();
        match serde_json::from_slice::<Config>(&text) {
            Ok(config) if config.window_seconds > 0 && !config.client_header.is_empty() => {
                let status = redis::init(&config.upstream, "", "", config.timeout_ms);
                if status != 0 {
                    error!("the gateway has no Redis server '{}': status {status}", config.upstream);
                    return false;
                }
                self.config = Rc::new(config);
                true
            }
            Ok(_) => {
                error!("unusable configuration: window-seconds and client-header are needed");
                false
            }
            Err(problem) => {
                error!("unusable configuration: {problem}");
                false
            }
        }
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream {
            context_id,
            config: self.config.clone(),
            key: None,
            reader: None,
        }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

fn command(parts: &[&str]) -> Vec<u8> {
    let mut query = format!("*{}\r\n", parts.len()).into_bytes();
    for part in parts {
        query.extend(format!("${}\r\n{part}\r\n", part.len()).bytes());
    }
    query
}

struct Stream {
    context_id: u32,
    config: Rc<Config>,
    key: Option<String>,
    reader: Option<Reader>,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _num_headers: usize, _end_of_stream: bool) -> Action {
        let config = self.config.clone();
        let Some(client) = self.get_http_request_header(&config.client_header) else {
            self.send_http_response(401, vec![], Some(b"The client is not known\n"));
            return Action::Pause;
        };
        let now = self
            .get_current_time()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs());
        let window = now / config.window_seconds;
        let key = format!("tokens:{client}:{window}");
        let question = Question {
            context_id: self.context_id,
            config: config.clone(),
            retry_after: (window + 1) * config.window_seconds - now,
        };
        let asked = redis::call(&config.upstream, &command(&["GET", &key]));
        self.key = Some(key);
        match asked {
            Ok(token) => {
                QUESTIONS.with_borrow_mut(|questions| questions.insert(token, question));
                Action::Pause
            }
            Err(status) => {
                warn!("the tokens of a client cannot be asked: status {status}");
                if config.on_error == OnError::Allow {
                    return Action::Continue;
                }
                refuse_unknown();
                Action::Pause
            }
        }
    }

    fn on_http_response_headers(&mut self, _num_headers: usize, end_of_stream: bool) -> Action {
        let content_type = self.get_http_response_header("content-type").unwrap_or_default();
        if !end_of_stream && self.key.is_some() {
            self.reader = Reader::of(&content_type);
        }
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        if let Some(reader) = &mut self.reader {
            let chunk = hostcalls::get_buffer(BufferType::HttpResponseBody, 0, size);
            reader.read(&chunk.unwrap_or_default().unwrap_or_default(), end_of_stream);
        }
        Action::Continue
    }

    /// Also for a client that has gone before the end.
    fn on_log(&mut self) {
        let (Some(key), Some(reader)) = (&self.key, &self.reader) else {
            return;
        };
        let used = reader
            .usage
            .map_or(reader.events, |usage| usage.prompt_tokens + usage.completion_tokens);
        if used == 0 {
            return;
        }
        let window = self.config.window_seconds.to_string();
        for query in [
            command(&["INCRBY", key, &used.to_string()]),
            command(&["EXPIRE", key, &window]),
        ] {
            if let Err(status) = redis::call(&self.config.upstream, &query) {
                warn!("{used} tokens cannot be counted: status {status}");
            }
        }
    }
}

fn refuse_unknown() {
    let _ = hostcalls::send_http_response(503, vec![], Some(b"The limit cannot be checked\n"));
}

#[no_mangle]
pub extern "C" fn proxy_on_redis_call_response(_root_id: u32, token: u32, status: u32, size: usize) {
    let reply = if status == 0 { redis::reply(size) } else { Vec::new() };
    let Some(question) = QUESTIONS.with_borrow_mut(|questions| questions.remove(&token)) else {
        if status != 0 || reply.starts_with(b"-") {
            warn!("tokens were not counted");
        }
        return;
    };
    redis::effective_context(question.context_id);
    let config = &question.config;
    match used(&reply) {
        Some(used) if used >= config.tokens => {
            let seconds = question.retry_after.to_string();
            let headers = vec![("retry-after", seconds.as_str())];
            let _ = hostcalls::send_http_response(429, headers, Some(b"The tokens are used up\n"));
        }
        None if config.on_error == OnError::Deny => refuse_unknown(),
        _ => {
            let _ = hostcalls::resume_http_request();
        }
    }
}

/// Gives the number in a reply to GET; a key that does not exist is 0.
fn used(reply: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(reply).ok()?;
    if text == "$-1\r\n" {
        return Some(0);
    }
    text.strip_prefix('$')?.split("\r\n").nth(1)?.parse().ok()
}
