//! A trainee's phone: it signs what it scans, at once or on paper of its own until the network is back.

use chengzhi_classes::facade::phone::code_of;
use chengzhi_http::SystemClock;
use chengzhi_kernel::Clock as _;
use ring::hmac;

use crate::program::ask;
use crate::room::{Lesson, Seat};

/// Seconds of a window of the code (`attendance.code_step_seconds`).
const STEP: i64 = 10;

/// What a phone sends for a code: `window.sign`.
fn scan(seat: &Seat, lesson: i64, code: &str, offline: bool) -> String {
    let (window, sign) = code.split_once('.').unwrap();
    let client_ms = SystemClock.now().micros() / 1_000;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &seat.key);
    let text = format!("{lesson}|in|{code}|{client_ms}");
    let signature = hex::encode(hmac::sign(&key, text.as_bytes()).as_ref());
    format!(
        r#"{{"lesson_id":{lesson},"kind":"in","window":{window},"sign":"{sign}","device_id":{},"client_ms":{client_ms},"signature":"{signature}","offline":{offline}}}"#,
        seat.device
    )
}

/// A scan of the code that the room's screen shows now; none when the server went away before it told it.
pub fn now(room: &crate::room::Room, address: std::net::SocketAddr, seat: &Seat) -> Option<String> {
    let Lesson { id, class, .. } = room.lesson;
    let path = format!("/api/v1/classes/{class}/lessons/{id}/code");
    let (status, _, body) = ask(address, "GET", &path, Some(&room.teacher), "")?;
    assert_eq!(status, 200, "{body}");
    let shown: serde_json::Value = serde_json::from_str(&body).unwrap();
    let link = shown["path"].as_str().unwrap();
    Some(scan(seat, id, link.rsplit('/').next().unwrap(), false))
}

/// A scan made without network some minutes ago, kept on the phone.
pub fn kept(lesson: &Lesson, seat: &Seat) -> String {
    let shown = SystemClock.now().plus_minutes(-3).micros() / 1_000_000 / STEP;
    let sign = code_of(&lesson.secret, lesson.id, shown);
    scan(seat, lesson.id, &format!("{shown}.{sign}"), true)
}
