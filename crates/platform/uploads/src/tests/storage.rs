//! The storage page's data.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use chengzhi_testkit::{TestDb, both_engines};

use super::world::*;

both_engines!(the_storage_page_adds_up, |t: TestDb| async move {
    let world = world(t).await;
    world.upload(&film(6000, 1)).await;
    world.upload(&film(4000, 2)).await;
    let open = world.create(5000).await;
    world.patch(&open, 0, &film(5000, 3)[..2000]).await;
    world.free.store(10 * MB + 103_000, Ordering::SeqCst);
    let reply = world.get("admin", "/api/v1/storage").await;
    assert_eq!(reply.status, StatusCode::OK);
    let page = reply.json();
    assert_eq!(page["backend"], "folder");
    assert_eq!(page["used_bytes"], 10_000);
    assert_eq!(page["files"], 2);
    assert_eq!(page["spool_bytes"], 2000);
    assert_eq!(page["promised_bytes"], 3000);
    assert_eq!(page["by_purpose"][0]["name"], "测试录像");
    assert_eq!(page["by_purpose"][0]["bytes"], 10_000);
    assert_eq!(page["by_unit"][0]["name"], "中队3");
    assert_eq!(page["by_unit"][0]["files"], 2);
    assert_eq!(page["arrived_bytes"], 10_000);
    assert_eq!(page["arrived_days"], 1);
    assert_eq!(
        page["days_left"], 10,
        "100,000 bytes of room at 10,000 a day"
    );
    assert_eq!(page["open"][0]["url"], open.as_str());
    assert_eq!(page["open"][0]["received"], 2000);
    assert_eq!(
        world.get("reporter", "/api/v1/storage").await.code(),
        "auth.forbidden"
    );
});

both_engines!(an_empty_store_has_no_forecast, |t: TestDb| async move {
    let world = world(t).await;
    let page = world.get("admin", "/api/v1/storage").await.json();
    assert_eq!(page["used_bytes"], 0);
    assert!(page["days_left"].is_null());
    assert_eq!(page["by_purpose"].as_array().unwrap().len(), 0);
});
