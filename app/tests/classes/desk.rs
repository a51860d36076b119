//! What the class teacher does after a class: results from a sheet, then the closing is handed in.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::program::exchange;
use crate::room::{OF_HELD, Room, staff_no};

/// How far the closing of a class was acknowledged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// The sheet was read; its number.
    pub sheet: Option<i64>,
    /// Its rows were stored.
    pub stored: bool,
    /// The closing was handed in.
    pub handed_in: bool,
}

/// Sends a sheet with a result for everybody. Gives its number.
pub fn read_sheet(room: &Room, address: SocketAddr, class: i64) -> Option<i64> {
    let mut sheet = "工号,姓名,成绩\r\n".to_owned();
    for person in 1..=OF_HELD {
        sheet += &format!("{},人员{person},{}\r\n", staff_no(person), 60 + person);
    }
    let form = format!(
        "--frame\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\
         content-type: text/csv\r\n\r\n{sheet}\r\n--frame--\r\n"
    );
    let request = format!(
        "POST /api/v1/classes/{class}/results/imports HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         x-chengzhi: 1\r\ncontent-type: multipart/form-data; boundary=frame\r\ncookie: {}\r\n\
         content-length: {}\r\n\r\n{form}",
        room.teacher,
        form.len()
    );
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    let (status, _, body) = exchange(&mut stream, &request)?;
    assert_eq!(status, 200, "{body}");
    let read: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(read["good"], OF_HELD, "{body}");
    read["id"].as_i64()
}

/// Asks for the rows of a sheet to be stored.
pub fn store(room: &Room, address: SocketAddr, class: i64, sheet: i64) -> Option<(u16, Value)> {
    let path = format!("/classes/{class}/results/imports/{sheet}/commit");
    room.teacher(address, "POST", &path, "{}")
}

/// Hands the closing in at the version that is there.
pub fn hand_in(room: &Room, address: SocketAddr, class: i64) -> Option<(u16, Value)> {
    let closing = format!("/classes/{class}/closing");
    let (_, page) = room.teacher(address, "GET", &closing, "")?;
    let body = format!(r#"{{"version":{}}}"#, page["version"]);
    room.teacher(address, "POST", &format!("{closing}/submit"), &body)
}

/// One class from its sheet to the hand-in; what was acknowledged before the server went away is told.
pub fn close(room: &Room, address: SocketAddr, class: i64) -> Told {
    let mut told = Told {
        sheet: read_sheet(room, address, class),
        ..Told::default()
    };
    let Some(sheet) = told.sheet else {
        return told;
    };
    let Some((status, reply)) = store(room, address, class, sheet) else {
        return told;
    };
    assert_eq!(status, 200, "{reply}");
    told.stored = true;
    if let Some((status, reply)) = hand_in(room, address, class) {
        assert_eq!(status, 200, "{reply}");
        told.handed_in = true;
    }
    told
}

/// What is there of a class: results stored, hand-ins, and its phase.
pub fn found(room: &Room, address: SocketAddr, class: i64) -> (usize, usize, String) {
    let (_, results) = room
        .teacher(address, "GET", &format!("/classes/{class}/results"), "")
        .unwrap();
    let (_, closing) = room
        .teacher(address, "GET", &format!("/classes/{class}/closing"), "")
        .unwrap();
    let (_, page) = room
        .teacher(address, "GET", &format!("/classes/{class}"), "")
        .unwrap();
    let with = |row: &&Value| row["score"].is_number();
    (
        results.as_array().unwrap().iter().filter(with).count(),
        closing["hand_ins"].as_array().unwrap().len(),
        page["phase"].as_str().unwrap().to_owned(),
    )
}
