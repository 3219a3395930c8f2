//! A filter for testing hosts: it does to a stream what the stream's own request headers ask for.
//!
//! The commands are listed in `filters/README.md`. [`stream`] remembers them and runs them in their phase,
//! [`commands`] holds what each of them does, [`root`] what a configuration can ask for.

mod commands;
mod config;
mod failures;
mod grpc;
mod phase;
mod root;
mod shared;
mod stream;
mod text;

use proxy_wasm::types::LogLevel;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Trace);
    proxy_wasm::set_root_context(|context_id| Box::new(root::Root::new(context_id)));
}}
