//! Starts, answers, devices and ends by table.

use proptest::prelude::*;

use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_micros(0).plus_minutes(minutes)
}

const TERMS: Terms = Terms {
    opens: Timestamp::from_micros(0),
    last_start: Timestamp::from_micros(0).plus_minutes(30),
    closes: Timestamp::from_micros(0).plus_minutes(100),
    duration: 90 * 60,
    margin: 30,
};

fn running() -> Sitting {
    Sitting::new(0).start(at(5), &TERMS).unwrap().sitting
}

fn save(sequence: u64, at: Timestamp) -> Save {
    Save {
        device: 1,
        sequence,
        at,
    }
}

#[test]
fn a_start_has_its_hours_and_comes_twice_as_the_same() {
    let fresh = Sitting::new(600);
    let code = |now| {
        fresh
            .start(now, &TERMS)
            .map(|s| s.again)
            .map_err(|d| d.code)
    };
    assert_eq!(code(at(-1)), Err("exams.not_open"));
    assert_eq!(code(at(0)), Ok(false));
    assert_eq!(code(at(30)), Err("exams.too_late"));
    let first = fresh.start(at(0), &TERMS).unwrap().sitting;
    // The doors are closed for newcomers, not for him.
    let again = first.start(at(50), &TERMS).unwrap();
    assert!(again.again);
    assert_eq!(again.sitting, first);
    assert_eq!(
        first.clock.as_ref().unwrap().remaining(at(50)).seconds,
        50 * 60
    );
    assert_eq!(
        first.start(at(100), &TERMS).unwrap_err().code,
        "exams.time_up"
    );
}

#[test]
fn answers_by_instant() {
    let sitting = running();
    let end = at(95);
    for (instant, want) in [
        (at(6), Ok(Kept::InTime)),
        (end.plus_micros(-1), Ok(Kept::InTime)),
        (end, Ok(Kept::Late)),
        (end.plus_seconds(30).plus_micros(-1), Ok(Kept::Late)),
        (end.plus_seconds(30), Err("exams.time_up")),
    ] {
        let made = sitting.save(save(1, instant), &TERMS);
        assert_eq!(
            made.map(|(_, kept)| kept).map_err(|d| d.code),
            want,
            "{instant}"
        );
    }
    let (late, _) = sitting.save(save(1, end), &TERMS).unwrap();
    assert_eq!(
        (late.stored, late.ended, late.sequence),
        (State::Collected, Some(end), 1)
    );
}

#[test]
fn answers_come_in_order_and_twice_without_harm() {
    let code = |s: &Sitting, n| s.save(save(n, at(10)), &TERMS).map_err(|d| d.code);
    let first = running();
    let (once, _) = code(&first, 1).unwrap();
    assert_eq!(code(&once, 1).unwrap(), (once.clone(), Kept::Repeat));
    assert_eq!(code(&once, 3), Err("exams.gap"));
    assert_eq!(code(&first, 0), Err("exams.gap"));
    let done = once.hand_in(at(20)).unwrap();
    assert_eq!(code(&done, 2), Err("exams.handed_in"));
    // What was acknowledged before stays acknowledged.
    assert_eq!(code(&done, 1).unwrap().1, Kept::Repeat);
    assert_eq!(code(&Sitting::new(0), 1), Err("exams.not_started"));
}

#[test]
fn one_device_at_a_time() {
    let taken = running().take_over(at(10)).unwrap();
    assert_eq!(taken.device, 2);
    let denied = taken.save(save(1, at(11)), &TERMS).unwrap_err();
    assert_eq!(denied.code, "exams.other_device");
    let from_second = Save {
        device: 2,
        ..save(1, at(11))
    };
    assert!(taken.save(from_second, &TERMS).is_ok());
    assert_eq!(taken.take_over(at(95)).unwrap_err().code, "exams.time_up");
}

