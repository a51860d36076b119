//! How long documents take and how little memory an archive needs:
//! `cargo run --release -p chengzhi-documents --example bench_documents`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::time::Instant;

use bytes::Bytes;
use chengzhi_documents::archive::{Archive, Entry};
use chengzhi_documents::model::Certificate;
use chengzhi_documents::{Document, FontSource, Typesetter};
use futures_util::{StreamExt as _, stream};
use samples::made_at;

/// Photos of the archive and bytes of each: 300 MB.
const PHOTOS: usize = 100;
const BLOCKS: usize = 48;
const BLOCK: usize = 64 * 1024;

/// A line of /proc/self/status, in MB.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        / 1024
}

async fn archive() {
    let photo = |place: usize| {
        Entry::new(
            format!("照片/{place:03}.jpg"),
            "image/jpeg",
            "全景",
            made_at(),
            move || async move {
                let block = Bytes::from(vec![place as u8; BLOCK]);
                Ok(stream::iter(0..BLOCKS)
                    .map(move |_| Ok(block.clone()))
                    .boxed())
            },
        )
        .sized((BLOCKS * BLOCK) as u64)
    };
    let before = memory("VmRSS");
    let started = Instant::now();
    let mut archive = Archive::new("班级归档", made_at(), (0..PHOTOS).map(photo).collect())
        .unwrap()
        .into_stream();
    let mut sent = 0;
    let mut most = before;
    while let Some(block) = archive.next().await {
        sent += block.unwrap().len();
        most = most.max(memory("VmRSS"));
    }
    println!(
        "archive: {} MB in {} ms, resident {before} MB before, at most {most} MB",
        sent / 1_000_000,
        started.elapsed().as_millis()
    );
}

fn time(name: &str, rounds: u32, typesetter: &Typesetter, make: impl Fn(u32) -> Box<dyn Document>) {
    let mut took = Vec::new();
    let mut pages = 0;
    for round in 0..rounds {
        let document = make(round);
        let started = Instant::now();
        pages = typesetter.render(&*document, made_at()).unwrap().pages;
        took.push(started.elapsed().as_micros());
    }
    let first = took.first().copied().unwrap();
    took.sort_unstable();
    println!(
        "{name}: {pages} pages, first {:.1} ms, then median {:.1} ms, most {:.1} ms",
        first as f64 / 1000.0,
        took[took.len() / 2] as f64 / 1000.0,
        took.last().copied().unwrap() as f64 / 1000.0
    );
}

fn certificate(number: u32) -> Certificate {
    Certificate {
        name: format!("学员{number}"),
        check_url: format!("https://peixun.example.gov.cn/zs/{number:012x}"),
        ..samples::certificate()
    }
}

/// A class's certificates as they are downloaded: papers of forty, one after the other.
fn whole_class(typesetter: &Typesetter) {
    const CLASS: u32 = 490;
    const PART: usize = 40;
    let all: Vec<Certificate> = (0..CLASS).map(certificate).collect();
    let started = Instant::now();
    let mut first = None;
    let mut bytes = 0;
    for part in all.chunks(PART) {
        bytes += typesetter
            .render(&part.to_vec(), made_at())
            .unwrap()
            .bytes
            .len();
        first.get_or_insert_with(|| started.elapsed());
    }
    println!(
        "{CLASS} certificates in papers of {PART}: first {:.1} s, whole {:.1} s, {:.1} MB",
        first.unwrap().as_secs_f64(),
        started.elapsed().as_secs_f64(),
        bytes as f64 / 1e6
    );
}

fn main() {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(archive());
    let typesetter = Typesetter::new(FontSource::System);
    let before = memory("VmRSS");
    let started = Instant::now();
    typesetter.check().unwrap();
    println!("fonts listed in {} ms", started.elapsed().as_millis());
    time("certificate", 200, &typesetter, |n| {
        Box::new(certificate(n))
    });
    println!(
        "resident {before} MB before, {} MB after the certificates",
        memory("VmRSS")
    );
    time("40 certificates", 5, &typesetter, |n| {
        Box::new(
            (0..40)
                .map(|k| certificate(n * 100 + k))
                .collect::<Vec<_>>(),
        )
    });
    whole_class(&typesetter);
    time("class notice", 5, &typesetter, |_| {
        Box::new(samples::class_notice())
    });
    time("timetable", 5, &typesetter, |_| {
        Box::new(samples::timetable())
    });
    time("exam paper", 5, &typesetter, |_| {
        Box::new(samples::exam_paper(true))
    });
    time("sheet of 300", 5, &typesetter, |n| {
        Box::new(samples::attendance_sheet(300 + n as usize))
    });
    time("results of 2000", 2, &typesetter, |n| {
        Box::new(samples::score_list(2000 - n as usize))
    });
    println!(
        "resident {} MB, peak {} MB",
        memory("VmRSS"),
        memory("VmHWM")
    );
}
