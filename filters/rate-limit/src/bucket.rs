//! The tokens that all VMs take from, in shared data.

use proxy_wasm::hostcalls;
use proxy_wasm::types::Status;
use std::time::{Duration, UNIX_EPOCH};

const KEY: &str = "rate-limit.bucket";

#[derive(Default, Clone, Copy, PartialEq)]
pub struct Bucket {
    tokens: u32,
    /// Milliseconds since 1970.
    refilled_at: u64,
}

impl Bucket {
    /// Changes the bucket, again and again until no other VM has come between, and returns what the change returned.
    pub fn update<T>(change: impl Fn(&mut Bucket) -> T) -> T {
        loop {
            let (bytes, cas) = hostcalls::get_shared_data(KEY).unwrap();
            let before = bytes.map(Bucket::from_bytes).unwrap_or_default();
            let mut after = before;
            let result = change(&mut after);
            if after == before {
                return result;
            }
            match hostcalls::set_shared_data(KEY, Some(&after.to_bytes()), cas) {
                Err(Status::CasMismatch) => continue,
                written => {
                    written.unwrap();
                    return result;
                }
            }
        }
    }

    /// Takes a token and says how many are left; nothing if there was none.
    pub fn take(&mut self) -> Option<u32> {
        self.tokens = self.tokens.checked_sub(1)?;
        Some(self.tokens)
    }

    /// Fills up once in a period, whichever VM ticks first.
    pub fn refill(&mut self, tokens: u32, period: Duration) {
        let now = hostcalls::get_current_time().unwrap();
        let now = now.duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
        // A tick may come a little early.
        let due = self.refilled_at + period.as_millis() as u64 * 9 / 10;
        if now >= due {
            self.tokens = tokens;
            self.refilled_at = now;
        }
    }

    fn from_bytes(bytes: Vec<u8>) -> Bucket {
        let (tokens, refilled_at) = bytes.split_at(4);
        Bucket {
            tokens: u32::from_le_bytes(tokens.try_into().unwrap()),
            refilled_at: u64::from_le_bytes(refilled_at.try_into().unwrap()),
        }
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.tokens.to_le_bytes().to_vec();
        bytes.extend(self.refilled_at.to_le_bytes());
        bytes
    }
}
