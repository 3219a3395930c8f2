//! Replaces phrases in the completions of language models, also where a stream cuts a phrase into several events.
//!
//! ```json
//! { "replacements": [ { "phrase": "project Aurora", "with": "the project" } ] }
//! ```
//!
//! An event leaves in the callback in which it came, unless its text ends with the beginning of a phrase: then it waits
//! until the next events show whether it is one. A completion that is not streamed is held until it is complete. What
//! cannot be looked into, since it is encoded or an event is too long, is not let through.

#[path = "../../sse/events.rs"]
mod events;
mod phrases;

use log::error;
use phrases::{Phrases, Replacement};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use serde::Deserialize;
use serde_json::Value;
use std::rc::Rc;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::<Root>::default());
}}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    replacements: Vec<Replacement>,
}

#[derive(Default)]
struct Root {
    replacements: Rc<Vec<Replacement>>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        let text = self.get_plugin_configuration().unwrap_or_default();
        match serde_json::from_slice::<Config>(&text) {
            Ok(config) if config.replacements.iter().any(|r| r.phrase.is_empty()) => {
                error!("unusable configuration: a phrase is empty");
                false
            }
            Ok(config) => {
                self.replacements = Rc::new(config.replacements);
                true
            }
            Err(problem) => {
                error!("unusable configuration: {problem}");
                false
            }
        }
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream {
            replacements: self.replacements.clone(),
            body: Body::Other,
        }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

enum Body {
    Other,
    Document,
    Events(Phrases),
}

struct Stream {
    replacements: Rc<Vec<Replacement>>,
    body: Body,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_response_headers(&mut self, _num_headers: usize, end_of_stream: bool) -> Action {
        let content_type = self.get_http_response_header("content-type").unwrap_or_default();
        let encoding = self.get_http_response_header("content-encoding").unwrap_or_default();
        self.body = if end_of_stream {
            Body::Other
        } else if content_type.starts_with("text/event-stream") {
            Body::Events(Phrases::new(self.replacements.clone()))
        } else if content_type.starts_with("application/json") {
            Body::Document
        } else {
            Body::Other
        };
        if !matches!(self.body, Body::Other) && !encoding.is_empty() && encoding != "identity" {
            error!("a completion is encoded as {encoding}: set 'remove-accept-encoding: true'");
            self.send_http_response(502, vec![], Some(b"The completion cannot be checked\n"));
            return Action::Pause;
        }
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        match &mut self.body {
            Body::Other => Action::Continue,
            Body::Document if !end_of_stream => Action::Pause,
            Body::Document => {
                let text = self.get_http_response_body(0, size).unwrap_or_default();
                if let Some(changed) = document(&text, &self.replacements) {
                    self.set_http_response_body(0, size, &changed);
                }
                Action::Continue
            }
            Body::Events(phrases) => {
                let chunk =
                    proxy_wasm::hostcalls::get_buffer(proxy_wasm::types::BufferType::HttpResponseBody, 0, size)
                        .unwrap_or_default()
                        .unwrap_or_default();
                match phrases.push(&chunk, end_of_stream) {
                    Ok(ready) => self.set_http_response_body(0, size, &ready),
                    Err(_) => {
                        error!("an event is longer than {} bytes", events::MAX_EVENT);
                        self.set_http_response_body(0, size, b"");
                        self.reset_http_response();
                    }
                }
                Action::Continue
            }
        }
    }
}

/// Gives a completion with its phrases replaced, or nothing if there are none.
fn document(text: &[u8], replacements: &[Replacement]) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(text).ok()?;
    let mut changed = false;
    for choice in value.get_mut("choices")?.as_array_mut()? {
        for path in ["/message/content", "/text"] {
            if let Some(Value::String(content)) = choice.pointer_mut(path) {
                let replaced = phrases::replace(content, replacements);
                changed |= replaced != *content;
                *content = replaced;
            }
        }
    }
    changed.then(|| value.to_string().into_bytes())
}
