//! Keeps an upload aside in a file that nobody else sees and that goes with the process.

use crate::error::{Kind, Problem};
use crate::text::hexadecimal;
use actix_web::dev::Payload;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// What is gathered before it goes to the file.
const PIECE: usize = 1 << 20;

/// A file that is being written.
pub struct Spool {
    file: File,
    hasher: Sha256,
    bytes: u64,
    limit: u64,
}

/// A file that was written.
pub struct Spooled {
    pub file: File,
    /// SHA-256 in hexadecimal.
    pub digest: String,
    pub bytes: u64,
}

fn too_large(limit: u64) -> Problem {
    let detail =
        format!("At most {limit} bytes are accepted in one file (TRAGUARDO_IMPORT_FILE_LIMIT): send it in parts.");
    Problem::new(Kind::TooLarge, detail)
}

impl Spool {
    fn new(limit: u64) -> Result<Self, Problem> {
        let file = tempfile::tempfile().map_err(Problem::internal)?;
        Ok(Spool { file, hasher: Sha256::new(), bytes: 0, limit })
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.limit {
            return Err(too_large(self.limit));
        }
        self.hasher.update(bytes);
        self.file.write_all(bytes).map_err(|error| {
            tracing::error!(cause = %error, "an upload cannot be kept aside");
            Problem::unavailable("There is no room for the file now.")
        })
    }

    fn finish(self) -> Spooled {
        let digest = hexadecimal(self.hasher.finalize().as_ref());
        Spooled { file: self.file, digest, bytes: self.bytes }
    }

    /// From a file or a pipe.
    pub fn copy(mut from: impl Read, limit: u64) -> Result<Spooled, Problem> {
        let mut spool = Spool::new(limit)?;
        let mut piece = vec![0; PIECE];
        loop {
            let read = from.read(&mut piece).map_err(|error| Problem::new(Kind::Malformed, error.to_string()))?;
            match piece.get(..read).filter(|bytes| !bytes.is_empty()) {
                Some(bytes) => spool.push(bytes)?,
                None => return Ok(spool.finish()),
            }
        }
    }
}

/// A request's body. What announces more than the limit is refused before it is read.
pub async fn receive(request: &HttpRequest, payload: &mut Payload, limit: u64) -> Result<Spooled, Problem> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if header("Content-Length").and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let encoding = header("Content-Encoding").unwrap_or("identity").trim().to_ascii_lowercase();
    if !["identity", "gzip", "x-gzip"].contains(&encoding.as_str()) {
        let detail = format!("Content-Encoding {encoding} is not accepted here: send gzip, or none.");
        return Err(Problem::new(Kind::UnsupportedMediaType, detail));
    }
    let mut spool = Spool::new(limit)?;
    let mut piece = web::BytesMut::new();
    while let Some(bytes) = payload.next().await {
        let bytes = bytes.map_err(|error| Problem::new(Kind::Malformed, format!("The body broke off: {error}.")))?;
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE {
            spool = keep(spool, piece.split().freeze()).await?;
        }
    }
    let spool = keep(spool, piece.freeze()).await?;
    let packed = ["gzip", "x-gzip"].contains(&encoding.as_str());
    let spooled = spool.finish();
    if packed && spooled.bytes > 0 && !begins_like_gzip(&spooled.file)? {
        return Err(Problem::new(Kind::Malformed, "Content-Encoding says gzip, and the body is none."));
    }
    Ok(spooled)
}

fn begins_like_gzip(mut file: &File) -> Result<bool, Problem> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(Problem::internal)?;
    file.take(2).read_to_end(&mut start).map_err(Problem::internal)?;
    Ok(start == [0x1f, 0x8b])
}

async fn keep(mut spool: Spool, piece: web::Bytes) -> Result<Spool, Problem> {
    let kept = web::block(move || spool.push(&piece).map(|()| spool)).await;
    kept.map_err(|_| Problem::internal("a task that wrote a file panicked"))?
}
