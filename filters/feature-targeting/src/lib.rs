//! Turns the features that a request lists into a target, by the rules of its configuration.
//!
//! ```json
//! {
//!   "features-header": "x-features",
//!   "target-header": "x-target",
//!   "rules": [
//!     { "features": ["beta", "new-checkout"], "target": "checkout-v2" },
//!     { "features": ["beta"], "target": "beta" }
//!   ],
//!   "default": "stable"
//! }
//! ```
//!
//! The first rule whose features are all listed decides. With these rules `x-features: beta, dark-mode` gives
//! `x-target: beta`.

use log::{error, info};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use serde::Deserialize;
use std::collections::HashSet;
use std::rc::Rc;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::<FeatureTargeting>::default());
}}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    features_header: String,
    target_header: String,
    rules: Vec<Rule>,
    default: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    features: Vec<String>,
    target: String,
}

impl Config {
    fn target(&self, features: &str) -> Option<&str> {
        let listed: HashSet<&str> = features.split(',').map(str::trim).collect();
        self.rules
            .iter()
            .find(|rule| rule.features.iter().all(|f| listed.contains(f.as_str())))
            .map(|rule| rule.target.as_str())
            .or(self.default.as_deref())
    }
}

#[derive(Default)]
struct FeatureTargeting {
    config: Rc<Config>,
}

impl Context for FeatureTargeting {}

impl RootContext for FeatureTargeting {
    fn on_configure(&mut self, _size: usize) -> bool {
        let text = self.get_plugin_configuration().unwrap_or_default();
        match serde_json::from_slice::<Config>(&text) {
            Ok(config) => {
                info!("{} targeting rules", config.rules.len());
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

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _num_headers: usize, _end_of_stream: bool) -> Action {
        let config = &self.config;
        // A list may be spread over several headers of its name, of which get_http_request_header gives the first.
        let features: Vec<String> = self
            .get_http_request_headers()
            .into_iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(&config.features_header))
            .map(|(_, value)| value)
            .collect();
        let target = config.target(&features.join(","));
        // Without a target the header is removed, so that a client cannot choose one itself.
        self.set_http_request_header(&config.target_header, target);
        Action::Continue
    }
}
