//! The store behind the hashes: a local folder, or any S3-compatible server.

mod folder;
mod key;
mod s3;

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chengzhi_kernel::{FileHash, Timestamp};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

use crate::durable::blocking;
use folder::Folder;
use s3::S3;

pub use key::{ContentKey, Found};
pub use s3::S3Settings;

/// Bytes handed on at once while a content is read.
const BLOCK: usize = 256 * 1024;

/// Why a file could not be stored or read.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The disk refused.
    #[error("file store: {0}")]
    Io(#[from] io::Error),
    /// The content on disk is not what its name says.
    #[error("file {0} is damaged")]
    Damaged(String),
    /// The S3 server refused or was not reached.
    #[error("object store: {0}")]
    Object(#[from] object_store::Error),
    /// The settings of the S3 server cannot be used.
    #[error("object store settings: {0}")]
    Settings(String),
}

/// Facts of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// SHA-256 of the content, hex.
    pub hash: FileHash,
    /// Bytes.
    pub size: i64,
}

/// A store of immutable files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FileStore {
    backend: Backend,
}

#[derive(Debug, Clone)]
enum Backend {
    Folder(Folder),
    S3(S3),
}

/// A content as a file on this machine; a copy made for it is removed when this is dropped.
#[derive(Debug)]
pub struct LocalCopy {
    path: PathBuf,
    temporary: bool,
}

