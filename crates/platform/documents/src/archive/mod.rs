//! Archives that explain themselves: a ZIP of data entries, then `index.html`, a page that opens
//! without this system, then `manifest.json` with size and SHA-256 of every entry.
//!
//! An archive is a stream. Each entry is opened when its turn comes and read block by block, so
//! memory does not depend on the size of entries, and a slow reader slows the writer down.

mod index;
mod names;
mod stream;

use std::io;

use bytes::Bytes;
use chengzhi_kernel::{FileHash, Timestamp};
use futures_util::future::BoxFuture;
use futures_util::stream::{self as streams, BoxStream, StreamExt as _};
use serde::Serialize;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt as _};

pub use names::safe_name;

/// The page that shows what is inside.
pub const INDEX: &str = "index.html";
/// The list of all entries with their hashes; the last entry, so it does not list itself.
pub const MANIFEST: &str = "manifest.json";
/// The media type of an archive.
pub const MEDIA_TYPE: &str = "application/zip";

/// Bytes read at once from an [`AsyncRead`].
const BLOCK: usize = 64 * 1024;

/// Why an archive cannot be made, or broke off.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// A path that could leave the folder it is unpacked to, or that some system cannot store.
    #[error("归档文件名不能使用：{path}（{reason}）")]
    Name {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two entries that are one file on a system that ignores case, or a file where another entry
    /// needs a folder.
    #[error("归档中有重复的文件名：{0}")]
    Duplicate(String),
    /// An entry could not be read.
    #[error("归档时读取 {path} 失败：{source}")]
    Read {
        /// The entry's path.
        path: String,
        /// What the store said.
        source: io::Error,
    },
    /// An entry is not what its hash or size says.
    #[error("归档时发现 {0} 的内容与登记的不一致，归档已中止")]
    Damaged(String),
    /// The ZIP format does not hold it.
    #[error("归档写入失败：{0}")]
    Zip(String),
}

/// The blocks of an entry.
pub type Blocks = BoxStream<'static, io::Result<Bytes>>;
type Open = Box<dyn FnOnce() -> BoxFuture<'static, io::Result<Blocks>> + Send>;

/// A file of an archive.
pub struct Entry {
    path: String,
    media_type: String,
    title: String,
    modified: Timestamp,
    size: Option<u64>,
    hash: Option<FileHash>,
    open: Open,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("path", &self.path)
            .field("media_type", &self.media_type)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Entry {
    /// An entry whose blocks `open` gives when its turn comes. `path` uses `/` between folders;
    /// build it from [`safe_name`]s where people named things. `title` says in the index what it
    /// is; `modified` is the time that the unpacked file shows.
    pub fn new<O, F>(
        path: impl Into<String>,
        media_type: impl Into<String>,
        title: impl Into<String>,
        modified: Timestamp,
        open: O,
    ) -> Self
    where
        O: FnOnce() -> F + Send + 'static,
        F: Future<Output = io::Result<Blocks>> + Send + 'static,
    {
        Entry {
            path: path.into(),
            media_type: media_type.into(),
            title: title.into(),
            modified,
            size: None,
            hash: None,
            open: Box::new(move || Box::pin(open())),
        }
    }

    /// An entry whose content is at hand.
    pub fn bytes(
        path: impl Into<String>,
        media_type: impl Into<String>,
        title: impl Into<String>,
        modified: Timestamp,
        content: impl Into<Bytes>,
    ) -> Self {
        let content = content.into();
        let size = content.len() as u64;
        Entry::new(path, media_type, title, modified, move || async move {
            Ok(streams::once(async move { Ok(content) }).boxed())
        })
        .sized(size)
    }

    /// Says how many bytes there are. Checked while streaming; without it every tool must know the
    /// 64-bit form of ZIP to unpack this entry.
    #[must_use]
    pub fn sized(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// Says which SHA-256 the content has. Checked while streaming: a damaged file breaks the
    /// archive off instead of going into it.
    #[must_use]
    pub fn hashed(mut self, hash: FileHash) -> Self {
        self.hash = Some(hash);
        self
    }
}

/// What the manifest says about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Listed {
    path: String,
    bytes: u64,
    sha256: String,
    media_type: String,
    title: String,
}

/// An archive to be streamed.
#[derive(Debug)]
pub struct Archive {
    title: String,
    made_at: Timestamp,
    entries: Vec<Entry>,
}

impl Archive {
    /// An archive of these entries, in this order. `title` heads the index.
    ///
    /// # Errors
    /// [`ArchiveError::Name`] and [`ArchiveError::Duplicate`]; nothing is opened then.
    pub fn new(
        title: impl Into<String>,
        made_at: Timestamp,
        entries: Vec<Entry>,
    ) -> Result<Self, ArchiveError> {
        names::check(entries.iter().map(|entry| entry.path.as_str()))?;
        Ok(Archive {
            title: title.into(),
            made_at,
            entries,
        })
    }

    /// The archive's bytes. An error ends the stream; what was sent until then is no whole archive
    /// and does not open as one.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes, ArchiveError>> {
        stream::blocks(self)
    }
}

/// The blocks of a reader.
pub fn read_blocks(reader: impl AsyncRead + Send + Unpin + 'static) -> Blocks {
    streams::try_unfold(reader, |mut reader| async move {
        let mut block = bytes::BytesMut::with_capacity(BLOCK);
        let read = reader.read_buf(&mut block).await?;
        Ok((read > 0).then(|| (block.freeze(), reader)))
    })
    .boxed()
}

#[cfg(test)]
mod tests;
