//! Logs how many headers a request has, and greets its upstream by a header.

use log::info;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, LogLevel};

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_http_context(|context_id, _root_context_id| Box::new(HelloWorld { context_id }));
}}

struct HelloWorld {
    context_id: u32,
}

impl Context for HelloWorld {}

impl HttpContext for HelloWorld {
    fn on_http_request_headers(&mut self, num_headers: usize, _end_of_stream: bool) -> Action {
        info!("Got {} HTTP headers in #{}.", num_headers, self.context_id);
        let authority = self
            .get_http_request_header(":authority")
            .unwrap_or_default();
        self.set_http_request_header("x-hello", Some(&format!("Hello world from {authority}")));
        Action::Continue
    }
}
