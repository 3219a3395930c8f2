//! Higress's functions for Redis, which the SDK does not have.

use std::ptr::null_mut;

/// The buffer with the reply, in the callback.
const REPLY: u32 = 9;

#[link(wasm_import_module = "env")]
extern "C" {
    fn proxy_redis_init(
        upstream: *const u8,
        upstream_size: usize,
        user: *const u8,
        user_size: usize,
        password: *const u8,
        password_size: usize,
        timeout: u32,
    ) -> u32;
    fn proxy_redis_call(
        upstream: *const u8,
        upstream_size: usize,
        query: *const u8,
        query_size: usize,
        token: *mut u32,
    ) -> u32;
    fn proxy_get_buffer_bytes(
        buffer: u32,
        start: usize,
        max_size: usize,
        data: *mut *mut u8,
        size: *mut usize,
    ) -> u32;
    fn proxy_set_effective_context(context_id: u32) -> u32;
}

/// Opens a connection; gives the status of the host.
pub fn init(upstream: &str, user: &str, password: &str, timeout_ms: u32) -> u32 {
    unsafe {
        proxy_redis_init(
            upstream.as_ptr(),
            upstream.len(),
            user.as_ptr(),
            user.len(),
            password.as_ptr(),
            password.len(),
            timeout_ms,
        )
    }
}

/// Sends a command; gives its token, or the status of the host.
pub fn call(upstream: &str, query: &[u8]) -> Result<u32, u32> {
    let mut token = 0;
    match unsafe {
        proxy_redis_call(
            upstream.as_ptr(),
            upstream.len(),
            query.as_ptr(),
            query.len(),
            &mut token,
        )
    } {
        0 => Ok(token),
        status => Err(status),
    }
}

/// Gives the reply whose callback is running.
pub fn reply(size: usize) -> Vec<u8> {
    let mut data = null_mut();
    let mut length = 0;
    unsafe {
        if proxy_get_buffer_bytes(REPLY, 0, size, &mut data, &mut length) == 0 && !data.is_null() {
            Vec::from_raw_parts(data, length, length)
        } else {
            Vec::new()
        }
    }
}

pub fn effective_context(context_id: u32) {
    unsafe {
        proxy_set_effective_context(context_id);
    }
}

/// A command in Redis's serialization protocol.
pub fn encode(command: &str) -> Vec<u8> {
    let parts: Vec<&str> = command.split(' ').collect();
    let mut query = format!("*{}\r\n", parts.len()).into_bytes();
    for part in parts {
        query.extend(format!("${}\r\n{part}\r\n", part.len()).bytes());
    }
    query
}
