//! Uploads to the program as a process: what is left after it was killed, and whether it synced
//! before it acknowledged. The purpose `trial.film` exists in builds with debug assertions only
//! (`app/src/server/trial.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod program;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chengzhi_db::{Db, DbTarget, sql};
use chengzhi_http::SystemClock;
use program::{PASSWORD, Server, administrator, ask, cookie_of, run, start, text};
use sha2::{Digest as _, Sha256};

/// Base64 of `trial.film`, `1` and `s`, as `Upload-Metadata` wants them.
const METADATA: &str = "purpose dHJpYWwuZmlsbQ==,filename YS5tcDQ=,unit MQ==,slot cw==";

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> String {
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
struct Sender {
    address: SocketAddr,
    cookie: String,
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
    fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Option<Reply> {
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

    fn create(&self, length: usize) -> Option<String> {
        let headers = format!("upload-length: {length}\r\nupload-metadata: {METADATA}\r\n");
        let reply = self.send("POST", "/api/v1/uploads", &headers, b"")?;
        assert_eq!(reply.status, 201, "{}", reply.body);
        Some(reply.header("location"))
    }

    fn patch(&self, path: &str, offset: usize, bytes: &[u8], checked: bool) -> Option<Reply> {
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

    fn offset(&self, path: &str) -> usize {
        let reply = self.send("HEAD", path, "", b"").unwrap();
        assert_eq!(reply.status, 200, "{path}");
        reply.header("upload-offset").parse().unwrap()
    }

    fn state(&self, path: &str) -> serde_json::Value {
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
fn film(length: usize, seed: usize) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypisom\0\0\x02\0".to_vec();
    bytes.extend((0..length).map(|n| (n.wrapping_mul(2_654_435_761 + seed) >> 7) as u8));
    bytes.truncate(length);
    bytes
}

/// A migrated database with one unit, in the folder.
fn prepared(folder: &Path) {
    let migrated = run(&["migrate", "--actor", "测试", "--data-dir", folder.to_str().unwrap()]);
    assert!(migrated.status.success(), "{}", text(&migrated.stderr));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let target = DbTarget::Sqlite(folder.join("chengzhi.db"));
        let db = Db::connect(&target, Arc::new(SystemClock)).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let insert = "insert into unit (id, code, name, kind, opened_on) values (1, '1', '市局', 'city_bureau', '2020-01-01')";
        tx.run(sql(insert)).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
    });
}

fn serve_args(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().unwrap().to_owned();
    ["serve", "--data-dir", &folder, "--listen", "127.0.0.1:0"]
        .map(str::to_owned)
        .to_vec()
}

fn serve(folder: &Path) -> Server {
    let args = serve_args(folder);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut command = program::program(&args);
    command.env("CHENGZHI_TEST_UPLOADS", "1");
    start(command)
}

/// Fifty uploads at once, every second one with checksums, until the process is killed in the
/// middle; then every acknowledged byte must be there, and each upload goes on to its end.
#[test]
fn what_was_acknowledged_survives_a_kill_during_fifty_uploads() {
    const UPLOADS: usize = 50;
    const LENGTH: usize = 1_000_000;
    const PART: usize = 30_011;
    let folder = tempfile::tempdir().unwrap();
    prepared(folder.path());
    let mut server = serve(folder.path());
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    administrator(&data, server.address);
    let sender = Sender::sign_in(server.address);
    let acknowledged: Arc<Vec<AtomicUsize>> =
        Arc::new((0..UPLOADS).map(|_| AtomicUsize::new(0)).collect());
    let replies = Arc::new(AtomicU64::new(0));
    let paths: Vec<String> = (0..UPLOADS)
        .map(|_| sender.create(LENGTH).unwrap())
        .collect();
    let workers: Vec<_> = (0..UPLOADS)
        .map(|n| {
            let (sender, path) = (sender.clone(), paths[n].clone());
            let (acknowledged, replies) = (acknowledged.clone(), replies.clone());
            std::thread::spawn(move || {
                let bytes = film(LENGTH, n);
                let mut at = 0;
                while at < LENGTH {
                    let end = (at + PART).min(LENGTH);
                    let reply = sender.patch(&path, at, &bytes[at..end], n % 2 == 0);
                    match reply {
                        Some(reply) if reply.status == 204 => at = end,
                        Some(reply) => panic!("{} {}", reply.status, reply.body),
                        None => return,
                    }
                    acknowledged[n].store(at, Ordering::SeqCst);
                    replies.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let started = Instant::now();
    while replies.load(Ordering::SeqCst) < 300 {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "parts do not get through"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    for worker in workers {
        worker.join().unwrap();
    }

    let again = serve(folder.path());
    let sender = Sender {
        address: again.address,
        ..sender
    };
    let mut cut = 0;
    for (n, path) in paths.iter().enumerate() {
        let bytes = film(LENGTH, n);
        let known = acknowledged[n].load(Ordering::SeqCst);
        let at = sender.offset(path);
        assert!(
            at >= known,
            "{path}: {known} bytes were acknowledged, {at} are there"
        );
        if n % 2 == 0 {
            assert!(
                at % PART == 0 || at == LENGTH,
                "{path}: {at} is inside an unchecked part"
            );
        }
        cut += usize::from(at < LENGTH);
        if at < LENGTH {
            let reply = sender.patch(path, at, &bytes[at..], true).unwrap();
            assert_eq!(reply.status, 204, "{}", reply.body);
        }
        let state = sender.state(path);
        assert_eq!(state["state"], "complete", "{path}");
        assert_eq!(state["hash"], hex::encode(Sha256::digest(&bytes)), "{path}");
    }
    assert!(cut > UPLOADS / 2, "the kill came in the middle: {cut}");
}

/// A part without checksum that is under way when the process is killed keeps what was counted.
#[test]
fn a_long_part_loses_little_when_the_server_is_killed() {
    const LENGTH: usize = 48 * 1024 * 1024;
    let folder = tempfile::tempdir().unwrap();
    prepared(folder.path());
    let mut server = serve(folder.path());
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    administrator(&data, server.address);
    let sender = Sender::sign_in(server.address);
    let path = sender.create(LENGTH).unwrap();
    let bytes = film(LENGTH, 7);
    // All but the last byte, so that the part does not end.
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: localhost\r\nx-chengzhi: 1\r\ntus-resumable: 1.0.0\r\n\
         cookie: {}\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\n\
         content-length: {LENGTH}\r\n\r\n",
        sender.cookie
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&bytes[..LENGTH - 1]).unwrap();
    let started = Instant::now();
    let seen = loop {
        let at = sender.offset(&path);
        if at >= LENGTH / 2 {
            break at;
        }
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "the count does not move: {at}"
        );
        std::thread::sleep(Duration::from_millis(20));
    };
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let again = serve(folder.path());
    let sender = Sender {
        address: again.address,
        ..sender
    };
    let at = sender.offset(&path);
    assert!(
        at >= seen && at < LENGTH,
        "{seen} were told, {at} are there"
    );
    let reply = sender.patch(&path, at, &bytes[at..], false).unwrap();
    assert_eq!(reply.status, 204, "{}", reply.body);
    assert_eq!(
        sender.state(&path)["hash"],
        hex::encode(Sha256::digest(&bytes))
    );
}

/// What a trace shows of one acknowledgement.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    /// Creations and parts that were acknowledged.
    acknowledged: usize,
    /// Those before which something was not synced.
    unsynced: Vec<String>,
}

/// Reads a trace of `strace -f -y`: between the last bytes that came over a connection and each
/// acknowledgement the spool file must have been synced after its last write, and for a creation
/// the folder too. A call counts as done when it returned; a write and a reply count when they
/// begin.
fn look_at(trace: &str) -> Seen {
    let mut seen = Seen::default();
    let (mut file, mut folder) = (false, false);
    let mut begun: std::collections::HashMap<&str, String> = std::collections::HashMap::new();
    for line in trace.lines() {
        let Some((pid, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        let (call, begins, ends) = if let Some(start) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(pid, start.to_owned());
            (start.to_owned(), true, false)
        } else if rest.starts_with("<...") {
            let start = begun.remove(pid).unwrap_or_default();
            (format!("{start}{rest}"), false, true)
        } else {
            (rest.to_owned(), true, true)
        };
        let name = call.split('(').next().unwrap_or_default();
        let socket = call.contains("<socket:") || call.contains("<TCP");
        let spool_file = call.contains("/spool/") && call.contains(".part>");
        let returned = call
            .rsplit("= ")
            .next()
            .and_then(|n| n.trim().parse::<i64>().ok());
        let reads = matches!(name, "recvfrom" | "read");
        let writes = matches!(name, "write" | "pwrite64" | "writev");
        let syncs = matches!(name, "fsync" | "fdatasync") && ends && returned == Some(0);
        if reads && socket && ends && returned.is_some_and(|bytes| bytes > 0) {
            (file, folder) = (false, false);
        } else if writes && spool_file && begins {
            file = false;
        } else if syncs && spool_file {
            file = true;
        } else if syncs && call.contains("/spool>") {
            folder = true;
        } else if socket && begins && !reads {
            reply(&call, file, folder, &mut seen);
        }
    }
    seen
}

/// Judges a call that may begin an acknowledgement.
fn reply(call: &str, file: bool, folder: bool, seen: &mut Seen) {
    let (created, part) = (
        call.contains("HTTP/1.1 201 "),
        call.contains("HTTP/1.1 204 "),
    );
    if !created && !part || !call.contains("pload-") {
        return;
    }
    seen.acknowledged += 1;
    if !file || created && !folder {
        let what = if created { "creation" } else { "part" };
        seen.unsynced
            .push(format!("{what}: file {file}, folder {folder}"));
    }
}

/// Uploads a little under `strace` and gives what the trace shows.
fn traced(syncing: bool) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    prepared(folder.path());
    let trace = folder.path().join("trace");
    let mut command = Command::new("strace");
    program::without_settings(&mut command);
    // -D: the server is our child and the tracer its grandchild, so that ending it ends both.
    command
        .args(["-D", "-f", "-y", "-s", "400", "-o"])
        .arg(&trace)
        .args([
            "-e",
            "trace=write,pwrite64,writev,sendto,sendmsg,recvfrom,read,fsync,fdatasync",
        ])
        .arg(env!("CARGO_BIN_EXE_chengzhi"))
        .args(serve_args(folder.path()))
        .env("CHENGZHI_TEST_UPLOADS", "1")
        .env("CHENGZHI_LOG", "warn");
    if !syncing {
        command.env("CHENGZHI_TEST_NO_SYNC", "1");
    }
    let mut server = start(command);
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    administrator(&data, server.address);
    let sender = Sender::sign_in(server.address);
    for checked in [false, true] {
        let bytes = film(700_000, 1);
        let path = sender.create(bytes.len()).unwrap();
        for at in (0..bytes.len()).step_by(100_000) {
            let end = (at + 100_000).min(bytes.len());
            let reply = sender.patch(&path, at, &bytes[at..end], checked).unwrap();
            assert_eq!(reply.status, 204, "{}", reply.body);
        }
    }
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    // The tracer writes its last lines after the server is gone.
    std::thread::sleep(Duration::from_millis(500));
    look_at(&String::from_utf8_lossy(&std::fs::read(&trace).unwrap()))
}

#[test]
fn bytes_are_synced_before_they_are_acknowledged() {
    assert!(
        Command::new("strace").arg("-V").output().is_ok(),
        "strace is missing (Debian package strace; scripts/tools.sh installs it)"
    );
    let seen = traced(true);
    assert_eq!(seen.acknowledged, 2 + 14, "{seen:?}");
    assert!(seen.unsynced.is_empty(), "{seen:?}");
    // The same look must find the fault in a server that does not sync.
    let seen = traced(false);
    assert_eq!(seen.acknowledged, 2 + 14, "{seen:?}");
    assert_eq!(seen.unsynced.len(), seen.acknowledged, "{seen:?}");
}

#[test]
fn the_look_at_a_trace_finds_what_is_missing() {
    let good = "7 recvfrom(9<TCP:[1]>, \"PATCH\", 8192, 0, NULL, NULL) = 900\n\
        8 write(11</d/spool/ab.part>, \"x\", 1) = 1\n\
        8 fsync(11</d/spool/ab.part> <unfinished ...>\n\
        7 recvfrom(9<TCP:[1]>, 0x1, 8192, 0, NULL, NULL) = -1 EAGAIN\n\
        8 <... fsync resumed>) = 0\n\
        7 writev(9<TCP:[1]>, [{iov_base=\"HTTP/1.1 204 No Content\\r\\nupload-offset: 1\"}], 1) = 90\n";
    assert_eq!(
        look_at(good),
        Seen {
            acknowledged: 1,
            unsynced: vec![]
        }
    );
    let early = good.replace("8 <... fsync resumed>) = 0\n", "") + "8 <... fsync resumed>) = 0\n";
    assert_eq!(
        look_at(&early).unsynced.len(),
        1,
        "it returned after the reply"
    );
    let failed = good.replace("resumed>) = 0", "resumed>) = -1 EIO");
    assert_eq!(look_at(&failed).unsynced.len(), 1);
    let other = good.replace("fsync(11</d/spool/ab.part>", "fsync(12</d/chengzhi.db-wal>");
    assert_eq!(look_at(&other).unsynced.len(), 1);
    let created = good.replace("204 No Content", "201 Created");
    assert_eq!(
        look_at(&created).unsynced.len(),
        1,
        "the folder was not synced"
    );
    let folder = created.replace("7 writev", "8 fsync(12</d/spool>) = 0\n7 writev");
    assert_eq!(look_at(&folder).unsynced, Vec::<String>::new());
}
