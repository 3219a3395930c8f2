//! The ways in which a guest can fail.

use proxy_wasm::hostcalls;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Executes WebAssembly's `unreachable`, without a word in the log.
pub fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    panic!("unreachable");
}

/// Never returns and never calls the host.
pub fn spin_forever() -> ! {
    let mut turns = 0u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// Never returns, and calls the host at every turn.
pub fn call_forever() -> ! {
    loop {
        black_box(hostcalls::get_current_time().ok());
    }
}

/// Keeps the thread busy.
pub fn spin(milliseconds: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(milliseconds) {
        black_box(0);
    }
}

/// Calls itself until the stack is full.
pub fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 8]);
    match frame[0] {
        u64::MAX => 0,
        depth => recurse(depth + 1) + black_box(frame)[7],
    }
}

/// Takes memory, a mebibyte at a time, until there is none.
pub fn exhaust_memory() -> ! {
    loop {
        keep_memory(1 << 20);
    }
}

/// Takes memory and never gives it back.
pub fn keep_memory(bytes: usize) {
    black_box(vec![1u8; bytes].leak());
}
