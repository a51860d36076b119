//! The folder behind the hashes.

use std::path::{Path, PathBuf};

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::FileHash;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio::io::AsyncWriteExt as _;

use crate::PhotoFacts;

/// Why a file could not be stored or read.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The disk refused.
    #[error("file store: {0}")]
    Io(#[from] std::io::Error),
    /// The content on disk is not what its name says.
    #[error("file {0} is damaged")]
    Damaged(String),
}

/// Facts of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// SHA-256 of the content, hex.
    pub hash: FileHash,
    /// Bytes.
    pub size: i64,
}

/// A local folder of immutable files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FileStore {
    root: PathBuf,
}

impl FileStore {
    /// Opens (and makes) the folder.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be made.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        std::fs::create_dir_all(root.join("tmp"))?;
        Ok(FileStore { root })
    }

    fn path(&self, hash: &FileHash) -> PathBuf {
        let name = hash.as_str();
        self.root.join(name.get(..2).unwrap_or("xx")).join(name)
    }

    fn derived_path(&self, hash: &FileHash, kind: &str) -> PathBuf {
        let name = hash.as_str();
        self.root
            .join("derived")
            .join(kind)
            .join(name.get(..2).unwrap_or("xx"))
            .join(name)
    }

    /// Stores content durably under its hash. Storing the same content twice is one file.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the disk refuses, a full disk included; nothing is left then.
    pub async fn put(&self, content: &[u8]) -> Result<StoredFile, StoreError> {
        let digest = hex::encode(Sha256::digest(content));
        let hash = FileHash::parse(&digest).ok_or_else(|| StoreError::Damaged(digest.clone()))?;
        let target = self.path(&hash);
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        let whole = tokio::fs::metadata(&target)
            .await
            .is_ok_and(|meta| meta.len() == content.len() as u64);
        if !whole {
            write_durably(&self.root.join("tmp"), &target, content).await?;
        }
        Ok(StoredFile { hash, size })
    }

    /// Stores something computed from a file (a thumbnail); may be lost and made again.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the disk refuses.
    pub async fn put_derived(
        &self,
        hash: &FileHash,
        kind: &str,
        content: &[u8],
    ) -> Result<(), StoreError> {
        write_durably(
            &self.root.join("tmp"),
            &self.derived_path(hash, kind),
            content,
        )
        .await
    }

    /// Content of a derived file, if it was made.
    ///
    /// # Errors
    /// [`StoreError::Io`] other than "not there".
    pub async fn read_derived(
        &self,
        hash: &FileHash,
        kind: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match tokio::fs::read(self.derived_path(hash, kind)).await {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Content of a file, checked against its hash.
    ///
    /// # Errors
    /// [`StoreError`] when it is missing or damaged.
    pub async fn read(&self, hash: &FileHash) -> Result<Vec<u8>, StoreError> {
        let content = tokio::fs::read(self.path(hash)).await?;
        if hex::encode(Sha256::digest(&content)) != hash.as_str() {
            return Err(StoreError::Damaged(hash.as_str().to_owned()));
        }
        Ok(content)
    }
}

/// Writes beside, syncs, then renames into place and syncs the folder: a power cut leaves the
/// whole file or none.
async fn write_durably(tmp: &Path, target: &Path, content: &[u8]) -> Result<(), StoreError> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let part = tmp.join(format!(
        "{}-{}.part",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    ));
    let folder = target.parent().unwrap_or(tmp);
    tokio::fs::create_dir_all(folder).await?;
    let written: Result<(), std::io::Error> = async {
        let mut file = tokio::fs::File::create(&part).await?;
        file.write_all(content).await?;
        file.sync_all().await?;
        tokio::fs::rename(&part, target).await?;
        tokio::fs::File::open(folder).await?.sync_all().await
    }
    .await;
    if let Err(error) = written {
        let _ = tokio::fs::remove_file(&part).await;
        return Err(error.into());
    }
    Ok(())
}

/// Names a stored photo in the database, in the caller's transaction.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn register(tx: &mut Tx, file: &StoredFile, facts: &PhotoFacts) -> Result<(), DbError> {
    let now = tx.wall_now();
    tx.run(
        sql("insert into stored_file (hash, size, mime, width, height, look, taken_at, place, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (hash) do nothing")
        .bind(file.hash.as_str())
        .bind(file.size)
        .bind(facts.mime)
        .bind(i64::from(facts.width))
        .bind(i64::from(facts.height))
        .bind(facts.look)
        .bind(facts.taken_at.clone())
        .bind(facts.place.clone())
        .bind(now),
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        std::fs::write(store.path(&file.hash), b"ab").unwrap();
        assert!(matches!(
            store.read(&file.hash).await,
            Err(StoreError::Damaged(_))
        ));
        store.put(b"abc").await.unwrap();
        assert_eq!(store.read(&file.hash).await.unwrap(), b"abc");
    }
}
