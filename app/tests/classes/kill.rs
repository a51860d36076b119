//! What is left after the program was killed during a class.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chengzhi_db::Db;
use serde_json::Value;

use crate::desk::{self, Told};
use crate::phone;
use crate::program::{ask, place::Place};
use crate::room::{HELD, OF_HELD, Room, TRAINEES};

/// Sign-ins and closings that must be acknowledged before the kill.
const SIGNED: usize = 30;
const CLOSED: usize = 2;

/// A scan that was sent, and its receipt when that came back.
#[derive(Debug, Clone, Default)]
struct Sent {
    body: String,
    receipt: Option<Value>,
}

/// Sends a scan. None when the server went away; else the status and its reply.
fn send(
    room: &Room,
    address: std::net::SocketAddr,
    seat: usize,
    body: &str,
) -> Option<(u16, Value)> {
    let cookie = room.seats[seat].cookie.as_str();
    let path = "/api/v1/classes/scans";
    let (status, _, reply) = ask(address, "POST", path, Some(cookie), body)?;
    let read = serde_json::from_str(&reply).unwrap_or_else(|_| panic!("{reply}"));
    Some((status, read))
}

/// Everybody comes at once, the first half by the code on the screen, the others by what their phones kept while there
/// was no network; at the next desks results are imported and closings handed in. Then the process is killed.
fn until_killed(room: &Room) -> (Vec<Sent>, BTreeMap<i64, Told>) {
    let mut server = room.serve();
    let address = server.address;
    let sent: Vec<Mutex<Sent>> = (0..TRAINEES).map(|_| Mutex::default()).collect();
    let told: Mutex<BTreeMap<i64, Told>> = Mutex::default();
    let signed = AtomicUsize::new(0);
    let closed = AtomicUsize::new(0);
    let queue = AtomicUsize::new(0);
    let desks = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let turn = queue.fetch_add(1, Ordering::SeqCst);
                    if turn >= TRAINEES {
                        return;
                    }
                    // In turn somebody with a network and somebody whose phone sends what it kept.
                    let online = turn.is_multiple_of(2);
                    let seat = turn / 2 + if online { 0 } else { TRAINEES / 2 };
                    let body = if online {
                        phone::now(room, address, &room.seats[seat])
                    } else {
                        Some(phone::kept(&room.lesson, &room.seats[seat]))
                    };
                    let Some(body) = body else {
                        return;
                    };
                    sent[seat].lock().unwrap().body.clone_from(&body);
                    let Some((status, receipt)) = send(room, address, seat, &body) else {
                        return;
                    };
                    assert_eq!(status, 200, "{receipt}");
                    sent[seat].lock().unwrap().receipt = Some(receipt);
                    signed.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let turn = desks.fetch_add(1, Ordering::SeqCst);
                    let Some(class) = room.held.get(turn) else {
                        return;
                    };
                    let found = desk::close(room, address, *class);
                    told.lock().unwrap().insert(*class, found);
                    if !found.handed_in {
                        return;
                    }
                    closed.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let started = Instant::now();
        while signed.load(Ordering::SeqCst) < SIGNED || closed.load(Ordering::SeqCst) < CLOSED {
            assert!(
                started.elapsed() < Duration::from_secs(120),
                "the class does not get through"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    });
    let sent = sent
        .into_iter()
        .map(|one| one.into_inner().unwrap())
        .collect();
    (sent, told.into_inner().unwrap())
}

/// Scans that are there, by trainee: those who have signed in.
fn present(room: &Room, address: std::net::SocketAddr) -> usize {
    let path = format!("/classes/{}/presence", room.lesson.class);
    let (_, table) = room.teacher(address, "GET", &path, "").unwrap();
    let rows = table["rows"].as_array().unwrap();
    rows.iter()
        .filter(|row| row["cells"][0]["came"].is_string())
        .count()
}

