//! Asks an upstream whether a request may pass, and holds the request until it has answered.
//!
//! ```json
//! {
//!   "upstream": "auth",
//!   "path": "/check",
//!   "timeout-ms": 1000,
//!   "send-headers": ["authorization", "cookie"],
//!   "accept-headers": ["x-user"]
//! }
//! ```
//!
//! The upstream gets a GET with the headers to send, and the request's own method and path in `x-original-method` and
//! `x-original-path`. If it answers 200, the request goes on with the headers that are accepted from the answer. With
//! any other answer, or none, the client gets 403.

use log::{error, info, warn};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use serde::Deserialize;
use std::rc::Rc;
use std::time::Duration;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::<ExtAuth>::default());
}}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    upstream: String,
    path: String,
    timeout_ms: u64,
    #[serde(default)]
    send_headers: Vec<String>,
    #[serde(default)]
    accept_headers: Vec<String>,
}

#[derive(Default)]
struct ExtAuth {
    config: Rc<Config>,
}

impl Context for ExtAuth {}

impl RootContext for ExtAuth {
    fn on_configure(&mut self, _size: usize) -> bool {
        let text = self.get_plugin_configuration().unwrap_or_default();
        match serde_json::from_slice(&text) {
            Ok(config) => {
                self.config = Rc::new(config);
                true
            }
            Err(problem) => {
                error!("unusable configuration: {problem}");
                false
            }
        }
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        let config = self.config.clone();
        Some(Box::new(Stream { config }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    config: Rc<Config>,
}

impl Stream {
    /// What the upstream is asked with: the request's method and path, and the headers to send.
    fn question(&self) -> Vec<(String, String)> {
        let config = &self.config;
        let mut question = vec![
            (":method".to_string(), "GET".to_string()),
            (":path".to_string(), config.path.clone()),
            (":authority".to_string(), config.upstream.clone()),
        ];
        let mut copy = |from: &str, to: &str| {
            if let Some(value) = self.get_http_request_header(from) {
                question.push((to.to_string(), value));
            }
        };
        copy(":method", "x-original-method");
        copy(":path", "x-original-path");
        for name in &config.send_headers {
            copy(name, name);
        }
        question
    }

    fn allow(&self) {
        for name in &self.config.accept_headers {
            // A header that the answer lacks is removed: a client cannot send its own.
            let value = self.get_http_call_response_header(name);
            self.set_http_request_header(name, value.as_deref());
        }
        self.resume_http_request();
    }

    fn deny(&self) {
        let headers = vec![("content-type", "text/plain")];
        self.send_http_response(403, headers, Some(b"Access denied\n"));
    }
}

impl Context for Stream {
    fn on_http_call_response(&mut self, _token: u32, num_headers: usize, _: usize, _: usize) {
        if num_headers == 0 {
            warn!("no answer from {}", self.config.upstream);
            return self.deny();
        }
        match self.get_http_call_response_header(":status").as_deref() {
            Some("200") => self.allow(),
            status => {
                info!("denied with {}", status.unwrap_or("no status"));
                self.deny();
            }
        }
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _num_headers: usize, _end_of_stream: bool) -> Action {
        let question = self.question();
        let asked = self.dispatch_http_call(
            &self.config.upstream,
            question
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
            None,
            vec![],
            Duration::from_millis(self.config.timeout_ms),
        );
        if let Err(status) = asked {
            error!("{} cannot be asked: {status:?}", self.config.upstream);
            self.deny();
        }
        Action::Pause
    }
}
