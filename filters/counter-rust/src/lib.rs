//! Counts requests in the memory of its VM and keeps a part of the last one there: what outlives a request, and what
//! does not with `isolation: stream`. The request header `x-counter` asks for more: `trap`, `hold` (a call to the
//! upstream `slow`, for which the request waits), `grow` (16 MiB of memory), `timer`, `queue`. A configuration of
//! `timer`, `queue` or `call` asks for those at the start.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType};

static REQUESTS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static LAST_PATH: RefCell<String> = const { RefCell::new(String::new()) };
    static GROWN: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

proxy_wasm::main! {{
    proxy_wasm::set_root_context(|_| Box::new(Root));
}}

struct Root;

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _: usize) -> bool {
        let configuration = self.get_plugin_configuration().unwrap_or_default();
        match configuration.as_slice() {
            b"timer" => self.set_tick_period(Duration::from_millis(10)),
            b"queue" => {
                self.register_shared_queue("counter");
            }
            b"call" => return call(self).is_ok(),
            _ => {}
        }
        true
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Counter { id }))
    }
}

struct Counter {
    id: u32,
}

fn call(context: &dyn Context) -> Result<u32, proxy_wasm::types::Status> {
    let headers = vec![(":method", "GET"), (":path", "/"), (":authority", "slow")];
    context.dispatch_http_call("slow", headers, None, vec![], Duration::from_secs(30))
}

impl Context for Counter {
    fn on_http_call_response(&mut self, _: u32, _: usize, _: usize, _: usize) {
        self.resume_http_request();
    }
}

impl HttpContext for Counter {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        let count = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
        let path = self.get_http_request_header(":path").unwrap_or_default();
        let last = LAST_PATH.with(|last| last.replace(path));
        self.set_http_request_header("x-count", Some(&count.to_string()));
        self.set_http_request_header("x-last-path", Some(&last));
        self.set_http_request_header("x-context-id", Some(&self.id.to_string()));
        match self.get_http_request_header("x-counter").as_deref() {
            Some("trap") => panic!("asked to"),
            Some("hold") => {
                let token = call(self).expect("a token");
                self.set_http_request_header("x-token", Some(&token.to_string()));
                return Action::Pause;
            }
            Some("grow") => GROWN.with(|grown| grown.borrow_mut().push(vec![1; 16 << 20])),
            Some("timer") => hostcalls::set_tick_period(Duration::from_millis(10)).expect("a timer"),
            Some("queue") => {
                hostcalls::register_shared_queue("counter").expect("a queue");
            }
            _ => {}
        }
        Action::Continue
    }
}
