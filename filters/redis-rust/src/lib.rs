//! A filter for testing hosts: it sends the Redis commands that a stream's request headers name, holds the request until
//! all have been replied to, and shows the replies in the header `x-redis-reply`.
//!
//! The commands are listed in `filters/README.md`.

mod redis;

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel, MapType};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::HashMap;

/// Longer replies are shown by their size.
const SHOWN: usize = 200;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::<Root>::default());
}}

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Config {
    upstream: String,
    user: String,
    password: String,
    timeout_ms: u32,
}

/// The calls of a stream, and what became of them.
#[derive(Default)]
struct Calls {
    waiting: usize,
    replies: Vec<String>,
}

impl Calls {
    fn show(&self) {
        let text = self.replies.join(";");
        let _ = hostcalls::set_map_value(
            MapType::HttpRequestHeaders,
            "x-redis-reply",
            Some(&text),
        );
    }
}

thread_local! {
    /// The stream of each token, and which of its calls that is.
    static TOKENS: RefCell<HashMap<u32, (u32, usize)>> = RefCell::default();
    static STREAMS: RefCell<HashMap<u32, Calls>> = RefCell::default();
}

#[derive(Default)]
struct Root {
    config: Config,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        if size > 0 {
            let text = self.get_plugin_configuration().unwrap_or_default();
            match serde_json::from_slice(&text) {
                Ok(config) => self.config = config,
                Err(problem) => {
                    log::error!("The configuration is not valid: {problem}");
                    return false;
                }
            }
            let Config {
                upstream,
                user,
                password,
                timeout_ms,
            } = &self.config;
            let status = redis::init(upstream, user, password, *timeout_ms);
            log::info!("init: status {status}");
        }
        true
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream {
            context_id,
            upstream: self.config.upstream.clone(),
        }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    context_id: u32,
    upstream: String,
}

impl Context for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        STREAMS.with_borrow_mut(|streams| streams.remove(&self.context_id));
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _headers: usize, _end_of_stream: bool) -> Action {
        if let Some(upstream) = self.get_http_request_header("x-redis-upstream") {
            self.upstream = upstream;
        }
        if let Some(init) = self.get_http_request_header("x-redis-init") {
            let parts: Vec<&str> = init.split(',').collect();
            let [upstream, user, password, timeout] = parts[..] else {
                panic!("x-redis-init: upstream,user,password,timeout");
            };
            let status = redis::init(upstream, user, password, timeout.parse().unwrap());
            self.set_http_request_header("x-redis-init-status", Some(&status.to_string()));
        }
        let mut queries = Vec::new();
        if let Some(commands) = self.get_http_request_header("x-redis") {
            queries.extend(commands.split(';').map(redis::encode));
        }
        if let Some(raw) = self.get_http_request_header("x-redis-raw") {
            queries.push(raw.replace("\\r", "\r").replace("\\n", "\n").into_bytes());
        }
        let mut calls = Calls::default();
        for query in queries {
            match redis::call(&self.upstream, &query) {
                Ok(token) => {
                    calls.waiting += 1;
                    let call = (self.context_id, calls.replies.len());
                    TOKENS.with_borrow_mut(|tokens| tokens.insert(token, call));
                    calls.replies.push(String::new());
                }
                Err(status) => calls.replies.push(format!("status {status}")),
            }
        }
        if calls.waiting == 0 {
            calls.show();
            return Action::Continue;
        }
        STREAMS.with_borrow_mut(|streams| streams.insert(self.context_id, calls));
        Action::Pause
    }
}

fn text(reply: &[u8]) -> String {
    if reply.len() > SHOWN {
        return format!("{} bytes", reply.len());
    }
    String::from_utf8_lossy(reply)
        .replace("\r\n", " ")
        .trim()
        .to_string()
}

#[no_mangle]
pub extern "C" fn proxy_on_redis_call_response(
    _root_id: u32,
    token: u32,
    status: u32,
    size: usize,
) {
    let Some((context_id, index)) = TOKENS.with_borrow_mut(|tokens| tokens.remove(&token)) else {
        panic!("a callback for the token {token}, which is not known");
    };
    let shown = if status == 0 {
        text(&redis::reply(size))
    } else {
        format!("failed {status} {size}")
    };
    STREAMS.with_borrow_mut(|streams| {
        let Some(calls) = streams.get_mut(&context_id) else {
            return;
        };
        calls.replies[index] = shown;
        calls.waiting -= 1;
        if calls.waiting == 0 {
            redis::effective_context(context_id);
            calls.show();
            let _ = hostcalls::resume_http_request();
        }
    });
}
