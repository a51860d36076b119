//! The store on a real S3 server process. It comes from `CHENGZHI_TEST_S3`; without it the tests
//! fail, they are never skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use chengzhi_files::{ContentKey, FileStore, S3Settings, StoreError};
use chengzhi_kernel::FileHash;
use chengzhi_testkit::empty_bucket;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

fn settings(endpoint: String, bucket: String) -> S3Settings {
    S3Settings {
        endpoint: Some(endpoint),
        bucket,
        region: "us-east-1".to_owned(),
        access_key: "test".to_owned(),
        secret_key: "test".to_owned(),
        allow_http: true,
    }
}

/// A store over a bucket of its own.
fn store() -> (tempfile::TempDir, FileStore) {
    let (endpoint, bucket) = empty_bucket();
    let scratch = tempfile::tempdir().unwrap();
    let store = FileStore::open_s3(&settings(endpoint, bucket), scratch.path()).unwrap();
    (scratch, store)
}

#[tokio::test]
async fn photos_are_put_read_and_checked() {
    let (_scratch, store) = store();
    let first = store.put(b"a photo").await.unwrap();
    assert_eq!(store.put(b"a photo").await.unwrap(), first);
    assert_eq!(store.read(&first.hash).await.unwrap(), b"a photo");
    store
        .put_derived(&first.hash, "thumb", b"small")
        .await
        .unwrap();
    let thumb = store.read_derived(&first.hash, "thumb").await.unwrap();
    assert_eq!(thumb.as_deref(), Some(b"small".as_slice()));
    assert_eq!(
        store.read_derived(&first.hash, "other").await.unwrap(),
        None
    );
    let missing = FileHash::parse(&"0".repeat(64)).unwrap();
    assert!(store.read(&missing).await.is_err());
    assert!(store.local_root().is_none());
}

#[tokio::test]
async fn a_film_is_stored_in_parts_and_read_in_stretches() {
    let (scratch, store) = store();
    // More than one part, and a last one that is not full.
    let film: Vec<u8> = (0..40_000_003_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let source = scratch.path().join("film");
    std::fs::write(&source, &film).unwrap();
    let hash = FileHash::parse(&hex::encode(Sha256::digest(&film))).unwrap();
    let key = ContentKey::original(&hash);
    for _ in 0..2 {
        store.adopt(&key, &source).await.unwrap();
        assert_eq!(store.size(&key).await.unwrap(), Some(film.len() as u64));
    }
    for range in [0..1, 16_777_210..16_777_300, 39_999_000..40_000_003] {
        let stream = store.stream(&key, range.clone()).await.unwrap();
        let read = stream.try_collect::<Vec<_>>().await.unwrap().concat();
        assert_eq!(read, film[range.start as usize..range.end as usize]);
    }
    let copy = store.local_copy(&key).await.unwrap();
    let path = copy.path().to_owned();
    assert_eq!(std::fs::read(&path).unwrap(), film);
    drop(copy);
    assert!(!path.exists(), "the copy goes when it is no longer needed");
    let shelf = u8::from_str_radix(&hash.as_str()[..2], 16).unwrap();
    let found = store.shelf(shelf).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].hash, found[0].size), (&hash, film.len() as u64));
    assert!(store.remove(&key).await.unwrap());
    assert!(!store.remove(&key).await.unwrap());
    assert_eq!(store.size(&key).await.unwrap(), None);
}

#[tokio::test]
async fn copies_left_behind_are_cleared_away() {
    let (scratch, store) = store();
    std::fs::write(scratch.path().join("1-1-x.copy"), b"x").unwrap();
    std::fs::write(scratch.path().join("upload.part"), b"x").unwrap();
    assert_eq!(store.clear_parts(Duration::from_secs(60)).await.unwrap(), 0);
    assert_eq!(store.clear_parts(Duration::ZERO).await.unwrap(), 1);
    assert!(
        scratch.path().join("upload.part").exists(),
        "uploads are not its business"
    );
}

#[tokio::test]
async fn a_server_that_refuses_is_an_error_not_an_empty_store() {
    let (endpoint, _) = empty_bucket();
    let scratch = tempfile::tempdir().unwrap();
    let missing = settings(endpoint, "no-such-bucket".to_owned());
    let store = FileStore::open_s3(&missing, scratch.path()).unwrap();
    assert!(matches!(store.put(b"x").await, Err(StoreError::Object(_))));
}
