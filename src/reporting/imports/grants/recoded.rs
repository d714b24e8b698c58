//! UTF-16 as UTF-8: spreadsheets save it as "Unicode text".

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, Read};

/// The encoding of a file that begins like this, where it is UTF-16: with its mark, or without one by the halves that are
/// empty in what every file of rows begins with.
pub fn utf16(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        [1..=255, 0, ..] => Some(UTF_16LE),
        [0, 1..=255, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// A file as UTF-8, without its mark. To be read through a buffer: a character may take four bytes.
pub struct Recoded<R> {
    file: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// What of `raw` is not decoded yet.
    left: std::ops::Range<usize>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Reading,
    /// The file has ended; what is left is being decoded.
    Ended,
    Done,
}

impl<R: Read> Recoded<R> {
    pub fn new(file: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Recoded { file, decoder, raw: vec![0; 1 << 14], left: 0..0, state: State::Reading }
    }
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.state != State::Done {
            if self.left.is_empty() && self.state == State::Reading {
                self.left = 0..self.file.read(&mut self.raw)?;
                if self.left.is_empty() {
                    self.state = State::Ended;
                }
            }
            let raw = &self.raw[self.left.clone()];
            let (result, read, written, _) = self.decoder.decode_to_utf8(raw, buffer, self.state == State::Ended);
            self.left.start += read;
            if self.state == State::Ended && result == CoderResult::InputEmpty {
                self.state = State::Done;
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
