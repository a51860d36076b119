//! Whether bytes are synced before they are acknowledged, by the program's system calls.

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

use crate::program::{self, start};
use crate::sender::{Place, film};

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
    let mut begun: HashMap<&str, String> = HashMap::new();
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
    let place = Place::prepared(None);
    let trace = place.path().join("trace");
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
        .args(place.serve_args())
        .env("CHENGZHI_TEST_UPLOADS", "1")
        .env("CHENGZHI_LOG", "warn");
    if !syncing {
        command.env("CHENGZHI_TEST_NO_SYNC", "1");
    }
    let mut server = start(command);
    let sender = place.sender(server.address);
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
