//! So many requests a minute for each consumer, counted by this process alone: a guard against runaway clients, not an
//! account of use.

use crate::clock::Instant;
use std::collections::HashMap;
use std::sync::Mutex;

const WINDOW_SECONDS: i64 = 60;

/// What is left of a consumer's minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub granted: bool,
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until the next minute begins.
    pub reset_seconds: u32,
}

pub struct RateLimiter {
    limit: u32,
    window: Mutex<Window>,
}

#[derive(Default)]
struct Window {
    number: i64,
    taken: HashMap<String, u32>,
}

impl RateLimiter {
    pub fn new(limit: u32) -> Self {
        RateLimiter { limit, window: Mutex::default() }
    }

    /// Takes one request of the consumer's. Memory holds the consumers of the current minute only.
    pub fn take(&self, consumer: &str, now: Instant) -> Allowance {
        let number = now.seconds().div_euclid(WINDOW_SECONDS);
        let reset_seconds = (WINDOW_SECONDS - now.seconds().rem_euclid(WINDOW_SECONDS)) as u32;
        let mut window = self.window.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if window.number != number {
            *window = Window { number, taken: HashMap::new() };
        }
        let taken = match window.taken.get_mut(consumer) {
            Some(taken) => taken,
            None => window.taken.entry(consumer.to_owned()).or_insert(0),
        };
        let granted = *taken < self.limit;
        if granted {
            *taken += 1;
        }
        Allowance { granted, limit: self.limit, remaining: self.limit - *taken, reset_seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_requests_for_each_consumer() {
        let limiter = RateLimiter::new(2);
        let at = |seconds: i64| Instant(seconds * 1_000_000);
        assert!(limiter.take("a", at(0)).granted);
        let second = limiter.take("a", at(30));
        assert_eq!(second, Allowance { granted: true, limit: 2, remaining: 0, reset_seconds: 30 });
        assert!(!limiter.take("a", at(59)).granted);
        assert!(limiter.take("b", at(59)).granted);
        assert!(limiter.take("a", at(60)).granted);
    }
}
