//! Somebody who sends films over the wire, byte by byte, and the folder he sends them to.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use chengzhi_db::{Db, sql};
use sha2::{Digest as _, Sha256};

pub use crate::program::place::Place;
use crate::program::{PASSWORD, Server, administrator, ask, cookie_of, text};

/// Base64 of `trial.film`, `1` and `s`, as `Upload-Metadata` wants them.
const METADATA: &str = "purpose dHJpYWwuZmlsbQ==,filename YS5tcDQ=,unit MQ==,slot cw==";

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> String {
        let prefix = format!("{name}: ");
        self.head
            .lines()
            .find_map(|line| {
                let (start, rest) = line.split_at_checked(prefix.len())?;
                start.eq_ignore_ascii_case(&prefix).then(|| rest.to_owned())
            })
            .unwrap_or_default()
    }
}

/// A sender with a session.
#[derive(Clone)]
pub struct Sender {
    pub address: SocketAddr,
    pub cookie: String,
}

impl Sender {
    fn sign_in(address: SocketAddr) -> Self {
        let body = format!(r#"{{"user_name":"system_admin","password":"{PASSWORD}"}}"#);
        let (status, head, body) = ask(address, "POST", "/api/v1/session", None, &body).unwrap();
        assert_eq!(status, 200, "{body}");
        Sender {
            address,
            cookie: cookie_of(&head),
        }
    }

    /// One request over a connection of its own; none when the server went away before its reply.
    pub fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Option<Reply> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .ok()?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-chengzhi: 1\r\n\
             tus-resumable: 1.0.0\r\ncookie: {}\r\n{headers}content-length: {}\r\n\r\n",
            self.cookie,
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        let reply = text(&reply);
        let (head, body) = reply.split_once("\r\n\r\n")?;
        Some(Reply {
            status: head.split(' ').nth(1)?.parse().ok()?,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    pub fn create(&self, length: usize) -> Option<String> {
        let headers = format!("upload-length: {length}\r\nupload-metadata: {METADATA}\r\n");
        let reply = self.send("POST", "/api/v1/uploads", &headers, b"")?;
        assert_eq!(reply.status, 201, "{}", reply.body);
        Some(reply.header("location"))
    }

    pub fn patch(&self, path: &str, offset: usize, bytes: &[u8], checked: bool) -> Option<Reply> {
        let checksum = if checked {
            format!(
                "upload-checksum: sha256 {}\r\n",
                base64(&Sha256::digest(bytes))
            )
        } else {
            String::new()
        };
        let headers = format!(
            "content-type: application/offset+octet-stream\r\nupload-offset: {offset}\r\n{checksum}"
        );
        self.send("PATCH", path, &headers, bytes)
    }

    pub fn offset(&self, path: &str) -> usize {
        let reply = self.send("HEAD", path, "", b"").unwrap();
        assert_eq!(reply.status, 200, "{path}");
        reply.header("upload-offset").parse().unwrap()
    }

    pub fn state(&self, path: &str) -> serde_json::Value {
        let reply = self.send("GET", path, "", b"").unwrap();
        serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("{}", reply.body))
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .map(|three| {
            let group = (0..3).fold(0_u32, |sum, n| {
                (sum << 8) | u32::from(three.get(n).copied().unwrap_or(0))
            });
            (0..4)
                .map(|n| match n <= three.len() {
                    true => char::from(DIGITS[(group >> (18 - 6 * n)) as usize & 63]),
                    false => '=',
                })
                .collect::<String>()
        })
        .collect()
}

/// Bytes that begin as an MP4 does.
pub fn film(length: usize, seed: usize) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypisom\0\0\x02\0".to_vec();
    bytes.extend((0..length).map(|n| (n.wrapping_mul(2_654_435_761 + seed) >> 7) as u8));
    bytes.truncate(length);
    bytes
}

impl Place {
    /// A migrated database with one unit, and an empty folder.
    pub fn prepared(database: Option<String>) -> Self {
        let place = Place::migrated(database);
        place.with_db(async |db: &Db| {
            let mut tx = db.write().await.unwrap();
            let insert = "insert into unit (id, code, name, kind, opened_on) values (1, '1', '市局', 'city_bureau', '2020-01-01')";
            tx.run(sql(insert)).await.unwrap();
            tx.commit().await.unwrap();
        });
        place
    }

    /// Serves it with the tests' purpose.
    pub fn serve(&self) -> Server {
        self.serve_with(&[("CHENGZHI_TEST_UPLOADS", "1")])
    }

    /// Makes the administrator of a fresh place and signs him in.
    pub fn sender(&self, address: SocketAddr) -> Sender {
        let data = self.data();
        let data: Vec<&str> = data.iter().map(String::as_str).collect();
        administrator(&data, address);
        Sender::sign_in(address)
    }
}