impl LocalCopy {
    /// Where it is. Read only.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for LocalCopy {
    fn drop(&mut self) {
        if self.temporary {
            // What stays behind here is cleared away with the other old parts.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl FileStore {
    /// Opens (and makes) a local folder.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be made.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Ok(FileStore {
            backend: Backend::Folder(Folder::open(root.into())?),
        })
    }

    /// Opens an S3-compatible store; nothing is sent yet. `scratch` is a local folder for copies
    /// that programs need as files.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when the address or the keys cannot be used.
    pub fn open_s3(settings: &S3Settings, scratch: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Ok(FileStore {
            backend: Backend::S3(S3::open(settings, scratch.into())?),
        })
    }

    /// The local folder, if the store is one: its disk is the one that fills.
    #[must_use]
    pub fn local_root(&self) -> Option<&Path> {
        match &self.backend {
            Backend::Folder(folder) => Some(folder.root()),
            Backend::S3(_) => None,
        }
    }

    /// Stores content durably under its hash. Storing the same content twice is one file.
    ///
    /// # Errors
    /// [`StoreError`] when the store refuses, a full disk included; nothing is left then.
    pub async fn put(&self, content: &[u8]) -> Result<StoredFile, StoreError> {
        let digest = hex::encode(Sha256::digest(content));
        let hash = FileHash::parse(&digest).ok_or_else(|| StoreError::Damaged(digest.clone()))?;
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        let key = ContentKey::original(&hash);
        if !self.renew(&key, content.len() as u64).await? {
            self.write(&key, content).await?;
        }
        Ok(StoredFile { hash, size })
    }

    /// Takes over a whole file whose hash is known, for instance an upload; `from` stays. Doing it
    /// twice is doing it once.
    ///
    /// # Errors
    /// [`StoreError`] when the store refuses.
    pub async fn adopt(&self, key: &ContentKey, from: &Path) -> Result<(), StoreError> {
        let size = tokio::fs::metadata(from).await?.len();
        if self.renew(key, size).await? {
            return Ok(());
        }
        match &self.backend {
            Backend::Folder(folder) => {
                let (folder, key, from) = (folder.clone(), key.clone(), from.to_owned());
                Ok(blocking(move || folder.adopt(&key, &from)).await?)
            }
            Backend::S3(s3) => s3.put_file(key, from).await,
        }
    }

    /// Stores something computed from a file (a thumbnail); may be lost and made again.
    ///
    /// # Errors
    /// [`StoreError`] when the store refuses.
    pub async fn put_derived(
        &self,
        hash: &FileHash,
        kind: &str,
        content: &[u8],
    ) -> Result<(), StoreError> {
        self.write(&ContentKey::derived(hash, kind), content).await
    }

    /// Content of a derived file, if it was made.
    ///
    /// # Errors
    /// [`StoreError`] other than "not there".
    pub async fn read_derived(
        &self,
        hash: &FileHash,
        kind: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_whole(&ContentKey::derived(hash, kind)).await
    }

    /// Content of a file, checked against its hash. For what fits into memory.
    ///
    /// # Errors
    /// [`StoreError`] when it is missing or damaged.
    pub async fn read(&self, hash: &FileHash) -> Result<Vec<u8>, StoreError> {
        let content = self
            .read_whole(&ContentKey::original(hash))
            .await?
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        if hex::encode(Sha256::digest(&content)) != hash.as_str() {
            return Err(StoreError::Damaged(hash.as_str().to_owned()));
        }
        Ok(content)
    }

    /// Bytes of a content, none when it is not there.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn size(&self, key: &ContentKey) -> Result<Option<u64>, StoreError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let (folder, key) = (folder.clone(), key.clone());
                Ok(blocking(move || folder.size(&key)).await?)
            }
            Backend::S3(s3) => Ok(s3.facts(key).await?.map(|facts| facts.size)),
        }
    }

    /// A stretch of a content, piece by piece: memory does not grow with its length.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be opened; the stream ends with an error when reading fails.
    pub async fn stream(
        &self,
        key: &ContentKey,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, StoreError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let mut file = tokio::fs::File::open(folder.path(key)).await?;
                file.seek(io::SeekFrom::Start(range.start)).await?;
                let left = range.end.saturating_sub(range.start);
                Ok(pieces(file, left).boxed())
            }
            Backend::S3(s3) => s3.stream(key, range).await,
        }
    }

    /// The content as a file on this machine, for programs that want one (ffmpeg).
    ///
    /// # Errors
    /// [`StoreError`] when it is missing or cannot be fetched.
    pub async fn local_copy(&self, key: &ContentKey) -> Result<LocalCopy, StoreError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let path = folder.path(key);
                tokio::fs::metadata(&path).await?;
                Ok(LocalCopy {
                    path,
                    temporary: false,
                })
            }
            Backend::S3(s3) => {
                let copy = LocalCopy {
                    path: s3.scratch_path(key),
                    temporary: true,
                };
                let mut file = tokio::fs::File::create(copy.path()).await?;
                let size = s3.facts(key).await?.map_or(0, |facts| facts.size);
                let mut stream = s3.stream(key, 0..size).await?;
                while let Some(piece) = stream.try_next().await? {
                    file.write_all(&piece).await?;
                }
                file.flush().await?;
                Ok(copy)
            }
        }
    }

    /// Removes a content; true when it was there. Who calls it has made sure that nothing names it.
    ///
    /// # Errors
    /// [`StoreError`] when the store refuses.
    pub async fn remove(&self, key: &ContentKey) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let (folder, key) = (folder.clone(), key.clone());
                Ok(blocking(move || folder.remove(&key)).await?)
            }
            Backend::S3(s3) => s3.remove(key).await,
        }
    }

    /// The originals on one of 256 shelves (the hash's first byte), to look for forgotten ones.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn shelf(&self, shelf: u8) -> Result<Vec<Found>, StoreError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let folder = folder.clone();
                Ok(blocking(move || folder.shelf(shelf)).await?)
            }
            Backend::S3(s3) => s3.shelf(shelf).await,
        }
    }

    /// Removes parts and copies that a killed process left, older than `age`.
    ///
    /// # Errors
    /// [`StoreError::Io`] from the disk.
    pub async fn clear_parts(&self, age: Duration) -> Result<usize, StoreError> {
        let now = machine_now();
        match &self.backend {
            Backend::Folder(folder) => {
                let folder = folder.clone();
                Ok(blocking(move || folder.clear_parts(age, now)).await?)
            }
            Backend::S3(s3) => {
                let s3 = s3.clone();
                Ok(blocking(move || s3.clear_scratch(age, now)).await?)
            }
        }
    }

    /// True when the content is there already, and its time was renewed.
    async fn renew(&self, key: &ContentKey, size: u64) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let (folder, key, now) = (folder.clone(), key.clone(), machine_now());
                Ok(blocking(move || folder.renew(&key, size, now)).await?)
            }
            Backend::S3(s3) => s3.is_fresh(key, size, machine_now()).await,
        }
    }

    async fn write(&self, key: &ContentKey, content: &[u8]) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Folder(folder) => {
                let (folder, key, content) = (folder.clone(), key.clone(), content.to_vec());
                Ok(blocking(move || folder.write(&key, &content)).await?)
            }
            Backend::S3(s3) => s3.put(key, content).await,
        }
    }

    async fn read_whole(&self, key: &ContentKey) -> Result<Option<Vec<u8>>, StoreError> {
        match &self.backend {
            Backend::Folder(folder) => match tokio::fs::read(folder.path(key)).await {
                Ok(content) => Ok(Some(content)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            },
            Backend::S3(s3) => s3.read(key).await,
        }
    }
}

