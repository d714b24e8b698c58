//! Seeded chance. Every administration has its own dice, made of the seed and its code alone: what it gets does not depend on
//! how many others there are, nor on the order in which they are made.

use crate::clock::Instant;
use crate::ids::Id;
use crate::text::IpaCode;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;
use uuid::Builder;

/// Records of different administrations are made within these days.
const DAYS: u64 = 5;
const MILLIS_OF_A_DAY: u64 = 86_400_000;

pub struct Dice {
    chance: ChaCha8Rng,
    /// When this administration's records are made, and of the next id.
    at: u64,
    next: u64,
}

fn digest(seed: u64, code: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"traguardo generate");
    hasher.update(seed.to_be_bytes());
    hasher.update(code.as_bytes());
    hasher.finalize().into()
}

/// The place of an administration in the order of making: any region may come first.
pub fn place(seed: u64, code: &IpaCode) -> [u8; 32] {
    digest(seed, &format!("place {code}"))
}

impl Dice {
    /// `from` is the day from which records are made.
    pub fn of(seed: u64, code: &IpaCode, from: Instant) -> Self {
        let mut chance = ChaCha8Rng::from_seed(digest(seed, code.as_str()));
        let at = (from.0.max(0) as u64) / 1000 + chance.random_range(0..DAYS * MILLIS_OF_A_DAY);
        Dice { chance, at, next: at }
    }

    pub fn at(&self) -> Instant {
        Instant(self.at as i64 * 1000)
    }

    /// A UUIDv7 of its own millisecond, so that ids sort as they were made.
    pub fn id(&mut self) -> Id {
        let mut random = [0; 10];
        self.chance.fill_bytes(&mut random);
        self.next += 1;
        let uuid = Builder::from_unix_timestamp_millis(self.next, &random).into_uuid();
        Id::from_trusted(uuid.hyphenated().to_string())
    }

    pub fn number(&mut self, range: RangeInclusive<i64>) -> i64 {
        self.chance.random_range(range)
    }

    /// True that many times of a hundred.
    pub fn percent(&mut self, of_hundred: u32) -> bool {
        self.chance.random_range(0..100) < of_hundred
    }

    pub fn share(&mut self, range: RangeInclusive<f64>) -> f64 {
        self.chance.random_range(range)
    }

    pub fn one<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.chance.random_range(0..all.len().max(1)))
    }

    /// One of some texts.
    pub fn text<'a>(&mut self, all: &[&'a str]) -> &'a str {
        self.one(all).copied().unwrap_or_default()
    }
}
