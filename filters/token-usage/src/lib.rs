//! Counts the tokens that language models report, by model: `usage` of completions, and of the last event of streams
//! (`"stream_options": {"include_usage": true}` in the request). Nothing of a response is held back or changed.
//!
//! It has no configuration. Metrics, with the labels in their names as Istio's filters have them:
//!
//! - `ai_tokens`, labels `model` and `kind` (`prompt`, `completion`)
//! - `ai_responses`, labels `model` and `usage` (`reported`, `absent`, `unreadable`)
//! - `ai_events`, label `model`: events with content

#[path = "../../sse/events.rs"]
mod events;
#[path = "../../sse/usage.rs"]
mod usage;

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel, MetricType};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use usage::Reader;

/// Upstreams choose the names: what is beyond is counted as `other`.
const MAX_MODELS: usize = 50;

const MAX_NAME: usize = 60;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Root));
}}

thread_local! {
    static METRICS: RefCell<HashMap<String, u32>> = RefCell::default();
    static MODELS: RefCell<HashSet<String>> = RefCell::default();
}

fn count(name: String, number: u64) {
    METRICS.with_borrow_mut(|metrics| {
        let id = match metrics.get(&name) {
            Some(id) => *id,
            None => match hostcalls::define_metric(MetricType::Counter, &name) {
                Ok(id) => {
                    metrics.insert(name, id);
                    id
                }
                // The host has said that there are too many.
                Err(_) => return,
            },
        };
        if number > 0 {
            let _ = hostcalls::increment_metric(id, i64::try_from(number).unwrap_or(i64::MAX));
        }
    });
}

/// Gives the name of a model as it can stand in a label.
fn label(model: Option<&str>) -> String {
    let Some(model) = model else {
        return "unknown".to_string();
    };
    let name: String = model
        .chars()
        .take(MAX_NAME)
        .map(|c| if c.is_ascii_alphanumeric() || "._-/:".contains(c) { c } else { '_' })
        .collect();
    MODELS.with_borrow_mut(|models| {
        if models.contains(&name) || models.len() < MAX_MODELS {
            models.insert(name.clone());
            name
        } else {
            "other".to_string()
        }
    })
}

struct Root;

impl Context for Root {}

impl RootContext for Root {
    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::<Stream>::default())
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

#[derive(Default)]
struct Stream {
    reader: Option<Reader>,
    unreadable: bool,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_response_headers(&mut self, _num_headers: usize, end_of_stream: bool) -> Action {
        let content_type = self.get_http_response_header("content-type").unwrap_or_default();
        let encoding = self.get_http_response_header("content-encoding").unwrap_or_default();
        if !end_of_stream {
            self.reader = Reader::of(&content_type);
            self.unreadable = self.reader.is_some() && !encoding.is_empty() && encoding != "identity";
        }
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        if let (Some(reader), false) = (&mut self.reader, self.unreadable) {
            let chunk = hostcalls::get_buffer(proxy_wasm::types::BufferType::HttpResponseBody, 0, size);
            reader.read(&chunk.unwrap_or_default().unwrap_or_default(), end_of_stream);
        }
        Action::Continue
    }

    /// The client may have gone before the end: what was reported until then counts.
    fn on_log(&mut self) {
        let Some(reader) = self.reader.take() else {
            return;
        };
        let model = label(reader.model.as_deref());
        let found = match reader.usage {
            _ if self.unreadable || reader.skipped => "unreadable",
            Some(_) => "reported",
            None => "absent",
        };
        count(format!("model=.={model};.;usage=.={found};.;ai_responses"), 1);
        if reader.events > 0 {
            count(format!("model=.={model};.;ai_events"), reader.events);
        }
        if let Some(usage) = reader.usage {
            for (kind, tokens) in [("prompt", usage.prompt_tokens), ("completion", usage.completion_tokens)] {
                count(format!("model=.={model};.;kind=.={kind};.;ai_tokens"), tokens);
            }
        }
    }
}
