//! Parts of all sizes, with and without checksums, whole and broken off.

use axum::body::Body;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chengzhi_files::Checksum;
use chengzhi_testkit::{TestDb, both_engines};
use futures_util::{StreamExt as _, stream};

use super::world::*;

fn sum(name: &str, bytes: &[u8]) -> String {
    let mut sum = Checksum::named(name).unwrap();
    sum.update(bytes);
    format!("{name} {}", STANDARD.encode(sum.finish()))
}

/// A body in pieces that breaks off at its end.
fn broken(pieces: Vec<Vec<u8>>) -> Body {
    let whole = stream::iter(pieces).map(|piece| Ok(Bytes::from(piece)));
    let error = stream::iter([Err(std::io::Error::from(
        std::io::ErrorKind::ConnectionReset,
    ))]);
    Body::from_stream(whole.chain(error))
}

both_engines!(
    parts_of_any_size_make_the_same_file,
    |t: TestDb| async move {
        let world = world(t).await;
        for (seed, part) in [1_usize, 7, 30_000, 65_537, 1_500_000]
            .into_iter()
            .enumerate()
        {
            let length = if part < 10 { 300 } else { 1_500_000 };
            let bytes = film(length, seed as u8);
            let path = world.create(length as u64).await;
            let mut at = 0;
            for piece in bytes.chunks(part) {
                let reply = world.patch(&path, at, piece).await;
                at += piece.len() as u64;
                assert_eq!((reply.status, reply.offset()), (StatusCode::NO_CONTENT, at));
            }
            let shown = world.get("reporter", &path).await.json();
            assert_eq!(
                shown["hash"],
                chengzhi_db::digest(&bytes),
                "parts of {part}"
            );
        }
    }
);

both_engines!(
    a_body_of_a_hundred_thousand_tiny_pieces_is_one_part,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(1_000_000, 3);
        let path = world.create(1_000_000).await;
        let pieces: Vec<_> = bytes
            .chunks(10)
            .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
            .collect();
        let body = Body::from_stream(stream::iter(pieces));
        let reply = world.patch_with(&path, 0, &[], body).await;
        assert_eq!(reply.offset(), 1_000_000);
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
    }
);

both_engines!(
    parts_out_of_order_and_sent_twice_change_nothing,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(3000, 4);
        let path = world.create(3000).await;
        assert_eq!(
            world.patch(&path, 2000, &bytes[2000..]).await.status,
            StatusCode::CONFLICT
        );
        assert_eq!(world.patch(&path, 0, &bytes[..1000]).await.offset(), 1000);
        let twice = world.patch(&path, 0, &bytes[..1000]).await;
        assert_eq!(twice.code(), "upload.offset");
        assert!(twice.detail().contains("1000"), "{}", twice.detail());
        assert_eq!(
            world.patch(&path, 1000, &bytes[1000..]).await.offset(),
            3000
        );
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
    }
);

both_engines!(
    a_part_counts_as_a_whole_when_its_checksum_is_right,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(3_000_000, 5);
        let path = world.create(3_000_000).await;
        let wrong = sum("sha1", b"something else");
        let reply = world
            .patch_with(
                &path,
                0,
                &[("upload-checksum", &wrong)],
                Body::from(bytes.clone()),
            )
            .await;
        assert_eq!(
            (reply.status.as_u16(), reply.code().as_str()),
            (460, "upload.checksum")
        );
        assert_eq!(world.offset(&path).await, 0);
        assert_eq!(
            world.spool_file().metadata().unwrap().len(),
            0,
            "nothing of it is kept"
        );

        let (first, second) = bytes.split_at(2_500_000);
        let good = sum("sha256", first);
        let reply = world
            .patch_with(
                &path,
                0,
                &[("upload-checksum", &good)],
                Body::from(first.to_vec()),
            )
            .await;
        assert_eq!(reply.offset(), 2_500_000);
        // Broken off: whatever arrived could not be checked.
        let good = sum("sha1", second);
        let pieces = second[..400_000]
            .chunks(50_000)
            .map(<[u8]>::to_vec)
            .collect();
        let reply = world
            .patch_with(
                &path,
                2_500_000,
                &[("upload-checksum", &good)],
                broken(pieces),
            )
            .await;
        assert_eq!(reply.code(), "upload.broken");
        assert_eq!(world.offset(&path).await, 2_500_000);
        let reply = world
            .patch_with(
                &path,
                2_500_000,
                &[("upload-checksum", &good)],
                Body::from(second.to_vec()),
            )
            .await;
        assert_eq!(reply.offset(), 3_000_000);
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
    }
);

both_engines!(
    without_a_checksum_what_arrived_is_kept_when_the_line_breaks,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(3_000_000, 6);
        let path = world.create(3_000_000).await;
        let pieces = bytes[..1_234_567]
            .chunks(100_000)
            .map(<[u8]>::to_vec)
            .collect();
        let reply = world.patch_with(&path, 0, &[], broken(pieces)).await;
        assert_eq!(reply.code(), "upload.broken");
        assert_eq!(world.offset(&path).await, 1_234_567);
        let reply = world.patch(&path, 1_234_567, &bytes[1_234_567..]).await;
        assert_eq!(reply.offset(), 3_000_000);
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
    }
);

both_engines!(
    a_sender_who_falls_silent_is_cut_off_and_loses_nothing,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(1000, 7);
        let path = world.create(1000).await;
        let some = stream::iter([Ok::<_, std::io::Error>(Bytes::copy_from_slice(
            &bytes[..300],
        ))]);
        let body = Body::from_stream(some.chain(stream::pending()));
        let reply = world.patch_with(&path, 0, &[], body).await;
        assert_eq!(reply.code(), "upload.broken");
        assert_eq!(world.offset(&path).await, 300);
    }
);

both_engines!(
    more_than_the_announced_length_is_refused,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(1000, 8);
        let path = world.create(1000).await;
        // Without a length of its own the body tells only while it comes.
        let pieces = bytes.chunks(300).map(<[u8]>::to_vec).chain([vec![1, 2, 3]]);
        let pieces: Vec<_> = pieces
            .map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)))
            .collect();
        let reply = world
            .patch_with(&path, 0, &[], Body::from_stream(stream::iter(pieces)))
            .await;
        assert_eq!(reply.code(), "upload.beyond_end");
        assert_eq!(world.offset(&path).await, 0, "it is not the announced file");
    }
);

both_engines!(an_empty_part_changes_nothing, |t: TestDb| async move {
    let world = world(t).await;
    let path = world.create(1000).await;
    assert_eq!(world.patch(&path, 0, b"").await.offset(), 0);
    assert_eq!(world.offset(&path).await, 0);
});
