//! Reads a trace of the program's system calls.

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

use crate::hall::Hall;
use crate::program::{self, start};

/// Where an answer is on its way from the wire to its acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Its request has not been read.
    Out,
    /// Its last byte has been read.
    Asked,
    /// The log holds it.
    Written,
    /// The log was synced after that.
    Synced,
    /// Acknowledged after the sync.
    Good,
    /// Acknowledged before it.
    Early,
}

/// Follows each text through a trace of `strace -f -y`: read from a connection, written to the database's log, the log
/// synced, the next reply written. A call counts as done when it returned; writes and replies count when they begin.
fn look_at(trace: &str, texts: &[String]) -> Vec<Way> {
    let mut ways = vec![Way::Out; texts.len()];
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
        let log = call.contains("chengzhi.db-wal>");
        let returned = call
            .rsplit("= ")
            .next()
            .and_then(|n| n.split(' ').next())
            .and_then(|n| n.trim().parse::<i64>().ok());
        let reads = matches!(name, "recvfrom" | "read") && socket && ends;
        let writes = matches!(name, "write" | "pwrite64" | "writev" | "pwritev") && log && begins;
        let synced = matches!(name, "fsync" | "fdatasync") && log && ends && returned == Some(0);
        let replies = matches!(name, "write" | "writev" | "sendto" | "sendmsg") && socket && begins;
        for (text, way) in texts.iter().zip(ways.iter_mut()) {
            let holds = call.contains(text.as_str());
            *way = match *way {
                Way::Out if reads && holds => Way::Asked,
                Way::Asked if writes && holds => Way::Written,
                Way::Written if synced => Way::Synced,
                Way::Synced if replies && call.contains("HTTP/1.1 200") => Way::Good,
                Way::Asked | Way::Written if replies && call.contains("HTTP/1.1 200") => Way::Early,
                stays => stays,
            };
        }
    }
    ways
}

fn texts() -> Vec<String> {
    (1..=5).map(|n| format!("kept-before-told-{n}")).collect()
}

/// Answers under `strace` and gives what the trace shows of each.
fn traced(syncing: bool) -> Vec<Way> {
    let hall = Hall::prepared();
    let trace = hall.path().join("trace");
    let mut command = Command::new("strace");
    program::without_settings(&mut command);
    // -D: the server is our child and the tracer its grandchild, so that ending it ends both.
    command
        .args(["-D", "-f", "-y", "-s", "5000", "-o"])
        .arg(&trace)
        .args([
            "-e",
            "trace=write,pwrite64,writev,pwritev,sendto,sendmsg,recvfrom,read,fsync,fdatasync",
        ])
        .arg(env!("CARGO_BIN_EXE_chengzhi"))
        .args(hall.serve_args())
        .env("CHENGZHI_LOG", "warn");
    if !syncing {
        command.env("CHENGZHI_TEST_NO_SYNC", "1");
    }
    let mut server = start(command);
    let texts = texts();
    hall.answer(server.address, &texts);
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    // The tracer writes its last lines after the server is gone.
    std::thread::sleep(Duration::from_millis(500));
    let trace = std::fs::read(&trace).unwrap();
    look_at(&String::from_utf8_lossy(&trace), &texts)
}

#[test]
fn an_answer_is_synced_before_it_is_acknowledged() {
    assert!(
        Command::new("strace").arg("-V").output().is_ok(),
        "strace is missing (Debian package strace; scripts/tools.sh installs it)"
    );
    assert_eq!(traced(true), [Way::Good; 5]);
    // The same look must find the fault in a program that does not sync.
    assert_eq!(traced(false), [Way::Early; 5]);
}

#[test]
fn the_look_at_a_trace_finds_what_is_missing() {
    let texts = ["tell-me".to_owned()];
    let good = "7 recvfrom(9<TCP:[1]>, \"POST tell-me\", 8192, 0, NULL, NULL) = 900\n\
        8 pwrite64(11</d/chengzhi.db-wal>, \"xx tell-me\", 24, 0) = 24\n\
        8 fdatasync(11</d/chengzhi.db-wal> <unfinished ...>\n\
        7 recvfrom(9<TCP:[1]>, 0x1, 8192, 0, NULL, NULL) = -1 EAGAIN\n\
        8 <... fdatasync resumed>) = 0\n\
        7 writev(9<TCP:[1]>, [{iov_base=\"HTTP/1.1 200 OK\\r\\n\"}], 1) = 90\n";
    assert_eq!(look_at(good, &texts), [Way::Good]);
    let sync = "8 <... fdatasync resumed>) = 0\n";
    for (name, trace) in [
        ("it returned after the reply", good.replace(sync, "") + sync),
        (
            "it failed",
            good.replace("resumed>) = 0", "resumed>) = -1 EIO"),
        ),
        (
            "another file was synced",
            good.replace(
                "fdatasync(11</d/chengzhi.db-wal>",
                "fdatasync(12</d/a.part>",
            ),
        ),
        (
            "something else was written",
            good.replace("xx tell-me", "xx other"),
        ),
    ] {
        assert_eq!(look_at(&trace, &texts), [Way::Early], "{name}");
    }
}
