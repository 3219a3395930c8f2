//! The configuration: words separated by white space, each `flag` or `key=value`.

/// A plugin's or a VM's configuration, as it was handed over.
#[derive(Default)]
pub struct Config {
    bytes: Option<Vec<u8>>,
}

impl Config {
    pub fn new(bytes: Option<Vec<u8>>) -> Config {
        Config { bytes }
    }

    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }

    pub fn has(&self, flag: &str) -> bool {
        self.words().any(|word| word == flag)
    }

    /// The value of the first word `key=value`.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values(key).next()
    }

    /// The values of all words `key=value`.
    pub fn values<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> + 'a {
        let prefix = format!("{key}=");
        self.words()
            .filter_map(move |word| word.strip_prefix(&prefix))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        std::str::from_utf8(self.bytes().unwrap_or_default())
            .unwrap_or_default()
            .split_whitespace()
    }
}
