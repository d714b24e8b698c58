//! From the thread that reads the database to the client: pieces of some size through a short queue. A client that is slow
//! is waited for, one that is gone or asleep is given up, and an end that was not reached never looks like one.

use crate::error::Problem;
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::Stream;
use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Permit, Receiver, Sender, channel, error::TrySendError};

/// Bytes of a piece; the first is shorter, so that it comes soon.
const PIECE: usize = 64 << 10;
const FIRST_PIECE: usize = 2 << 10;
/// Pieces under way.
const QUEUE: usize = 4;
/// How long a client may take for a piece.
const PATIENCE: Duration = Duration::from_secs(60);

/// A piece, or the proof that there are no more.
pub enum Piece {
    /// The database answers; the cursor of its state.
    Begun(String),
    Bytes(Bytes),
    End,
    Failed(Problem),
}

/// The sending end, on a thread of its own.
pub struct Outlet {
    buffer: Vec<u8>,
    gzip: Option<GzEncoder<Vec<u8>>>,
    threshold: usize,
    queue: Queue,
    /// Among the exports that are given at a time.
    place: OwnedSemaphorePermit,
}

/// Where pieces wait for the client.
struct Queue {
    sender: Sender<Piece>,
    runtime: Handle,
}

/// Both ends; to be called within the runtime that receives.
pub fn open(compressed: bool, place: OwnedSemaphorePermit) -> (Outlet, Receiver<Piece>) {
    let (sender, receiver) = channel(QUEUE);
    let gzip = compressed.then(|| GzEncoder::new(Vec::with_capacity(PIECE), Compression::fast()));
    let buffer = Vec::with_capacity(PIECE + PIECE / 4);
    let queue = Queue { sender, runtime: Handle::current() };
    (Outlet { buffer, gzip, threshold: FIRST_PIECE, queue, place }, receiver)
}

impl Outlet {
    /// Where rows are written.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Sends a piece once it is full; `Break` where nobody takes it.
    #[inline]
    pub fn row_ended(&mut self) -> ControlFlow<()> {
        if self.buffer.len() < self.threshold {
            return ControlFlow::Continue(());
        }
        self.flush()
    }

    /// Sends what there is.
    pub fn flush(&mut self) -> ControlFlow<()> {
        let is_first = self.threshold == FIRST_PIECE;
        self.threshold = PIECE;
        let bytes = match &mut self.gzip {
            None => std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE + PIECE / 4)),
            Some(gzip) => {
                // Writing to memory cannot fail.
                let _ = gzip.write_all(&self.buffer);
                self.buffer.clear();
                if is_first {
                    let _ = gzip.flush();
                }
                std::mem::take(gzip.get_mut())
            }
        };
        if bytes.is_empty() { ControlFlow::Continue(()) } else { self.send(Piece::Bytes(bytes.into())) }
    }

    /// All has been written.
    pub fn finish(mut self) {
        if self.flush().is_break() {
            return;
        }
        if let Some(gzip) = self.gzip.take() {
            let rest = gzip.finish().unwrap_or_default();
            if self.send(Piece::Bytes(rest.into())).is_break() {
                return;
            }
        }
        self.close(Piece::End);
    }

    /// The rest cannot be written: the client shall see it.
    pub fn fail(self, problem: Problem) {
        self.close(Piece::Failed(problem));
    }

    fn close(self, last: Piece) {
        let Outlet { queue, place, .. } = self;
        if let Some(slot) = queue.slot() {
            // Free before the client sees the end: who takes one export after another never stands in its own way.
            drop(place);
            slot.send(last);
        }
    }

    pub fn send(&self, piece: Piece) -> ControlFlow<()> {
        match self.queue.slot() {
            Some(slot) => {
                slot.send(piece);
                ControlFlow::Continue(())
            }
            None => ControlFlow::Break(()),
        }
    }
}

impl Queue {
    /// Room for a piece; `None` where nobody takes any.
    fn slot(&self) -> Option<Permit<'_, Piece>> {
        match self.sender.try_reserve() {
            Ok(slot) => return Some(slot),
            Err(TrySendError::Closed(())) => return None,
            Err(TrySendError::Full(())) => {}
        }
        let reserved = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, self.sender.reserve()).await });
        match reserved {
            Ok(slot) => slot.ok(),
            Err(_) => {
                tracing::warn!("an export was given up: its client took nothing for {} seconds", PATIENCE.as_secs());
                None
            }
        }
    }
}

/// The body: these bytes and all that follow. Where the end is missing it fails, which breaks the connection off.
pub fn body(first: Bytes, receiver: Receiver<Piece>) -> impl Stream<Item = Result<Bytes, Problem>> {
    futures_util::stream::unfold((Some(first), Some(receiver)), |(first, receiver)| async move {
        if let Some(first) = first {
            return Some((Ok(first), (None, receiver)));
        }
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Piece::Bytes(bytes)) => Some((Ok(bytes), (None, Some(receiver)))),
            Some(Piece::End) => None,
            Some(Piece::Failed(problem)) => Some((Err(problem), (None, None))),
            Some(Piece::Begun(_)) | None => Some((Err(Problem::internal("an export broke off")), (None, None))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    #[test]
    fn who_sees_the_end_finds_a_place_again() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let places = Arc::new(Semaphore::new(1));
        for _ in 0..1000 {
            let place = Arc::clone(&places).try_acquire_owned().unwrap();
            let (mut outlet, mut receiver) = {
                let _within = runtime.enter();
                open(false, place)
            };
            let writer = std::thread::spawn(move || {
                outlet.buffer().extend_from_slice(b"{}\n");
                outlet.finish();
            });
            assert!(matches!(receiver.blocking_recv(), Some(Piece::Bytes(_))));
            assert!(matches!(receiver.blocking_recv(), Some(Piece::End)));
            assert_eq!(places.available_permits(), 1);
            writer.join().unwrap();
        }
    }
}
