//! Lets so many requests pass in a period, and answers 429 to the others.
//!
//! ```json
//! { "requests": 100, "period-ms": 1000 }
//! ```
//!
//! The tokens of a period are in shared data, which all of the plugin's VMs see: each request takes one, and the ticks
//! refill them. Several replicas share a limit if their shared data is in Redis.

mod bucket;

use bucket::Bucket;
use log::error;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use serde::Deserialize;
use std::time::Duration;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::<RateLimit>::default());
}}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    requests: u32,
    period_ms: u64,
}

impl Config {
    fn period(&self) -> Duration {
        Duration::from_millis(self.period_ms)
    }
}

#[derive(Default)]
struct RateLimit {
    config: Config,
}

impl RateLimit {
    fn refill(&self) {
        let Config { requests, .. } = self.config;
        Bucket::update(|bucket| bucket.refill(requests, self.config.period()));
    }
}

impl Context for RateLimit {}

impl RootContext for RateLimit {
    fn on_configure(&mut self, _size: usize) -> bool {
        let text = self.get_plugin_configuration().unwrap_or_default();
        match serde_json::from_slice::<Config>(&text) {
            Ok(config) if config.period_ms > 0 => {
                self.config = config;
                self.refill();
                self.set_tick_period(config.period());
                true
            }
            Ok(_) => {
                error!("unusable configuration: period-ms must be greater than 0");
                false
            }
            Err(problem) => {
                error!("unusable configuration: {problem}");
                false
            }
        }
    }

    fn on_tick(&mut self) {
        self.refill();
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        let config = self.config;
        Some(Box::new(Stream { config, left: 0 }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    config: Config,
    left: u32,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _num_headers: usize, _end_of_stream: bool) -> Action {
        match Bucket::update(Bucket::take) {
            Some(left) => {
                self.left = left;
                Action::Continue
            }
            None => {
                let seconds = self.config.period_ms.div_ceil(1000).to_string();
                let headers = vec![("retry-after", seconds.as_str())];
                self.send_http_response(429, headers, Some(b"Too many requests\n"));
                Action::Pause
            }
        }
    }

    fn on_http_response_headers(&mut self, _num_headers: usize, _end_of_stream: bool) -> Action {
        let limit = self.config.requests.to_string();
        self.set_http_response_header("x-ratelimit-limit", Some(&limit));
        self.set_http_response_header("x-ratelimit-remaining", Some(&self.left.to_string()));
        Action::Continue
    }
}
