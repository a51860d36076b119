//! The protocol's own rules, header by header.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use chengzhi_testkit::{TestDb, both_engines};

use super::world::*;

type Headers<'a> = Vec<(&'a str, &'a str)>;

both_engines!(
    options_tell_version_extensions_and_limits,
    |t: TestDb| async move {
        let world = world(t).await;
        let reply = world
            .send("", Method::OPTIONS, "/api/v1/uploads", &[], Body::empty())
            .await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT);
        assert_eq!(reply.header("tus-version"), "1.0.0");
        assert_eq!(reply.header("tus-resumable"), "1.0.0");
        assert_eq!(
            reply.header("tus-extension"),
            "creation,checksum,expiration,termination"
        );
        assert_eq!(reply.header("tus-checksum-algorithm"), "sha1,sha256");
        assert_eq!(reply.header("tus-max-size"), (64 * MB).to_string());
    }
);

both_engines!(
    an_upload_is_created_continued_and_completed,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(10_000, 1);
        let created = world.create_as("reporter", 10_000, &film_metadata()).await;
        assert_eq!(created.status, StatusCode::CREATED);
        assert_eq!(created.header("tus-resumable"), "1.0.0");
        assert_eq!(
            created.header("upload-expires"),
            "Mon, 25 Nov 2024 01:00:00 GMT"
        );
        let path = created.header("location").to_owned();

        let head = world.head_as("reporter", &path).await;
        assert_eq!(head.status, StatusCode::OK);
        assert_eq!(head.offset(), 0);
        assert_eq!(head.header("upload-length"), "10000");
        assert_eq!(head.header("cache-control"), "no-store");
        assert_eq!(head.header("upload-metadata"), film_metadata());

        let first = world.patch(&path, 0, &bytes[..6000]).await;
        assert_eq!(
            (first.status, first.offset()),
            (StatusCode::NO_CONTENT, 6000)
        );
        assert!(!first.header("upload-expires").is_empty());
        assert_eq!(world.offset(&path).await, 6000);
        let last = world.patch(&path, 6000, &bytes[6000..]).await;
        assert_eq!(
            (last.status, last.offset()),
            (StatusCode::NO_CONTENT, 10_000)
        );

        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["state"], "complete");
        assert_eq!(shown["mime"], "video/mp4");
        assert_eq!(shown["file_name"], "队列.mp4");
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
        assert_eq!(
            world.offset(&path).await,
            10_000,
            "asked again after the end"
        );
        let again = world.patch(&path, 10_000, b"").await;
        assert_eq!(again.status, StatusCode::NO_CONTENT, "a lost last reply");
        let hash = chengzhi_kernel::FileHash::parse(shown["hash"].as_str().unwrap()).unwrap();
        assert_eq!(world.state.files.read(&hash).await.unwrap(), bytes);
        assert!(world.spool_files().is_empty());
    }
);

both_engines!(
    requests_that_break_the_protocol_are_refused,
    |t: TestDb| async move {
        let world = world(t).await;
        let path = world.create(100).await;
        let version = ("tus-resumable", "1.0.0");
        let kind = ("content-type", "application/offset+octet-stream");
        let at = ("upload-offset", "0");
        let sum = |value| ("upload-checksum", value);
        let old = ("tus-resumable", "0.2.2");
        let length = ("upload-length", "5");
        let table: Vec<(Method, &str, Headers, u16, &str)> = vec![
            (
                Method::POST,
                "/api/v1/uploads",
                vec![length],
                412,
                "tus.version",
            ),
            (
                Method::POST,
                "/api/v1/uploads",
                vec![old, length],
                412,
                "tus.version",
            ),
            (
                Method::POST,
                "/api/v1/uploads",
                vec![version],
                400,
                "tus.header",
            ),
            (
                Method::POST,
                "/api/v1/uploads",
                vec![version, ("upload-length", "-5")],
                400,
                "tus.header",
            ),
            (
                Method::POST,
                "/api/v1/uploads",
                vec![version, ("upload-defer-length", "1")],
                400,
                "tus.defer_length",
            ),
            (
                Method::POST,
                "/api/v1/uploads",
                vec![version, length, ("upload-metadata", "purpose !!")],
                400,
                "tus.metadata",
            ),
            (
                Method::POST,
                "/api/v1/uploads",
                vec![version, length],
                422,
                "invalid.field",
            ),
            (Method::PATCH, &path, vec![kind, at], 412, "tus.version"),
            (
                Method::PATCH,
                &path,
                vec![version, at],
                415,
                "tus.content_type",
            ),
            (
                Method::PATCH,
                &path,
                vec![version, ("content-type", "video/mp4"), at],
                415,
                "tus.content_type",
            ),
            (Method::PATCH, &path, vec![version, kind], 400, "tus.header"),
            (
                Method::PATCH,
                &path,
                vec![version, kind, ("upload-offset", "7")],
                409,
                "upload.offset",
            ),
            (
                Method::PATCH,
                &path,
                vec![version, kind, at, sum("crc32 AAAA")],
                400,
                "tus.checksum_algorithm",
            ),
            (
                Method::PATCH,
                &path,
                vec![version, kind, at, sum("sha1")],
                400,
                "tus.checksum",
            ),
            (
                Method::PATCH,
                &path,
                vec![version, kind, at, ("content-length", "101")],
                413,
                "upload.beyond_end",
            ),
            (Method::DELETE, &path, vec![], 412, "tus.version"),
            (
                Method::POST,
                &path,
                vec![version],
                405,
                "method_not_allowed",
            ),
            (
                Method::PATCH,
                "/api/v1/uploads/999",
                vec![version, kind, at],
                404,
                "not_found",
            ),
            (
                Method::PATCH,
                "/api/v1/uploads/x",
                vec![version, kind, at],
                404,
                "not_found",
            ),
        ];
        for (method, path, headers, status, code) in table {
            let reply = world
                .send("reporter", method.clone(), path, &headers, Body::empty())
                .await;
            let case = format!("{method} {path} {headers:?}: {}", reply.detail());
            assert_eq!(
                (reply.status.as_u16(), reply.code().as_str()),
                (status, code),
                "{case}"
            );
            assert_eq!(reply.header("tus-resumable"), "1.0.0", "{case}");
            assert_eq!(
                !reply.header("tus-version").is_empty(),
                status == 412,
                "{case}"
            );
            assert!(!reply.detail().is_ascii(), "{case}");
        }
        let head = world
            .send("reporter", Method::HEAD, &path, &[], Body::empty())
            .await;
        assert_eq!(head.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(world.offset(&path).await, 0, "nothing of it counted");
    }
);

both_engines!(
    a_network_that_knows_only_post_can_upload_too,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(50, 1);
        let path = world.create(50).await;
        let send = |method: &'static str, body: Vec<u8>| {
            let (world, path) = (&world, &path);
            async move {
                let headers = [
                    ("tus-resumable", "1.0.0"),
                    ("x-http-method-override", method),
                    ("content-type", "application/offset+octet-stream"),
                    ("upload-offset", "0"),
                ];
                world
                    .send("reporter", Method::POST, path, &headers, Body::from(body))
                    .await
            }
        };
        assert_eq!(send("HEAD", vec![]).await.offset(), 0);
        assert_eq!(send("PATCH", bytes[..20].to_vec()).await.offset(), 20);
        assert_eq!(send("HEAD", vec![]).await.offset(), 20);
        assert_eq!(send("DELETE", vec![]).await.status, StatusCode::NO_CONTENT);
        assert_eq!(send("HEAD", vec![]).await.status, StatusCode::GONE);
    }
);