#[test]
fn an_old_device_is_never_told_that_its_answer_is_kept() {
    let (first, _) = running().save(save(1, at(6)), &TERMS).unwrap();
    let taken = first.take_over(at(10)).unwrap();
    let second = Save {
        device: 2,
        ..save(2, at(11))
    };
    let (taken, _) = taken.save(second, &TERMS).unwrap();
    // Typed without network on the first device: its number has been used since.
    let denied = taken.save(save(2, at(12)), &TERMS).unwrap_err();
    assert_eq!(denied.code, "exams.other_device");
    assert_eq!(taken.save(second, &TERMS).unwrap().1, Kept::Repeat);
    let foreign = Save {
        sequence: 1,
        ..second
    };
    assert_eq!(taken.save(foreign, &TERMS).unwrap_err().code, "exams.gap");
}

#[test]
fn an_invigilator_stops_the_clock_once_at_a_time() {
    let stopped = running().pause(at(20)).unwrap();
    assert_eq!(stopped.pause(at(21)).unwrap_err().code, "exams.paused");
    assert_eq!(
        running().resume(at(21)).unwrap_err().code,
        "exams.not_paused"
    );
    // Nothing typed meanwhile is lost.
    assert!(stopped.save(save(1, at(25)), &TERMS).is_ok());
    assert_eq!(stopped.state_at(at(500)), State::Running);
    let on = stopped.resume(at(30)).unwrap();
    assert_eq!(on.clock.as_ref().unwrap().end(at(30)), at(105));
    assert_eq!(on.pause(at(105)).unwrap_err().code, "exams.time_up");
    assert!(Sitting::new(0).pause(at(1)).is_err());
}

#[test]
fn a_hand_in_is_final_whoever_comes_first() {
    let done = running().hand_in(at(40)).unwrap();
    assert_eq!((done.stored, done.ended), (State::HandedIn, Some(at(40))));
    assert_eq!(done.hand_in(at(50)).unwrap(), done);
    assert_eq!(done.sweep(at(200)), done);
    let swept = running().sweep(at(200));
    assert_eq!(
        (swept.stored, swept.ended),
        (State::Collected, Some(at(95)))
    );
    // Handed in after the end, before any sweep: the same as swept.
    assert_eq!(running().hand_in(at(99)).unwrap(), swept);
    assert_eq!(swept.hand_in(at(300)).unwrap(), swept);
    assert_eq!(running().sweep(at(94)), running());
    let void = done.annul(at(60)).unwrap();
    assert_eq!((void.stored, void.ended), (State::Void, Some(at(40))));
    assert_eq!(void.hand_in(at(61)).unwrap_err().code, "exams.void");
}

#[test]
fn every_pair_of_state_and_event_is_decided() {
    let known: usize = State::ALL
        .iter()
        .flat_map(|s| Event::ALL.iter().map(move |e| step(STEPS, *s, *e)))
        .flatten()
        .count();
    assert_eq!(known, STEPS.len(), "no pair stands twice");
    assert!(STEPS.iter().all(|(from, _, _)| *from != State::Void));
    assert!(
        STEPS
            .iter()
            .all(|(from, _, to)| *from == State::NotStarted || *to != State::NotStarted)
    );
}

proptest! {
    #[test]
    fn no_order_of_requests_loses_an_answer_or_reopens(
        requests in prop::collection::vec((0u8..4, 0i64..4), 1..60),
    ) {
        let mut sitting = running();
        let mut now = at(5);
        let mut acknowledged = 0;
        let mut over = false;
        for (what, minutes) in requests {
            now = now.plus_minutes(minutes);
            match what {
                0 | 1 => {
                    let one = Save { device: sitting.device, sequence: sitting.sequence + 1, at: now };
                    if let Ok((next, kept)) = sitting.save(one, &TERMS) {
                        prop_assert!(!over || kept == Kept::Late);
                        acknowledged += 1;
                        sitting = next;
                    }
                }
                2 => if let Ok(next) = sitting.take_over(now) { sitting = next },
                _ => sitting = if minutes == 3 {
                    sitting.hand_in(now).unwrap()
                } else {
                    sitting.sweep(now)
                },
            }
            let ended = sitting.state_at(now) != State::Running;
            prop_assert!(ended || !over, "what is over stays over");
            over = ended;
            prop_assert_eq!(sitting.sequence, acknowledged);
        }
    }
}
