//! Writes what the engine is judged by:
//!
//! * `suite DIRECTORY`: the WebAssembly specification's tests, one JSON file per script;
//! * `modules FIRST COUNT FILE`: random modules with calls of their functions, one JSON object per
//!   line. The same seed gives the same module.

mod modules;
mod suite;

use anyhow::{bail, Context, Result};
use std::path::Path;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["suite", directory] => suite::write(Path::new(directory)),
        ["modules", first, count, file] => modules::write(
            first.parse().context("FIRST")?,
            count.parse().context("COUNT")?,
            Path::new(file),
        ),
        _ => bail!("usage: suite DIRECTORY | modules FIRST COUNT FILE"),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from_digit(u32::from(byte >> 4), 16).expect("a digit"));
        text.push(char::from_digit(u32::from(byte & 15), 16).expect("a digit"));
    }
    text
}
