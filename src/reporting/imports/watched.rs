//! The line of a CSV record. The reader's own count stands before the blank lines, and the half of a CRLF, that it skips to
//! come to a record; so line breaks are noted as they are read.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::Read;

/// Where line breaks stand that no record has passed yet, and whether a line ends there.
pub type Breaks = RefCell<VecDeque<(u64, bool)>>;

/// A file whose line breaks are noted.
pub struct Watched<'a, R> {
    file: R,
    at: u64,
    breaks: &'a Breaks,
}

impl<'a, R> Watched<'a, R> {
    pub fn new(file: R, breaks: &'a Breaks) -> Self {
        Watched { file, at: 0, breaks }
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        let bytes = buffer.iter().take(read).zip(self.at..);
        let breaks = bytes.filter(|(byte, _)| matches!(byte, b'\r' | b'\n')).map(|(byte, at)| (at, *byte == b'\n'));
        self.breaks.borrow_mut().extend(breaks);
        self.at += read as u64;
        Ok(read)
    }
}

/// Lines that ended before the record that is found from this place on.
pub fn passed(breaks: &Breaks, mut from: u64) -> u64 {
    let mut lines = 0;
    let mut breaks = breaks.borrow_mut();
    while let Some((at, ends)) = breaks.front().copied().filter(|(at, _)| *at <= from) {
        breaks.pop_front();
        lines += u64::from(ends);
        from += u64::from(at == from);
    }
    lines
}
