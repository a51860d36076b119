//! Somebody who sends films over the wire, byte by byte, and the folder he sends them to.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chengzhi_db::{Db, DbTarget, sql};
use chengzhi_http::SystemClock;
use sha2::{Digest as _, Sha256};

use crate::program::{self, PASSWORD, Server, administrator, ask, cookie_of, run, start, text};

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

/// Where a server of one test keeps its data.
pub struct Place {
    folder: tempfile::TempDir,
    /// PostgreSQL's address; none is SQLite in the folder.
    database: Option<String>,
}

impl Place {
    /// A migrated database with one unit, and an empty folder.
    pub fn prepared(database: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { folder, database };
        let data = place.data();
        let data: Vec<&str> = data.iter().map(String::as_str).collect();
        let migrated = run(&[&["migrate", "--actor", "测试"], data.as_slice()].concat());
        assert!(migrated.status.success(), "{}", text(&migrated.stderr));
        let target = match &place.database {
            Some(address) => DbTarget::Postgres(address.clone()),
            None => DbTarget::Sqlite(place.path().join("chengzhi.db")),
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let db = Db::connect(&target, Arc::new(SystemClock)).await.unwrap();
            let mut tx = db.write().await.unwrap();
            let insert = "insert into unit (id, code, name, kind, opened_on) values (1, '1', '市局', 'city_bureau', '2020-01-01')";
            tx.run(sql(insert)).await.unwrap();
            tx.commit().await.unwrap();
            db.close().await;
        });
        place
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The arguments that name it.
    pub fn data(&self) -> Vec<String> {
        let folder = self.path().to_str().unwrap().to_owned();
        let mut data = vec!["--data-dir".to_owned(), folder];
        if let Some(address) = &self.database {
            data.extend(["--database".to_owned(), address.clone()]);
        }
        data
    }

    /// The arguments that serve it.
    pub fn serve_args(&self) -> Vec<String> {
        let mut args = vec!["serve".to_owned()];
        args.extend(self.data());
        args.extend(["--listen".to_owned(), "127.0.0.1:0".to_owned()]);
        args
    }

    /// Serves it with the tests' purpose.
    pub fn serve(&self) -> Server {
        let args = self.serve_args();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = program::program(&args);
        command.env("CHENGZHI_TEST_UPLOADS", "1");
        start(command)
    }

    /// Makes the administrator of a fresh place and signs him in.
    pub fn sender(&self, address: SocketAddr) -> Sender {
        let data = self.data();
        let data: Vec<&str> = data.iter().map(String::as_str).collect();
        administrator(&data, address);
        Sender::sign_in(address)
    }
}
