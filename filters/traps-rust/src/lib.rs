//! Traps in the way that a stream's request header `x-trap` names: `panic`, `index`, `unreachable`, `memory`, `divide`
//! or `stack`. Built with debug information, so that the stack says which line. Speaks the ABI without an SDK, to be small.

use std::ptr::null_mut;

const REQUEST_HEADERS: u32 = 0;

#[link(wasm_import_module = "env")]
extern "C" {
    fn proxy_get_header_map_value(
        map: u32,
        key: *const u8,
        key_size: usize,
        value: *mut *mut u8,
        value_size: *mut usize,
    ) -> u32;
}

#[no_mangle]
pub extern "C" fn proxy_abi_version_0_2_1() {}

#[no_mangle]
pub extern "C" fn proxy_on_memory_allocate(size: usize) -> *mut u8 {
    Box::leak(vec![0; size].into_boxed_slice()).as_mut_ptr()
}

#[no_mangle]
pub extern "C" fn proxy_on_vm_start(_context: u32, _size: usize) -> bool {
    true
}

#[no_mangle]
pub extern "C" fn proxy_on_configure(_context: u32, _size: usize) -> bool {
    true
}

#[no_mangle]
pub extern "C" fn proxy_on_context_create(_context: u32, _parent: u32) {}

#[no_mangle]
pub extern "C" fn proxy_on_request_headers(_context: u32, count: usize, _end: bool) -> u32 {
    let trap = header("x-trap");
    match trap.as_str() {
        "panic" => give_up(trap.len()),
        "index" => read(&[1, 2, 3], trap.len()),
        "unreachable" => unreachable(),
        "memory" => far_away(usize::MAX - trap.len()),
        "divide" => divide(count as i32, trap.len() as i32 - 6),
        "stack" => dig(1),
        _ => 0,
    }
}

#[inline(never)]
fn give_up(length: usize) -> u32 {
    panic!("the header has {length} characters")
}

#[inline(never)]
fn read(numbers: &[u32], index: usize) -> u32 {
    numbers[index]
}

#[inline(never)]
fn unreachable() -> u32 {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable()
}

#[inline(never)]
fn far_away(address: usize) -> u32 {
    unsafe { *(address as *const u32) }
}

#[inline(never)]
fn divide(dividend: i32, divisor: i32) -> u32 {
    (dividend / divisor) as u32
}

#[inline(never)]
fn dig(depth: u32) -> u32 {
    if depth == 0 {
        return 0;
    }
    1 + dig(depth + 1) * depth
}

fn header(name: &str) -> String {
    let mut value = null_mut();
    let mut size = 0;
    unsafe {
        match proxy_get_header_map_value(REQUEST_HEADERS, name.as_ptr(), name.len(), &mut value, &mut size) {
            0 => String::from_raw_parts(value, size, size),
            _ => String::new(),
        }
    }
}
