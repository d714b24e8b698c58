//! How far a long command has come: a bar on a terminal, a line at each twentieth elsewhere. On standard error, so that
//! standard output is the command's answer alone.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Progress {
    bar: ProgressBar,
    what: &'static str,
    total: Option<u64>,
    done: AtomicU64,
    /// The next count that is worth a line; none on a terminal.
    next: Option<AtomicU64>,
}

/// Lines where the whole is not known.
const STEP: u64 = 100_000;

impl Progress {
    /// `what` is counted: "administrations", "rows".
    pub fn new(what: &'static str, total: Option<u64>) -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        let target = if on_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let form = match total {
            Some(_) => "{bar:30} {human_pos}/{human_len} {msg}, {per_sec}, {eta} left",
            None => "{spinner} {human_pos} {msg}, {per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        bar.set_message(what);
        let next = (!on_terminal).then(|| AtomicU64::new(Self::step(total)));
        Progress { bar, what, total, done: AtomicU64::new(0), next }
    }

    /// Nothing is shown: for tests.
    pub fn hidden() -> Self {
        let bar = ProgressBar::hidden();
        Progress { bar, what: "", total: None, done: AtomicU64::new(0), next: None }
    }

    fn step(total: Option<u64>) -> u64 {
        total.map_or(STEP, |total| (total / 20).max(1))
    }

    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
        let done = self.done.fetch_add(by, Ordering::Relaxed) + by;
        let Some(next) = &self.next else { return };
        if done >= next.load(Ordering::Relaxed) {
            let step = Self::step(self.total);
            next.store((done / step + 1) * step, Ordering::Relaxed);
            match self.total {
                Some(total) => eprintln!("{done} of {total} {}", self.what),
                None => eprintln!("{done} {}", self.what),
            }
        }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
