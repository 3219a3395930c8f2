//! The root context: configuration, ticks, queues, and streams that wait for a tick.

use crate::config::Config;
use crate::failures;
use crate::shared;
use crate::stream::Stream;
use crate::text;
use log::{debug, info};
use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{BufferType, ContextType};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

/// What a root context's streams can see of it.
#[derive(Default)]
pub struct Plugin {
    pub vm_config: RefCell<Config>,
    pub config: RefCell<Config>,
    pub ticks: Cell<u64>,
    /// Streams that are paused until the next tick, each with whether it is its request that waits.
    pub waiting: RefCell<Vec<(u32, bool)>>,
}

pub struct Root {
    context_id: u32,
    plugin: Rc<Plugin>,
    queues: HashMap<u32, String>,
    done_on_tick: bool,
}

impl Root {
    pub fn new(context_id: u32) -> Root {
        info!("probe root #{context_id}");
        Root {
            context_id,
            plugin: Rc::default(),
            queues: HashMap::new(),
            done_on_tick: false,
        }
    }

    fn resume_waiting(&self) {
        for (context_id, is_request) in self.plugin.waiting.take() {
            hostcalls::set_effective_context(context_id).unwrap();
            if is_request {
                hostcalls::resume_http_request().unwrap();
            } else {
                hostcalls::resume_http_response().unwrap();
            }
        }
        hostcalls::set_effective_context(self.context_id).unwrap();
    }

    fn call(&self, upstream: &str) {
        let (upstream, path) = text::target(upstream);
        let headers = vec![
            (":method", "GET"),
            (":path", path),
            (":authority", upstream),
        ];
        let call = self.dispatch_http_call(upstream, headers, None, vec![], Duration::from_secs(1));
        if let Err(status) = call {
            info!("probe tick call to {upstream}: {status:?}");
        }
    }
}

impl Context for Root {
    fn on_http_call_response(&mut self, _: u32, num_headers: usize, body_size: usize, _: usize) {
        let status = match num_headers {
            0 => None,
            _ => self.get_http_call_response_header(":status"),
        };
        info!("probe tick call answered: {status:?}, {body_size} bytes");
    }

    fn on_done(&mut self) -> bool {
        self.done_on_tick = self.plugin.config.borrow().has("done-on-tick");
        info!("probe root done #{}", self.context_id);
        !self.done_on_tick
    }
}

impl RootContext for Root {
    fn on_vm_start(&mut self, _vm_configuration_size: usize) -> bool {
        let config = Config::new(self.get_vm_configuration());
        if config.has("trap-vm-start") {
            failures::trap();
        }
        if config.has("loop-vm-start") {
            failures::spin_forever();
        }
        let starts = !config.has("fail-vm-start");
        self.plugin.vm_config.replace(config);
        starts
    }

    fn on_configure(&mut self, _plugin_configuration_size: usize) -> bool {
        let config = Config::new(self.get_plugin_configuration());
        if config.has("trap-configure") {
            failures::trap();
        }
        if config.has("loop-configure") {
            failures::spin_forever();
        }
        if config.has("fail-configure") {
            return false;
        }
        if let Some(period) = config.value("tick").and_then(|period| period.parse().ok()) {
            self.set_tick_period(Duration::from_millis(period));
        }
        for name in config.values("queue") {
            let queue = self.register_shared_queue(name);
            self.queues.insert(queue, name.to_string());
        }
        for name in config.values("held-queue") {
            self.register_shared_queue(name);
        }
        self.plugin.config.replace(config);
        true
    }

    fn on_tick(&mut self) {
        let ticks = self.plugin.ticks.get() + 1;
        self.plugin.ticks.set(ticks);
        debug!("probe tick {ticks} #{}", self.context_id);
        shared::increment("probe.ticks").unwrap();
        self.resume_waiting();
        let config = self.plugin.config.borrow();
        for upstream in config.values("tick-call") {
            self.call(upstream);
        }
        if config.has("trap-tick") {
            failures::trap();
        }
        if config.has("loop-tick") {
            failures::spin_forever();
        }
        if let Some(time) = config.value("tick-spin").and_then(|time| time.parse().ok()) {
            failures::spin(time);
        }
        if self.done_on_tick {
            self.done_on_tick = false;
            self.done();
        }
    }

    fn on_queue_ready(&mut self, queue: u32) {
        let Some(name) = self.queues.get(&queue) else {
            return;
        };
        while let Some(item) = self.dequeue_shared_queue(queue).unwrap() {
            let count = shared::increment(&format!("probe.queue.{name}")).unwrap();
            let item = text::printable(&item);
            info!("probe queue {name} #{}: {item} ({count})", self.context_id);
        }
    }

    fn on_log(&mut self) {
        info!("probe root log #{}", self.context_id);
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        if self.plugin.config.borrow().has("trap-create") {
            failures::trap();
        }
        Some(Box::new(Stream::new(context_id, self.plugin.clone())))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        info!("probe root delete #{}", self.context_id);
    }
}

/// The plugin's configuration as the host would hand it over now, outside of `on_configure`.
pub fn configuration_now() -> Option<Vec<u8>> {
    hostcalls::get_buffer(BufferType::PluginConfiguration, 0, usize::MAX).unwrap()
}
