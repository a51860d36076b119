//! What is left after the program was killed.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::sender::{Place, Sender, film};

/// Fifty uploads at once, every second one with checksums, until the process is killed in the
/// middle; then every acknowledged byte must be there, and each upload goes on to its end.
fn what_was_acknowledged_survives_a_kill_during_fifty_uploads(place: &Place) {
    const UPLOADS: usize = 50;
    const LENGTH: usize = 500_000;
    const PART: usize = 20_011;
    let mut server = place.serve();
    let sender = place.sender(server.address);
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
    while replies.load(Ordering::SeqCst) < 200 {
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

    let again = place.serve();
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
                at.is_multiple_of(PART) || at == LENGTH,
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

#[test]
fn what_was_acknowledged_survives_a_kill_on_sqlite() {
    what_was_acknowledged_survives_a_kill_during_fifty_uploads(&Place::prepared(None));
}

#[test]
fn what_was_acknowledged_survives_a_kill_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(chengzhi_testkit::empty_postgres());
    drop(runtime);
    what_was_acknowledged_survives_a_kill_during_fifty_uploads(&Place::prepared(Some(database)));
}

/// A part without checksum that is under way when the process is killed keeps what was counted.
#[test]
fn a_long_part_loses_little_when_the_server_is_killed() {
    const LENGTH: usize = 48 * 1024 * 1024;
    let place = Place::prepared(None);
    let mut server = place.serve();
    let sender = place.sender(server.address);
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
    let again = place.serve();
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
