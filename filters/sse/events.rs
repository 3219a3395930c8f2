//! Cuts a stream of server-sent events into events, wherever the chunks of the stream end.

/// An event that is longer than this is not looked into.
pub const MAX_EVENT: usize = 256 * 1024;

/// The part of a stream that has come and is no whole event yet.
#[derive(Default)]
pub struct Events {
    rest: Vec<u8>,
    /// How far the rest was searched for the end of an event.
    searched: usize,
}

/// An event is longer than `MAX_EVENT`.
#[derive(Debug)]
pub struct TooLong;

impl Events {
    /// Takes a chunk and gives the events that it completes, each with the empty line behind it.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<Vec<u8>>, TooLong> {
        self.rest.extend_from_slice(chunk);
        let mut events = Vec::new();
        let mut begin = 0;
        while let Some(end) = end_of_event(&self.rest, begin, self.searched) {
            events.push(self.rest[begin..end].to_vec());
            begin = end;
            self.searched = end;
        }
        self.rest.drain(..begin);
        // The last bytes may be a part of the empty line.
        self.searched = self.rest.len().saturating_sub(3);
        if self.rest.len() > MAX_EVENT {
            return Err(TooLong);
        }
        Ok(events)
    }

    /// Gives what is left at the end of the stream.
    pub fn finish(&mut self) -> Vec<u8> {
        self.searched = 0;
        std::mem::take(&mut self.rest)
    }
}

fn end_of_event(bytes: &[u8], begin: usize, searched: usize) -> Option<usize> {
    let from = searched.max(begin);
    (from..bytes.len()).find_map(|i| {
        let left = &bytes[i..];
        if left.starts_with(b"\n\n") || left.starts_with(b"\r\r") {
            Some(i + 2)
        } else if left.starts_with(b"\n\r\n") {
            Some(i + 3)
        } else {
            None
        }
    })
}

/// Gives the data of an event: its `data` lines, joined.
pub fn data(event: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(event).ok()?;
    let mut data: Option<String> = None;
    for line in text.split(['\n', '\r']) {
        if let Some(value) = line.strip_prefix("data:") {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut data {
                Some(lines) => {
                    lines.push('\n');
                    lines.push_str(value);
                }
                None => data = Some(value.to_string()),
            }
        }
    }
    data
}
