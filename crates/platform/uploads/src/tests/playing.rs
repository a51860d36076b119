//! Links and ranges.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use chengzhi_files::ContentKey;
use chengzhi_testkit::{TestDb, both_engines};

use super::world::*;
use crate::link;

type Headers<'a> = Vec<(&'a str, &'a str)>;

both_engines!(a_film_is_played_in_stretches, |t: TestDb| async move {
    let world = world(t).await;
    let bytes = film(1_000_000, 1);
    let (_, hash) = world.upload(&bytes).await;
    let path = link(&world.ctx("reporter"), &ContentKey::original(&hash), 60)
        .await
        .unwrap();
    let tag = format!("\"{hash}\"");
    let whole = world.get("reporter", &path).await;
    assert_eq!((whole.status, &whole.body), (StatusCode::OK, &bytes));
    assert_eq!(whole.header("etag"), tag);
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-type"), "video/mp4");
    assert_eq!(whole.header("content-length"), "1000000");
    let table: Vec<(Headers, u16, &str, &[u8])> = vec![
        (
            vec![("range", "bytes=0-99")],
            206,
            "bytes 0-99/1000000",
            &bytes[..100],
        ),
        (
            vec![("range", "bytes=999990-")],
            206,
            "bytes 999990-999999/1000000",
            &bytes[999_990..],
        ),
        (
            vec![("range", "bytes=-10")],
            206,
            "bytes 999990-999999/1000000",
            &bytes[999_990..],
        ),
        (
            vec![("range", "bytes=1000000-")],
            416,
            "bytes */1000000",
            b"",
        ),
        (
            vec![("range", "bytes=0-9"), ("if-range", tag.as_str())],
            206,
            "bytes 0-9/1000000",
            &bytes[..10],
        ),
        (
            vec![("range", "bytes=0-9"), ("if-range", "\"other\"")],
            200,
            "",
            &bytes,
        ),
        (vec![("if-none-match", tag.as_str())], 304, "", b""),
    ];
    for (headers, status, range, body) in table {
        let reply = world
            .send("reporter", Method::GET, &path, &headers, Body::empty())
            .await;
        assert_eq!(reply.status.as_u16(), status, "{headers:?}");
        assert_eq!(reply.header("content-range"), range, "{headers:?}");
        assert_eq!(reply.body, body, "{headers:?}");
    }
});

both_engines!(
    a_link_is_good_for_its_account_content_and_time,
    |t: TestDb| async move {
        let world = world(t).await;
        let (_, hash) = world.upload(&film(5000, 2)).await;
        let (_, other) = world.upload(&film(5000, 3)).await;
        let content = ContentKey::original(&hash);
        let path = link(&world.ctx("reporter"), &content, 60).await.unwrap();
        assert_eq!(world.get("reporter", &path).await.status, StatusCode::OK);
        assert_eq!(
            world.get("nobody", &path).await.status,
            StatusCode::UNAUTHORIZED
        );
        let changed = [
            ("another account", "colleague", path.clone()),
            (
                "another content",
                "reporter",
                path.replace(hash.as_str(), other.as_str()),
            ),
            ("another kind", "reporter", format!("{path}&kind=review")),
            (
                "a longer time",
                "reporter",
                path.replace("until=1", "until=2"),
            ),
            ("a broken sign", "reporter", format!("{path}00")),
            ("no hex", "reporter", path.replace("sign=", "sign=zz")),
        ];
        for (what, who, path) in changed {
            assert_eq!(
                world.get(who, &path).await.status,
                StatusCode::NOT_FOUND,
                "{what}"
            );
        }
        let bare = format!("/api/v1/media/{hash}");
        assert_eq!(world.get("reporter", &bare).await.code(), "invalid.query");
        world.clock.advance_seconds(59);
        assert_eq!(world.get("reporter", &path).await.status, StatusCode::OK);
        world.clock.advance_seconds(1);
        assert_eq!(
            world.get("reporter", &path).await.status,
            StatusCode::NOT_FOUND
        );
    }
);

both_engines!(
    derived_contents_have_links_of_their_own,
    |t: TestDb| async move {
        let world = world(t).await;
        let (_, hash) = world.upload(&film(5000, 4)).await;
        world
            .state
            .files
            .put_derived(&hash, "review", b"small film")
            .await
            .unwrap();
        let path = link(
            &world.ctx("reporter"),
            &ContentKey::derived(&hash, "review"),
            60,
        )
        .await
        .unwrap();
        let reply = world.get("reporter", &path).await;
        assert_eq!(
            (reply.status, reply.body.as_slice()),
            (StatusCode::OK, b"small film".as_slice())
        );
        assert_eq!(reply.header("content-type"), "video/mp4");
        let missing = link(
            &world.ctx("reporter"),
            &ContentKey::derived(&hash, "thumb"),
            60,
        )
        .await
        .unwrap();
        assert_eq!(
            world.get("reporter", &missing).await.status,
            StatusCode::NOT_FOUND
        );
    }
);
