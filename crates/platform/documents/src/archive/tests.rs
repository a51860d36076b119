use std::collections::HashMap;
use std::io::{Cursor, Read as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chengzhi_kernel::Date;
use futures_util::TryStreamExt as _;
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, ZipArchive};

use super::*;

fn at() -> Timestamp {
    Timestamp::at(Date::from_ymd_opt(2024, 11, 25).unwrap(), 9, 30)
}

fn sha256(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

async fn whole(entries: Vec<Entry>) -> Result<Vec<u8>, ArchiveError> {
    let archive = Archive::new("第三期集中培训班", at(), entries)?;
    let blocks: Vec<Bytes> = archive.into_stream().try_collect().await?;
    Ok(blocks.concat())
}

fn unpack(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut file = archive.by_index(place).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// Checks every entry against the manifest and gives the data entries.
fn verified(zip: &[u8]) -> HashMap<String, Vec<u8>> {
    let files = unpack(zip);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[names.len() - 2..], [INDEX, MANIFEST]);
    let mut files: HashMap<String, Vec<u8>> = files.iter().cloned().collect();
    let manifest: Value = serde_json::from_slice(&files.remove(MANIFEST).unwrap()).unwrap();
    let listed = manifest["entries"].as_array().unwrap();
    assert_eq!(listed.len(), files.len());
    for entry in listed {
        let content = &files[entry["path"].as_str().unwrap()];
        assert_eq!(entry["bytes"], content.len());
        assert_eq!(entry["sha256"], sha256(content));
    }
    files.remove(INDEX).unwrap();
    files
}

#[tokio::test]
async fn a_zip_reader_finds_every_entry_and_the_manifest_confirms_it() {
    let photo: Vec<u8> = (0..300_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let blocks = photo
        .chunks(1000)
        .map(Bytes::copy_from_slice)
        .collect::<Vec<_>>();
    let entries = vec![
        Entry::bytes(
            "成绩.csv",
            "text/csv; charset=utf-8",
            "成绩",
            at(),
            "姓名,成绩\n".repeat(5000),
        ),
        Entry::new(
            "照片/01 开班式.jpg",
            "image/jpeg",
            "开班式全景",
            at(),
            move || async move { Ok(streams::iter(blocks.into_iter().map(Ok)).boxed()) },
        )
        .sized(300_000)
        .hashed(FileHash::parse(&sha256(&photo)).unwrap()),
        Entry::bytes("空.txt", "text/plain", "空文件", at(), ""),
    ];
    let zip = whole(entries).await.unwrap();
    let files = verified(&zip);
    assert_eq!(files.len(), 3);
    assert_eq!(files["照片/01 开班式.jpg"], photo);
    assert_eq!(files["空.txt"], b"");

    let mut archive = ZipArchive::new(Cursor::new(&zip)).unwrap();
    let text = archive.by_name("成绩.csv").unwrap();
    assert_eq!(text.compression(), CompressionMethod::Deflated);
    assert!(text.compressed_size() < text.size() / 20);
    let modified = text.last_modified().unwrap();
    assert_eq!(
        (modified.year(), modified.day(), modified.hour()),
        (2024, 25, 9)
    );
    drop(text);
    let photo = archive.by_name("照片/01 开班式.jpg").unwrap();
    assert_eq!(photo.compression(), CompressionMethod::Stored);
}

#[tokio::test]
async fn the_page_links_to_each_file_without_script() {
    let zip = whole(vec![Entry::bytes(
        "照片/a.jpg",
        "image/jpeg",
        "全景",
        at(),
        "x",
    )])
    .await
    .unwrap();
    let (_, page) = unpack(&zip)
        .into_iter()
        .find(|(name, _)| name == INDEX)
        .unwrap();
    let page = String::from_utf8(page).unwrap();
    for part in [
        "第三期集中培训班",
        "2024年11月25日",
        "全景",
        "./%E7%85%A7%E7%89%87/a.jpg",
        MANIFEST,
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script") && !page.contains("http"));
}

#[tokio::test]
async fn the_same_entries_give_the_same_archive() {
    let make = || {
        vec![Entry::bytes(
            "a.txt",
            "text/plain",
            "",
            at(),
            "甲".repeat(1000),
        )]
    };
    assert_eq!(whole(make()).await.unwrap(), whole(make()).await.unwrap());
}

#[tokio::test]
async fn an_empty_archive_still_has_its_page() {
    assert!(verified(&whole(Vec::new()).await.unwrap()).is_empty());
}

#[tokio::test]
async fn damaged_unreadable_and_shortened_entries_break_the_archive_off() {
    let other = FileHash::parse(&sha256(b"other")).unwrap();
    let fails = || async { Err(io::Error::from(io::ErrorKind::NotFound)) };
    let breaks = || async {
        let parts = vec![Ok(Bytes::from("x")), Err(io::Error::other("disk"))];
        Ok(streams::iter(parts).boxed())
    };
    for (entry, said) in [
        (
            Entry::bytes("a", "image/png", "", at(), "x").hashed(other),
            "与登记的不一致",
        ),
        (
            Entry::bytes("a", "image/png", "", at(), "x").sized(2),
            "与登记的不一致",
        ),
        (Entry::new("a", "image/png", "", at(), fails), "读取 a 失败"),
        (
            Entry::new("a", "image/png", "", at(), breaks),
            "读取 a 失败",
        ),
    ] {
        let archive = Archive::new("班", at(), vec![entry]).unwrap();
        let mut stream = archive.into_stream();
        let mut sent = Vec::new();
        let error = loop {
            match stream.next().await.unwrap() {
                Ok(block) => sent.extend_from_slice(&block),
                Err(error) => break error.to_string(),
            }
        };
        assert!(error.contains(said), "{error}");
        assert!(ZipArchive::new(Cursor::new(sent)).is_err());
    }
}

#[tokio::test]
async fn an_entry_is_opened_when_its_turn_comes_and_read_as_fast_as_it_is_taken() {
    let opened = Arc::new(AtomicUsize::new(0));
    let read = Arc::new(AtomicUsize::new(0));
    let entry = |name: &str| {
        let (opened, read) = (Arc::clone(&opened), Arc::clone(&read));
        Entry::new(name, "video/mp4", "", at(), move || async move {
            opened.fetch_add(1, Ordering::SeqCst);
            let block = Bytes::from(vec![7_u8; 256 * 1024]);
            let blocks = streams::iter(0..40).map(move |_| {
                read.fetch_add(1, Ordering::SeqCst);
                Ok(block.clone())
            });
            Ok(blocks.boxed())
        })
    };
    let archive = Archive::new("班", at(), vec![entry("a.mp4"), entry("b.mp4")]).unwrap();
    let mut stream = archive.into_stream();
    assert_eq!(opened.load(Ordering::SeqCst), 0);
    let first = stream.next().await.unwrap().unwrap();
    assert!(first.len() < 512 * 1024);
    assert_eq!(opened.load(Ordering::SeqCst), 1);
    assert!(read.load(Ordering::SeqCst) <= 2);
    let rest: Vec<Bytes> = stream.try_collect().await.unwrap();
    assert!(rest.iter().all(|block| block.len() < 512 * 1024));
    assert_eq!(opened.load(Ordering::SeqCst), 2);
    let sum: usize = first.len() + rest.iter().map(Bytes::len).sum::<usize>();
    assert!(sum > 80 * 256 * 1024);
}

#[tokio::test]
async fn a_reader_becomes_blocks() {
    let content: Vec<u8> = (0..200_000_u32).map(|n| (n % 253) as u8).collect();
    let reader = Cursor::new(content.clone());
    let entry = Entry::new(
        "a.bin",
        "application/octet-stream",
        "",
        at(),
        move || async move { Ok(read_blocks(reader)) },
    );
    let files = verified(&whole(vec![entry]).await.unwrap());
    assert_eq!(files["a.bin"], content);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_contents_come_back(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..5000), 0..6)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let kinds = ["text/plain", "image/jpeg"];
        let entries = contents
            .iter()
            .enumerate()
            .map(|(n, content)| Entry::bytes(format!("件{n}"), kinds[n % 2], "", at(), content.clone()))
            .collect();
        let files = verified(&runtime.block_on(whole(entries)).unwrap());
        for (n, content) in contents.iter().enumerate() {
            prop_assert_eq!(&files[&format!("件{n}")], content);
        }
    }
}
