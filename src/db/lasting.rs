//! What no later write takes back, so that a process asks the database for it once: that an administration is there, and that
//! a service has counts, which keep it and its code. Only what was read as committed, or has been committed, belongs here.

use crate::text::{Code, IpaCode};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::HashSet;
use std::sync::Arc;

/// Codes that are remembered at most, at some hundred bytes each; the rest is asked for again.
const MOST: u64 = 200_000;

type Key = (&'static str, IpaCode);
type Codes = Arc<HashSet<Code>>;

/// Codes by kind and administration. A database that is put back to an earlier state wants its processes started anew.
pub struct Lasting(Cache<Key, Codes, ByNumber>);

#[derive(Clone)]
struct ByNumber;

impl Weighter<Key, Codes> for ByNumber {
    fn weight(&self, _: &Key, codes: &Codes) -> u64 {
        1 + codes.len() as u64
    }
}

impl Default for Lasting {
    fn default() -> Self {
        Lasting(Cache::with_weighter(1000, MOST, ByNumber))
    }
}

impl Lasting {
    /// Whether all of them are remembered, and the administration itself.
    pub fn holds<'a>(&self, kind: &'static str, home: &IpaCode, mut codes: impl Iterator<Item = &'a Code>) -> bool {
        self.0.get(&(kind, home.clone())).is_some_and(|known| codes.all(|code| known.contains(code)))
    }

    /// Of two who remember at once one may be forgotten: it is asked for again.
    pub fn remember<'a>(&self, kind: &'static str, home: &IpaCode, codes: impl Iterator<Item = &'a Code> + Clone) {
        if !self.holds(kind, home, codes.clone()) {
            let key = (kind, home.clone());
            let mut known = self.0.get(&key).map(|known| (*known).clone()).unwrap_or_default();
            known.extend(codes.cloned());
            self.0.insert(key, Arc::new(known));
        }
    }
}
