//! Writing a ZIP block by block.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::IntoIter;

use bytes::Bytes;
use chengzhi_kernel::{FileHash, Timestamp};
use chrono::{Datelike as _, Timelike as _};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Archive, ArchiveError, Blocks, Entry, INDEX, Listed, MANIFEST, index};

/// Bytes handed on at once.
const BLOCK: usize = 64 * 1024;
/// Bytes compressed without letting others have the thread: about a millisecond.
const PIECE: usize = 32 * 1024;
/// From here on an entry needs the 64-bit form.
const LARGE: u64 = u32::MAX as u64;

/// Where the ZIP writer leaves its bytes until they are handed on.
#[derive(Debug, Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Sink {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(content);
        Ok(content.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An entry being written.
struct Current {
    listed: Listed,
    sum: Sha256,
    size: Option<u64>,
    hash: Option<FileHash>,
    compressed: bool,
    blocks: Blocks,
    /// What of the last block is not written yet.
    rest: Bytes,
}

/// What comes when the data entries are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Data,
    Index,
    Manifest,
    End,
}

struct Packer {
    title: String,
    made_at: Timestamp,
    zip: Option<ZipWriter<StreamWriter<Sink>>>,
    sink: Sink,
    entries: IntoIter<Entry>,
    current: Option<Current>,
    listed: Vec<Listed>,
    stage: Stage,
}

/// The bytes of the archive.
pub(super) fn blocks(archive: Archive) -> BoxStream<'static, Result<Bytes, ArchiveError>> {
    let sink = Sink::default();
    let packer = Packer {
        title: archive.title,
        made_at: archive.made_at,
        zip: Some(ZipWriter::new_stream(sink.clone())),
        sink,
        entries: archive.entries.into_iter(),
        current: None,
        listed: Vec::new(),
        stage: Stage::Data,
    };
    stream::try_unfold(packer, |mut packer| async move {
        while packer.sink.len() < BLOCK && packer.step().await? {}
        let block = packer.sink.take();
        Ok((!block.is_empty()).then_some((block, packer)))
    })
    .boxed()
}

impl Packer {
    /// Writes a piece. False when everything is written.
    async fn step(&mut self) -> Result<bool, ArchiveError> {
        if let Some(current) = self.current.as_mut() {
            if current.rest.is_empty() {
                match current.blocks.next().await {
                    Some(block) => {
                        current.rest = block.map_err(|source| ArchiveError::Read {
                            path: current.listed.path.clone(),
                            source,
                        })?;
                    }
                    None => self.end_entry()?,
                }
                return Ok(true);
            }
            let at = PIECE.min(current.rest.len());
            let piece = current.rest.split_to(at);
            current.sum.update(&piece);
            current.listed.bytes += piece.len() as u64;
            let compressed = current.compressed;
            self.zip()?.write_all(&piece).map_err(failed)?;
            if compressed {
                tokio::task::yield_now().await;
            }
            return Ok(true);
        }
        let next = match self.stage {
            Stage::Data => match self.entries.next() {
                Some(entry) => entry,
                None => {
                    self.stage = Stage::Index;
                    return Ok(true);
                }
            },
            Stage::Index => {
                self.stage = Stage::Manifest;
                let page = index::page(&self.title, self.made_at, &self.listed);
                Entry::bytes(INDEX, "text/html", "目录页", self.made_at, page)
            }
            Stage::Manifest => {
                self.stage = Stage::End;
                let list = index::manifest(&self.title, self.made_at, &self.listed);
                Entry::bytes(MANIFEST, "application/json", "清单", self.made_at, list)
            }
            Stage::End => {
                if let Some(zip) = self.zip.take() {
                    zip.finish().map_err(failed)?;
                    return Ok(true);
                }
                return Ok(false);
            }
        };
        self.begin_entry(next).await?;
        Ok(true)
    }

    async fn begin_entry(&mut self, entry: Entry) -> Result<(), ArchiveError> {
        let compressed = compressible(&entry.media_type);
        let method = if compressed {
            CompressionMethod::Deflated
        } else {
            CompressionMethod::Stored
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(dos_time(entry.modified))
            .unix_permissions(0o644)
            // Deflate makes what it cannot compress a little larger.
            .large_file(entry.size.is_none_or(|size| size > LARGE - LARGE / 1000));
        let blocks = (entry.open)().await.map_err(|source| ArchiveError::Read {
            path: entry.path.clone(),
            source,
        })?;
        self.zip()?
            .start_file(entry.path.as_str(), options)
            .map_err(failed)?;
        self.current = Some(Current {
            listed: Listed {
                path: entry.path,
                bytes: 0,
                sha256: String::new(),
                media_type: entry.media_type,
                title: entry.title,
            },
            sum: Sha256::new(),
            size: entry.size,
            hash: entry.hash,
            compressed,
            blocks,
            rest: Bytes::new(),
        });
        Ok(())
    }

    fn end_entry(&mut self) -> Result<(), ArchiveError> {
        let Some(mut current) = self.current.take() else {
            return Ok(());
        };
        current.listed.sha256 = hex::encode(current.sum.finalize());
        let other_size = current
            .size
            .is_some_and(|size| size != current.listed.bytes);
        let other_hash = current
            .hash
            .is_some_and(|hash| hash.as_str() != current.listed.sha256);
        if other_size || other_hash {
            return Err(ArchiveError::Damaged(current.listed.path));
        }
        self.listed.push(current.listed);
        Ok(())
    }

    fn zip(&mut self) -> Result<&mut ZipWriter<StreamWriter<Sink>>, ArchiveError> {
        self.zip
            .as_mut()
            .ok_or_else(|| ArchiveError::Zip("already ended".to_owned()))
    }
}

fn failed(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Zip(error.to_string())
}

/// Texts shrink; pictures, films and documents are compressed already.
fn compressible(media_type: &str) -> bool {
    let kind = media_type.split(';').next().unwrap_or(media_type).trim();
    kind.starts_with("text/")
        || kind.ends_with("+xml")
        || kind.ends_with("+json")
        || matches!(kind, "application/json" | "application/xml")
}

/// Wall time of Shanghai, as ZIP has no zone; 1980 when it lies before what ZIP can hold.
fn dos_time(instant: Timestamp) -> DateTime {
    let wall = instant.wall();
    let part = |value: u32| u8::try_from(value).unwrap_or(0);
    u16::try_from(wall.year())
        .ok()
        .and_then(|year| {
            DateTime::from_date_and_time(
                year,
                part(wall.month()),
                part(wall.day()),
                part(wall.hour()),
                part(wall.minute()),
                part(wall.second()),
            )
            .ok()
        })
        .unwrap_or_default()
}
