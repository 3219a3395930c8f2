//! A filter for testing hosts: it does to a stream's bodies what the stream's request headers `x-body` and
//! `x-body-resp` ask for. `filters/README.md` lists the commands.

mod side;

use log::info;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use side::{Body, Direction};

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Trace);
    proxy_wasm::set_root_context(|_| Box::new(Root));
}}

struct Root;

impl Context for Root {}

impl RootContext for Root {
    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream {
            context_id,
            request: Body::new(context_id, Direction::Request),
            response: Body::new(context_id, Direction::Response),
        }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    context_id: u32,
    request: Body,
    response: Body,
}

impl Context for Stream {
    fn on_http_call_response(
        &mut self,
        token: u32,
        num_headers: usize,
        body_size: usize,
        _: usize,
    ) {
        let status = match num_headers {
            0 => None,
            _ => self.get_http_call_response_header(":status"),
        };
        info!(
            "body call answered #{}: {}, {body_size} bytes",
            self.context_id,
            status.as_deref().unwrap_or("none")
        );
        if self.request.answered(token) {
            self.resume_http_request();
        } else if self.response.answered(token) {
            self.resume_http_response();
        }
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _num_headers: usize, end_of_stream: bool) -> Action {
        self.request.ask(self.get_http_request_header("x-body"));
        self.response
            .ask(self.get_http_request_header("x-body-resp"));
        self.request.on_headers(end_of_stream)
    }

    fn on_http_request_body(&mut self, body_size: usize, end_of_stream: bool) -> Action {
        self.request.on_chunk(body_size, end_of_stream)
    }

    fn on_http_response_headers(&mut self, _num_headers: usize, end_of_stream: bool) -> Action {
        self.response.on_headers(end_of_stream)
    }

    fn on_http_response_body(&mut self, body_size: usize, end_of_stream: bool) -> Action {
        self.response.on_chunk(body_size, end_of_stream)
    }
}