/// The machine's time as files carry it; the business clock has no say over a disk.
#[expect(
    clippy::disallowed_methods,
    reason = "compared with the times of files, which the machine's clock writes"
)]
fn machine_now() -> SystemTime {
    SystemTime::now()
}

/// The machine's time for what is compared with [`Found::modified_micros`].
#[must_use]
pub fn machine_instant() -> Timestamp {
    let since_1970 = machine_now().duration_since(SystemTime::UNIX_EPOCH);
    let micros = since_1970.map_or(0, |passed| passed.as_micros());
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

fn pieces(
    file: tokio::fs::File,
    left: u64,
) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static {
    futures_util::stream::try_unfold((file, left), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let wanted = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        let mut piece = vec![0; wanted];
        let read = file.read(&mut piece).await?;
        if read == 0 {
            // Shorter than promised: end with an error, so that nobody takes it for the whole.
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        piece.truncate(read);
        Ok(Some((Bytes::from(piece), (file, left - read as u64))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(store: &FileStore, hash: &FileHash) -> PathBuf {
        store
            .local_root()
            .unwrap()
            .join(ContentKey::original(hash).path())
    }

    #[tokio::test]
    async fn same_content_is_one_file_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path()).unwrap();
        let first = store.put(b"abc").await.unwrap();
        let second = store.put(b"abc").await.unwrap();
        assert_eq!(first, second);
        assert_eq!(store.read(&first.hash).await.unwrap(), b"abc");
    }

    #[tokio::test]
    async fn a_damaged_file_is_noticed_and_healed_by_storing_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path()).unwrap();
        let file = store.put(b"abc").await.unwrap();
        std::fs::write(path(&store, &file.hash), b"ab").unwrap();
        assert!(matches!(
            store.read(&file.hash).await,
            Err(StoreError::Damaged(_))
        ));
        store.put(b"abc").await.unwrap();
        assert_eq!(store.read(&file.hash).await.unwrap(), b"abc");
    }

    #[tokio::test]
    async fn adopting_twice_is_adopting_once_and_leaves_the_source() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path().join("files")).unwrap();
        let source = folder.path().join("film");
        std::fs::write(&source, b"abc").unwrap();
        let hash = FileHash::parse(&hex::encode(Sha256::digest(b"abc"))).unwrap();
        let key = ContentKey::original(&hash);
        for _ in 0..2 {
            store.adopt(&key, &source).await.unwrap();
            assert_eq!(store.read(&hash).await.unwrap(), b"abc");
            assert_eq!(std::fs::read(&source).unwrap(), b"abc");
        }
        let tmp = std::fs::read_dir(folder.path().join("files/tmp")).unwrap();
        assert_eq!(tmp.count(), 0, "no part is left");
        let shelf = u8::from_str_radix(&hash.as_str()[..2], 16).unwrap();
        assert_eq!(store.shelf(shelf).await.unwrap().len(), 1);
        assert!(store.remove(&key).await.unwrap());
        assert!(!store.remove(&key).await.unwrap());
        assert_eq!(store.size(&key).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_stretch_is_streamed_and_a_short_file_ends_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path()).unwrap();
        let content: Vec<u8> = (0..BLOCK * 2 + 5).map(|n| (n % 251) as u8).collect();
        let key = ContentKey::original(&store.put(&content).await.unwrap().hash);
        for range in [0..3, 100..BLOCK as u64 + 100, 7..content.len() as u64] {
            let stream = store.stream(&key, range.clone()).await.unwrap();
            let got: Vec<u8> = stream.try_collect::<Vec<_>>().await.unwrap().concat();
            assert_eq!(got, content[range.start as usize..range.end as usize]);
        }
        let stream = store
            .stream(&key, 0..content.len() as u64 + 1)
            .await
            .unwrap();
        assert!(stream.try_collect::<Vec<_>>().await.is_err());
    }
}
