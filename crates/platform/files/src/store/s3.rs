//! The store on an S3-compatible server.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use chengzhi_kernel::FileHash;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as ObjectPath;
use object_store::{
    ClientOptions, GetOptions, GetRange, ObjectMeta, ObjectStore as _, ObjectStoreExt as _,
    PutPayload, WriteMultipart,
};
use tokio::io::AsyncReadExt as _;

use super::StoreError;
use super::key::{ContentKey, Found};

/// Part of a multipart upload: 5 MiB at least and 10,000 parts at most, so 16 MiB reach 160 GB.
const PART: usize = 16 * 1024 * 1024;
/// Parts under way at once: bounds the memory of one film to 64 MiB.
const PARTS_AT_ONCE: usize = 4;
/// A content stored longer ago is stored again: whoever looks for forgotten contents goes by age.
const FRESH: Duration = Duration::from_secs(12 * 3600);

/// How an S3-compatible server is reached.
#[derive(Clone)]
pub struct S3Settings {
    /// `https://…`; without it Amazon's own.
    pub endpoint: Option<String>,
    /// Bucket, made beforehand.
    pub bucket: String,
    /// Region, `us-east-1` where the server knows none.
    pub region: String,
    /// Key id.
    pub access_key: String,
    /// Secret key.
    pub secret_key: String,
    /// Allows `http://`: for a server on the same closed network only.
    pub allow_http: bool,
}

impl std::fmt::Debug for S3Settings {
    /// Without the keys: settings end up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Settings")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .field("allow_http", &self.allow_http)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone)]
pub(super) struct S3 {
    bucket: Arc<AmazonS3>,
    scratch: PathBuf,
}

impl S3 {
    pub(super) fn open(settings: &S3Settings, scratch: PathBuf) -> Result<Self, StoreError> {
        // The client asks for the process's provider; ours is ring, as everywhere. A second call
        // leaves the first one in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.access_key)
            .with_secret_access_key(&settings.secret_key)
            .with_client_options(
                ClientOptions::new()
                    .with_allow_http(settings.allow_http)
                    .with_connect_timeout(Duration::from_secs(10))
                    // A film's part on a slow line; the whole has no limit.
                    .with_timeout(Duration::from_secs(300)),
            );
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let bucket = builder
            .build()
            .map_err(|error| StoreError::Settings(error.to_string()))?;
        std::fs::create_dir_all(&scratch)?;
        Ok(S3 {
            bucket: Arc::new(bucket),
            scratch,
        })
    }

    fn path(key: &ContentKey) -> ObjectPath {
        ObjectPath::from(key.path())
    }

    /// A name for a local copy that nobody else uses.
    pub(super) fn scratch_path(&self, key: &ContentKey) -> PathBuf {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        self.scratch.join(format!(
            "{}-{}-{}.copy",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed),
            key.hash
        ))
    }

    pub(super) fn clear_scratch(&self, age: Duration, now: SystemTime) -> io::Result<usize> {
        let mut removed = 0;
        for entry in std::fs::read_dir(&self.scratch)? {
            let entry = entry?;
            let touched = entry.metadata()?.modified()?;
            let copy = entry.path().extension().is_some_and(|end| end == "copy");
            if copy
                && now
                    .duration_since(touched)
                    .is_ok_and(|passed| passed >= age)
            {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    pub(super) async fn facts(&self, key: &ContentKey) -> Result<Option<ObjectMeta>, StoreError> {
        match self.bucket.head(&Self::path(key)).await {
            Ok(facts) => Ok(Some(facts)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn is_fresh(
        &self,
        key: &ContentKey,
        size: u64,
        now: SystemTime,
    ) -> Result<bool, StoreError> {
        let Some(facts) = self.facts(key).await? else {
            return Ok(false);
        };
        let stored = SystemTime::from(facts.last_modified);
        let young = now.duration_since(stored).map_or(true, |age| age < FRESH);
        Ok(facts.size == size && young)
    }

    pub(super) async fn put(&self, key: &ContentKey, content: &[u8]) -> Result<(), StoreError> {
        let payload = PutPayload::from_bytes(Bytes::copy_from_slice(content));
        self.bucket.put(&Self::path(key), payload).await?;
        Ok(())
    }

    /// Stores a file in parts. The server names it when all parts are there, so a broken transfer
    /// leaves nothing under the name.
    pub(super) async fn put_file(&self, key: &ContentKey, from: &Path) -> Result<(), StoreError> {
        let mut file = tokio::fs::File::open(from).await?;
        if file.metadata().await?.len() <= PART as u64 {
            let mut content = Vec::new();
            file.read_to_end(&mut content).await?;
            return self.put(key, &content).await;
        }
        let upload = self.bucket.put_multipart(&Self::path(key)).await?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
        let sent: Result<(), StoreError> = async {
            loop {
                writer.wait_for_capacity(PARTS_AT_ONCE).await?;
                let mut part = BytesMut::with_capacity(PART);
                while part.len() < PART && file.read_buf(&mut part).await? > 0 {}
                if part.is_empty() {
                    return Ok(());
                }
                writer.put(part.freeze());
            }
        }
        .await;
        match sent {
            Ok(()) => {
                writer.finish().await?;
                Ok(())
            }
            Err(error) => {
                if let Err(second) = writer.abort().await {
                    tracing::warn!(error = %second, "a broken transfer could not be cleared away");
                }
                Err(error)
            }
        }
    }

    pub(super) async fn read(&self, key: &ContentKey) -> Result<Option<Vec<u8>>, StoreError> {
        match self.bucket.get(&Self::path(key)).await {
            Ok(found) => Ok(Some(found.bytes().await?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn stream(
        &self,
        key: &ContentKey,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, StoreError> {
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let found = self.bucket.get_opts(&Self::path(key), options).await?;
        Ok(found.into_stream().map_err(io::Error::other).boxed())
    }

    pub(super) async fn remove(&self, key: &ContentKey) -> Result<bool, StoreError> {
        let there = self.facts(key).await?.is_some();
        match self.bucket.delete(&Self::path(key)).await {
            Ok(()) => Ok(there),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn shelf(&self, shelf: u8) -> Result<Vec<Found>, StoreError> {
        let prefix = ObjectPath::from(format!("{shelf:02x}"));
        let mut found = Vec::new();
        let mut listed = self.bucket.list(Some(&prefix));
        while let Some(facts) = listed.try_next().await? {
            let Some(hash) = facts.location.filename().and_then(FileHash::parse) else {
                continue;
            };
            found.push(Found {
                hash,
                size: facts.size,
                modified_micros: facts.last_modified.timestamp_micros(),
            });
        }
        Ok(found)
    }
}
