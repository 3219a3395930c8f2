//! Text that commands are written in, and text that fits into a header.

/// Splits `key=value`; without a `=` the value is empty.
pub fn pair(text: &str) -> (&str, &str) {
    text.split_once('=').unwrap_or((text, ""))
}

/// Splits `<upstream>` or `<upstream>:</path>`; an upstream may have a port.
pub fn target(text: &str) -> (&str, &str) {
    match text.find(":/") {
        Some(colon) => (&text[..colon], &text[colon + 1..]),
        None => (text, "/"),
    }
}

/// Bytes as `0x<hex>`, or else as the text itself.
pub fn bytes(text: &str) -> Vec<u8> {
    match text.strip_prefix("0x") {
        Some(digits) => (0..digits.len() / 2)
            .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap_or_default())
            .collect(),
        None => text.as_bytes().to_vec(),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes as a header can carry them: text with its control characters escaped, or `0x<hex>`.
pub fn printable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => text
            .chars()
            .map(|c| match c {
                '\n' => "\\n".to_string(),
                '\r' => "\\r".to_string(),
                '\t' => "\\t".to_string(),
                c if c.is_ascii_control() => format!("\\x{:02x}", c as u32),
                c => c.to_string(),
            })
            .collect(),
        _ => format!("0x{}", hex(bytes)),
    }
}

/// A property's path: segments separated by `~` if the text has one, else by `.`.
pub fn path(text: &str) -> Vec<&str> {
    text.split(if text.contains('~') { '~' } else { '.' })
        .collect()
}
