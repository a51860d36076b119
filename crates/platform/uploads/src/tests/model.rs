//! Whatever a sender and the network do, in whatever order: the offset is always that of a simple
//! model, and the file that comes out is the one that was sent.

use axum::body::Body;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chengzhi_files::Checksum;
use chengzhi_testkit::{TestDb, both_engines};
use futures_util::{StreamExt as _, stream};

use super::world::*;
use crate::Uploads;

const LENGTH: usize = 2_500_000;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

fn checksum(bytes: &[u8]) -> String {
    let mut sum = Checksum::sha256();
    sum.update(bytes);
    format!("sha256 {}", STANDARD.encode(sum.finish()))
}

/// A body that ends with an error after `bytes`.
fn broken(bytes: &[u8]) -> Body {
    let pieces: Vec<_> = bytes
        .chunks(70_000)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let error = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(stream::iter(pieces).chain(stream::iter([Err(error)])))
}

async fn play(world: &mut World, seed: u64) {
    let mut dice = Dice(seed);
    let bytes = film(LENGTH, seed as u8);
    let path = world.create(LENGTH as u64).await;
    let mut at = 0;
    let mut steps = Vec::new();
    while at < LENGTH {
        let end = (at + 1 + dice.below(400_000)).min(LENGTH);
        let part = &bytes[at..end];
        let sum = checksum(part);
        let checked = [("upload-checksum", sum.as_str())];
        let step = dice.below(8);
        steps.push(step);
        let status = match step {
            0 | 1 => {
                let status = world.patch(&path, at as u64, part).await.status;
                at = end;
                status
            }
            2 | 3 => {
                let body = Body::from(part.to_vec());
                let reply = world.patch_with(&path, at as u64, &checked, body).await;
                at = end;
                reply.status
            }
            4 => {
                // One byte is wrong on the way.
                let mut wrong = part.to_vec();
                wrong[part.len() / 2] ^= 1;
                let reply = world
                    .patch_with(&path, at as u64, &checked, Body::from(wrong))
                    .await;
                assert_eq!(reply.code(), "upload.checksum", "{seed} {steps:?}");
                StatusCode::NO_CONTENT
            }
            5 => {
                // The line breaks; what came without a checksum stays.
                let half = part.len() / 2;
                world
                    .patch_with(&path, at as u64, &[], broken(&part[..half]))
                    .await;
                at += half;
                StatusCode::NO_CONTENT
            }
            6 => {
                world
                    .patch_with(&path, at as u64, &checked, broken(&part[..part.len() / 2]))
                    .await;
                StatusCode::NO_CONTENT
            }
            _ => {
                // The server begins anew and remembers only what is on disk.
                let service = Uploads::new(world.folder.path().join("spool"), settings())
                    .policy(world.film.clone());
                world.serve_by(service);
                let wrong = at as u64 + 1;
                let reply = world.patch(&path, wrong, b"x").await;
                assert_eq!(reply.code(), "upload.offset", "{seed} {steps:?}");
                StatusCode::NO_CONTENT
            }
        };
        assert_eq!(status, StatusCode::NO_CONTENT, "{seed} {steps:?}");
        assert_eq!(world.offset(&path).await, at as u64, "{seed} {steps:?}");
    }
    let shown = world.get("reporter", &path).await.json();
    assert_eq!(
        shown["hash"],
        chengzhi_db::digest(&bytes),
        "{seed} {steps:?}"
    );
}

both_engines!(
    no_order_of_parts_errors_and_restarts_harms_a_film,
    |t: TestDb| async move {
        let mut world = world(t).await;
        for seed in 1..=4 {
            play(&mut world, seed).await;
        }
    }
);
