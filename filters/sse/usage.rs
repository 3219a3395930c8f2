//! The tokens that OpenAI's API reports: `usage` of a completion, or of the last event of a stream.

use crate::events::{self, Events};
use serde::Deserialize;

/// A document that is longer than this is not looked into.
const MAX_DOCUMENT: usize = 1024 * 1024;

#[derive(Deserialize, Default, Clone, Copy, Debug, PartialEq)]
#[serde(default)]
pub struct Usage {
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Document {
    model: Option<String>,
    usage: Option<Usage>,
    choices: Vec<Choice>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Choice {
    delta: Option<Delta>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Delta {
    content: Option<String>,
}

enum Body {
    Stream(Events),
    Document(Vec<u8>),
}

/// Reads a response as it comes.
pub struct Reader {
    body: Body,
    pub model: Option<String>,
    pub usage: Option<Usage>,
    /// The events with content: about a token each, where none are reported.
    pub events: u64,
    /// Whether a part was too long to be looked into.
    pub skipped: bool,
}

impl Reader {
    /// Gives a reader for a type of content, if such a response can report tokens.
    pub fn of(content_type: &str) -> Option<Self> {
        let body = if content_type.starts_with("text/event-stream") {
            Body::Stream(Events::default())
        } else if content_type.starts_with("application/json") {
            Body::Document(Vec::new())
        } else {
            return None;
        };
        Some(Self {
            body,
            model: None,
            usage: None,
            events: 0,
            skipped: false,
        })
    }

    /// Takes the next part of the body.
    pub fn read(&mut self, chunk: &[u8], end: bool) {
        let mut documents = Vec::new();
        match &mut self.body {
            Body::Stream(stream) => match stream.push(chunk) {
                Ok(events) => documents.extend(events.iter().filter_map(|event| events::data(event))),
                Err(_) => {
                    stream.finish();
                    self.skipped = true;
                }
            },
            Body::Document(text) => {
                if text.len() + chunk.len() > MAX_DOCUMENT {
                    self.skipped = true;
                    text.clear();
                } else if !self.skipped {
                    text.extend_from_slice(chunk);
                }
                if end {
                    documents.extend(String::from_utf8(std::mem::take(text)));
                }
            }
        }
        for document in documents {
            self.note(&document);
        }
    }

    fn note(&mut self, text: &str) {
        // The last event is the word [DONE].
        let Ok(document) = serde_json::from_str::<Document>(text) else {
            return;
        };
        self.model = document.model.or(self.model.take());
        self.usage = document.usage.or(self.usage);
        if document.choices.iter().any(Choice::has_content) {
            self.events += 1;
        }
    }
}

impl Choice {
    fn has_content(&self) -> bool {
        let content = self.delta.as_ref().and_then(|delta| delta.content.as_ref());
        content.is_some_and(|text| !text.is_empty())
    }
}