/// Each phone sends again what it has no receipt for, and each that has one sends it once more.
fn sign_in_again(room: &Room, address: std::net::SocketAddr, sent: &[Sent]) {
    for (seat, before) in sent.iter().enumerate() {
        let kept = if before.body.is_empty() {
            phone::now(room, address, &room.seats[seat]).unwrap()
        } else {
            before.body.clone()
        };
        let (mut status, mut reply) = send(room, address, seat, &kept).unwrap();
        if status == 409 && reply["code"] == "class.code_stale" {
            assert!(
                before.receipt.is_none(),
                "what was acknowledged is known: {reply}"
            );
            let fresh = phone::now(room, address, &room.seats[seat]).unwrap();
            (status, reply) = send(room, address, seat, &fresh).unwrap();
        }
        assert_eq!(status, 200, "{reply}");
        if let Some(receipt) = &before.receipt {
            assert_eq!(&reply, receipt, "the same scan gives the same receipt");
        }
        let (_, once_more) = send(room, address, seat, &kept).unwrap();
        assert_eq!(once_more["id"], reply["id"], "{once_more}");
    }
}

/// A class at its desk after the kill: what was acknowledged is there, nothing is half there; then it goes on to its end.
fn close_again(room: &Room, address: std::net::SocketAddr, class: i64, told: Told) {
    let (results, hand_ins, phase) = desk::found(room, address, class);
    assert!(
        results == 0 || results == OF_HELD,
        "{class}: {results} results"
    );
    assert!(!told.stored || results == OF_HELD, "{class}: {told:?}");
    assert!(!told.handed_in || hand_ins == 1, "{class}: {told:?}");
    let waits = phase == "closing_submitted";
    assert_eq!(hand_ins, usize::from(waits), "{class}: {phase}");
    assert!(
        !waits || results == OF_HELD,
        "{class}: handed in without results"
    );
    // A sheet that was read is not read twice.
    let sheet = match told.sheet {
        Some(sheet) => sheet,
        None => desk::read_sheet(room, address, class).unwrap(),
    };
    let (status, reply) = desk::store(room, address, class, sheet).unwrap();
    let wanted = if results == OF_HELD { 409 } else { 200 };
    assert_eq!(status, wanted, "{class}: {reply}");
    let (status, reply) = desk::hand_in(room, address, class).unwrap();
    assert_eq!(status, if waits { 409 } else { 200 }, "{class}: {reply}");
    // Once more changes nothing.
    assert_eq!(desk::store(room, address, class, sheet).unwrap().0, 409);
    assert_eq!(desk::hand_in(room, address, class).unwrap().0, 409);
    let whole = (OF_HELD, 1, "closing_submitted".to_owned());
    assert_eq!(desk::found(room, address, class), whole, "{class}");
}

fn what_was_acknowledged_survives_a_kill_during_a_class(room: &Room) {
    let (sent, told) = until_killed(room);
    let acknowledged = sent.iter().filter(|one| one.receipt.is_some()).count();
    assert!(acknowledged < TRAINEES, "the kill came in the middle");
    let (online, kept) = sent.split_at(TRAINEES / 2);
    assert!(online.iter().any(|one| one.receipt.is_some()));
    assert!(kept.iter().any(|one| one.receipt.is_some()));
    let closed = told.values().filter(|one| one.handed_in).count();
    assert!((CLOSED..HELD).contains(&closed), "{closed} were handed in");

    let server = room.serve();
    let address = server.address;
    let there = present(room, address);
    assert!(
        there >= acknowledged && there <= sent.iter().filter(|one| !one.body.is_empty()).count(),
        "{acknowledged} were acknowledged, {there} are there"
    );
    sign_in_again(room, address, &sent);
    assert_eq!(present(room, address), TRAINEES);
    for class in &room.held {
        let told = told.get(class).copied().unwrap_or_default();
        close_again(room, address, *class, told);
    }
    drop(server);
    whole(&room.place);
}

/// No row contradicts another, each trainee has one scan, and the audit log is whole.
fn whole(place: &Place) {
    place.with_db(async |db: &Db| {
        let mut tx = db.read().await.unwrap();
        let faults = chengzhi_classes::facade::verify(&mut tx).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        let count = chengzhi_db::sql("select cast(count(*) as bigint) as n from class_scan");
        let scans: i64 = tx.one(count).await.unwrap().get("n").unwrap();
        assert_eq!(usize::try_from(scans).unwrap(), TRAINEES);
    });
    let told = place.audit_verified();
    assert!(told.contains("审计日志完整"), "{told}");
}

#[test]
fn a_class_survives_a_kill_on_sqlite() {
    what_was_acknowledged_survives_a_kill_during_a_class(&Room::prepared(None));
}

#[test]
fn a_class_survives_a_kill_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(chengzhi_testkit::empty_postgres());
    drop(runtime);
    what_was_acknowledged_survives_a_kill_during_a_class(&Room::prepared(Some(database)));
}