both_engines!(
    what_belongs_to_others_does_not_exist,
    |t: TestDb| async move {
        let world = world(t).await;
        let path = world.create(100).await;
        for who in ["colleague", "stranger", "auditor"] {
            assert_eq!(
                world.head_as(who, &path).await.status,
                StatusCode::NOT_FOUND,
                "{who}"
            );
            assert_eq!(
                world.get(who, &path).await.status,
                StatusCode::NOT_FOUND,
                "{who}"
            );
            assert_eq!(
                world.delete_as(who, &path).await.status,
                StatusCode::NOT_FOUND,
                "{who}"
            );
            let listed = world.get(who, "/api/v1/uploads").await.json();
            assert_eq!(listed.as_array().unwrap().len(), 0, "{who}");
        }
        assert_eq!(
            world.head_as("nobody", &path).await.status,
            StatusCode::UNAUTHORIZED
        );
        let outside = world.create_as("stranger", 100, &film_metadata()).await;
        assert_eq!(outside.status, StatusCode::NOT_FOUND, "another unit's slot");
        let without = world.create_as("auditor", 100, &film_metadata()).await;
        assert_eq!(without.code(), "auth.forbidden");
        let mine = world
            .get(
                "reporter",
                "/api/v1/uploads?purpose=test.film&slot=3:2024-11:1",
            )
            .await
            .json();
        assert_eq!(mine[0]["url"], path.as_str());
        let elsewhere = world
            .get("reporter", "/api/v1/uploads?slot=3:2024-11:2")
            .await;
        assert_eq!(elsewhere.json().as_array().unwrap().len(), 0);
    }
);

both_engines!(
    a_changing_request_of_a_foreign_page_is_refused,
    |t: TestDb| async move {
        let world = world(t).await;
        let path = world.create(100).await;
        let headers = [("tus-resumable", "1.0.0"), ("sec-fetch-site", "cross-site")];
        let reply = world
            .send("reporter", Method::DELETE, &path, &headers, Body::empty())
            .await;
        assert_eq!(reply.code(), "auth.csrf");
        assert_eq!(world.offset(&path).await, 0);
    }
);

both_engines!(
    a_file_of_the_servers_own_disk_goes_the_same_way,
    |t: TestDb| async move {
        let world = world(t).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.mp4");
        // Larger than one part.
        let bytes = film(9 * MB as usize, 3);
        std::fs::write(&path, &bytes).unwrap();
        let keys: std::collections::BTreeMap<String, String> =
            crate::domain::tus::metadata(&film_metadata()).unwrap();
        let (ctx, length) = (world.ctx("reporter"), bytes.len() as u64);
        let id = crate::facade::begin(&ctx, &world.service, &keys, length)
            .await
            .unwrap();
        crate::facade::append_file(&ctx, &world.service, id, &path)
            .await
            .unwrap();
        let shown = world
            .get("reporter", &format!("/api/v1/uploads/{id}"))
            .await
            .json();
        assert_eq!(shown["state"], "complete");
        assert_eq!(shown["file_name"], "队列.mp4");
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
        assert!(world.spool_files().is_empty());
        // A second file has no place in it.
        let again = crate::facade::append_file(&ctx, &world.service, id, &path).await;
        assert_eq!(again.unwrap_err().status(), 409);
    }
);
