//! Phrases that are cut into several events.

use crate::events::{self, Events, TooLong};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    pub phrase: String,
    pub with: String,
}

/// Gives the first phrase in a text: where it is, and which.
fn find<'a>(text: &str, replacements: &'a [Replacement]) -> Option<(usize, &'a Replacement)> {
    replacements
        .iter()
        .filter_map(|r| text.find(&r.phrase).map(|at| (at, r)))
        .min_by_key(|(at, r)| (*at, usize::MAX - r.phrase.len()))
}

/// Replaces all phrases of a text that is complete.
pub fn replace(text: &str, replacements: &[Replacement]) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((at, r)) = find(rest, replacements) {
        result.push_str(&rest[..at]);
        result.push_str(&r.with);
        rest = &rest[at + r.phrase.len()..];
    }
    result + rest
}

/// Gives how many bytes at the end of a text may be the beginning of a phrase.
fn beginning(text: &str, replacements: &[Replacement]) -> usize {
    text.char_indices()
        .map(|(at, _)| &text[at..])
        .find(|tail| {
            replacements
                .iter()
                .any(|r| r.phrase.len() > tail.len() && r.phrase.starts_with(tail))
        })
        .map_or(0, str::len)
}

/// An event that waits for those in front of it.
struct Waiting {
    raw: Vec<u8>,
    /// Which choice it is of, and its text; no choice for events without text.
    choice: Option<u64>,
    text: String,
    value: Value,
    changed: bool,
}

impl Waiting {
    fn of(raw: Vec<u8>) -> Self {
        let value = events::data(&raw)
            .and_then(|data| serde_json::from_str::<Value>(&data).ok())
            .unwrap_or_default();
        let mut waiting = Self {
            raw,
            choice: None,
            text: String::new(),
            value,
            changed: false,
        };
        if let Some(choice) = waiting.value.pointer("/choices/0") {
            let text = choice.pointer("/delta/content").or(choice.pointer("/text"));
            if let Some(Value::String(text)) = text {
                waiting.text = text.clone();
                waiting.choice = Some(choice.get("index").and_then(Value::as_u64).unwrap_or(0));
            }
        }
        waiting
    }

    /// Whether nothing follows this text: the choice, or the stream, ends here.
    fn ends(&self) -> bool {
        self.value
            .pointer("/choices/0/finish_reason")
            .is_some_and(|reason| !reason.is_null())
            || events::data(&self.raw).is_some_and(|data| data == "[DONE]")
    }

    fn into_bytes(mut self) -> Vec<u8> {
        if !self.changed {
            return self.raw;
        }
        for path in ["/choices/0/delta/content", "/choices/0/text"] {
            if let Some(content) = self.value.pointer_mut(path) {
                *content = Value::String(std::mem::take(&mut self.text));
                break;
            }
        }
        format!("data: {}\n\n", self.value).into_bytes()
    }
}

/// A stream of events on its way through the filter.
pub struct Phrases {
    replacements: Rc<Vec<Replacement>>,
    events: Events,
    queue: VecDeque<Waiting>,
    /// By choice, how many bytes of the text that waits have been looked at and are no beginning of a phrase.
    clean: BTreeMap<u64, usize>,
}

impl Phrases {
    pub fn new(replacements: Rc<Vec<Replacement>>) -> Self {
        Self {
            replacements,
            events: Events::default(),
            queue: VecDeque::new(),
            clean: BTreeMap::new(),
        }
    }

    /// Takes a part of the stream, and gives what can be sent.
    pub fn push(&mut self, chunk: &[u8], end: bool) -> Result<Vec<u8>, TooLong> {
        let mut ready = Vec::new();
        for raw in self.events.push(chunk)? {
            let event = Waiting::of(raw);
            let (ends, choice) = (event.ends(), event.choice);
            self.queue.push_back(event);
            if let Some(choice) = choice {
                self.look(choice, ends);
            } else if ends {
                self.look_at_all();
            }
            self.release(&mut ready);
        }
        if end {
            self.look_at_all();
            self.release(&mut ready);
            ready.extend(self.events.finish());
        }
        Ok(ready)
    }

    fn look_at_all(&mut self) {
        for choice in self.clean.keys().copied().collect::<Vec<_>>() {
            self.look(choice, true);
        }
    }

    /// Replaces the phrases in the text of a choice, as far as it is known.
    fn look(&mut self, choice: u64, ends: bool) {
        let mut text: String = self.parts(choice).map(|event| event.text.as_str()).collect();
        let mut clean = self.clean.get(&choice).copied().unwrap_or(0);
        let replacements = self.replacements.clone();
        while let Some((at, r)) = find(&text[clean..], &replacements) {
            let from = clean + at;
            self.splice(choice, from, r);
            text.replace_range(from..from + r.phrase.len(), &r.with);
            clean = from + r.with.len();
        }
        let held = if ends { 0 } else { beginning(&text[clean..], &replacements) };
        self.clean.insert(choice, text.len() - held);
    }

    fn parts(&self, choice: u64) -> impl Iterator<Item = &Waiting> {
        self.queue.iter().filter(move |event| event.choice == Some(choice))
    }

    /// Takes a phrase out of the events that it is spread over; the first of them gets the replacement.
    fn splice(&mut self, choice: u64, from: usize, replacement: &Replacement) {
        let to = from + replacement.phrase.len();
        let mut begin = 0;
        let mut first = true;
        for event in self.queue.iter_mut().filter(|event| event.choice == Some(choice)) {
            let end = begin + event.text.len();
            let (cut_from, cut_to) = (from.max(begin), to.min(end));
            if cut_from < cut_to {
                let with = if first { replacement.with.as_str() } else { "" };
                event.text.replace_range(cut_from - begin..cut_to - begin, with);
                event.changed = true;
                first = false;
            }
            begin = end;
        }
    }

    /// Moves the events that wait for nothing to the output.
    fn release(&mut self, ready: &mut Vec<u8>) {
        while let Some(event) = self.queue.front() {
            if let Some(choice) = event.choice {
                let clean = self.clean.entry(choice).or_insert(0);
                if event.text.len() > *clean {
                    return;
                }
                *clean -= event.text.len();
            }
            ready.extend(self.queue.pop_front().map(Waiting::into_bytes).unwrap_or_default());
        }
    }
}
