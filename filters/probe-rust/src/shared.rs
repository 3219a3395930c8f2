//! What a filter shares with other streams, other VMs and other plugins.

use proxy_wasm::hostcalls;
use proxy_wasm::types::{MetricType, Status};

/// Adds one to a number in shared data, again and again until nobody came between.
pub fn increment(key: &str) -> Result<u64, Status> {
    loop {
        let (value, cas) = hostcalls::get_shared_data(key)?;
        let count = number(value) + 1;
        match hostcalls::set_shared_data(key, Some(count.to_string().as_bytes()), cas) {
            Err(Status::CasMismatch) => continue,
            result => return result.map(|()| count),
        }
    }
}

/// Overwrites a value in between a read and a write of it: the write has to fail.
pub fn conflict(key: &str) -> Result<(), Status> {
    hostcalls::set_shared_data(key, Some(b"old"), None)?;
    let (_, cas) = hostcalls::get_shared_data(key)?;
    hostcalls::set_shared_data(key, Some(b"between"), None)?;
    hostcalls::set_shared_data(key, Some(b"new"), cas)
}

fn number(value: Option<Vec<u8>>) -> u64 {
    value
        .and_then(|value| String::from_utf8(value).ok()?.parse().ok())
        .unwrap_or_default()
}

/// Appends to a queue, given as `<name>` of this VM or `<vm id>/<name>`. Nothing if nobody has registered it.
pub fn enqueue(queue: &str, value: &[u8]) -> Result<Option<()>, Status> {
    match resolve(queue)? {
        Some(id) => hostcalls::enqueue_shared_queue(id, Some(value)).map(Some),
        None => Ok(None),
    }
}

pub fn dequeue(queue: &str) -> Result<Option<Vec<u8>>, Status> {
    match resolve(queue)? {
        Some(id) => hostcalls::dequeue_shared_queue(id),
        None => Err(Status::NotFound),
    }
}

fn resolve(queue: &str) -> Result<Option<u32>, Status> {
    let (vm_id, name) = queue.rsplit_once('/').unwrap_or(("", queue));
    hostcalls::resolve_shared_queue(vm_id, name)
}

/// Defines the metric anew at each use: the same name is the same metric.
pub fn increment_metric(kind: MetricType, name: &str, offset: i64) -> Result<(), Status> {
    hostcalls::increment_metric(hostcalls::define_metric(kind, name)?, offset)
}

pub fn record_metric(kind: MetricType, name: &str, value: u64) -> Result<(), Status> {
    hostcalls::record_metric(hostcalls::define_metric(kind, name)?, value)
}

pub fn metric(kind: MetricType, name: &str) -> Result<u64, Status> {
    hostcalls::get_metric(hostcalls::define_metric(kind, name)?)
}
