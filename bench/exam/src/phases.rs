//! What candidates do: start, sit, hand in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Method;
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::client::Browser;
use crate::hall::Hall;
use crate::log::{Acknowledged, Log};
use crate::measure::Times;
use crate::people::token;
use crate::server::Server;

/// A candidate with his browser.
pub struct Seat {
    number: usize,
    /// His attempt.
    pub attempt: i64,
    person: i64,
    browser: Browser,
    sequence: u64,
    chance: Chance,
}

/// Numbers without a pattern, the same at each run (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// The next number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }
}

/// What all candidates share.
#[derive(Clone)]
pub struct Shared {
    /// Exam.
    pub exam: i64,
    /// Questions with the number of their options.
    pub choices: Rc<Vec<(i64, usize)>>,
    /// What was acknowledged.
    pub log: Log,
    /// Requests sent a second time because the first had no reply.
    pub resent: Rc<Cell<u64>>,
    /// Connections opened.
    pub opened: Rc<Cell<u64>>,
    /// Attempts whose hand-in was acknowledged.
    pub handed_in: Rc<RefCell<Vec<i64>>>,
}

impl Shared {
    /// For an exam.
    pub fn new(hall: &Hall, log: Log) -> Self {
        Shared {
            exam: hall.exam,
            choices: Rc::new(hall.choices()),
            log,
            resent: Rc::default(),
            opened: Rc::default(),
            handed_in: Rc::default(),
        }
    }
}

/// The reply to saved answers, as far as it is looked at.
#[derive(Debug, Deserialize)]
pub struct SavedOut {
    /// Saved up to this number.
    pub sequence: u64,
    /// Receipt.
    pub receipt: String,
}

/// Everybody at his place.
pub fn seats(hall: &Hall, server: &Server, shared: &Shared) -> Vec<Seat> {
    hall.attempts
        .iter()
        .enumerate()
        .map(|(number, (attempt, person))| Seat {
            number,
            attempt: *attempt,
            person: *person,
            browser: Browser::new(server.address, number, shared.opened.clone())
                .signed_in(&token(*person)),
            sequence: 0,
            chance: Chance::new(attempt.unsigned_abs()),
        })
        .collect()
}

/// The answer that a candidate gives to his `turn`-th question; JSON as he sees it.
pub fn answer(choices: &[(i64, usize)], turn: u64, chance: &mut Chance) -> (i64, String) {
    let at = usize::try_from(turn).unwrap_or(0) % choices.len();
    let (question, options) = choices[at];
    if options == 0 {
        return (question, format!(r#"{{"truth":{}}}"#, chance.below(2) == 0));
    }
    let letter = char::from(b'A' + u8::try_from(chance.below(options as u64)).unwrap_or(0));
    (question, format!(r#"{{"options":["{letter}"]}}"#))
}

impl Seat {
    /// Sends a request until it is answered, as the page does. `due` is when it was first to be sent.
    async fn until_answered(
        &mut self,
        shared: &Shared,
        times: &Times,
        due: Instant,
        path: &str,
        body: Bytes,
    ) -> Option<Bytes> {
        for attempt in 0..60_u64 {
            if attempt > 0 {
                shared.resent.set(shared.resent.get() + 1);
                let wait = (200 << attempt.min(4)) + self.chance.below(300);
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            match self.browser.call(Method::POST, path, body.clone()).await {
                Ok(reply) if reply.status == 200 => {
                    times.done(due.elapsed());
                    return Some(reply.body);
                }
                Ok(reply) => {
                    times.refused(reply.status);
                    if reply.status != 503 {
                        return None;
                    }
                }
                Err(_) => times.again(),
            }
        }
        times.lost();
        None
    }

    async fn start(&mut self, shared: &Shared, times: &Times, due: Instant) {
        let path = format!("/api/v1/exams/{}/start", shared.exam);
        self.until_answered(shared, times, due, &path, Bytes::new())
            .await;
    }

    async fn save(&mut self, shared: &Shared, times: &Times, due: Instant) {
        let (question, answer) = answer(&shared.choices, self.sequence, &mut self.chance);
        let sequence = self.sequence + 1;
        let body = format!(
            r#"{{"device":1,"items":[{{"sequence":{sequence},"question":{question},"answer":{answer}}}]}}"#
        );
        let path = format!("/api/v1/exams/sittings/{}/answers", self.attempt);
        let Some(reply) = self
            .until_answered(shared, times, due, &path, body.into())
            .await
        else {
            return;
        };
        let Ok(saved) = serde_json::from_slice::<SavedOut>(&reply) else {
            times.refused(0);
            return;
        };
        if saved.sequence != sequence {
            times.refused(1);
            return;
        }
        self.sequence = sequence;
        let one = Acknowledged {
            attempt: self.attempt,
            person: self.person,
            sequence,
            question,
            answer,
            receipt: saved.receipt,
        };
        if shared.log.add(&one).is_err() {
            times.refused(2);
        }
    }

    async fn hand_in(&mut self, shared: &Shared, times: &Times, due: Instant) {
        let path = format!("/api/v1/exams/sittings/{}/hand-in", self.attempt);
        let reply = self
            .until_answered(shared, times, due, &path, Bytes::new())
            .await;
        if reply.is_some() {
            shared.handed_in.borrow_mut().push(self.attempt);
        }
        self.browser.hang_up();
    }
}

/// When a candidate's turn comes, evenly over a time, in an order that has nothing to do with his number.
fn turn(number: usize, all: usize, over: Duration) -> Duration {
    // A step that shares no factor with most sizes walks through all places.
    let place = (number * 7_919) % all.max(1);
    over.mul_f64(place as f64 / all.max(1) as f64)
}

/// What everybody does once in a phase.
#[derive(Debug, Clone, Copy)]
pub enum Once {
    /// Starts.
    Start,
    /// Hands in.
    HandIn,
}

/// Everybody does it once, spread evenly over a time.
pub async fn once(
    what: Once,
    seats: Vec<Seat>,
    shared: &Shared,
    over: Duration,
) -> (Vec<Seat>, Times) {
    let times = Times::default();
    let began = Instant::now();
    let all = seats.len();
    let mut tasks = JoinSet::new();
    for mut seat in seats {
        let (shared, times) = (shared.clone(), times.clone());
        tasks.spawn_local(async move {
            let due = began + turn(seat.number, all, over);
            tokio::time::sleep_until(due.into()).await;
            match what {
                Once::Start => seat.start(&shared, &times, due).await,
                Once::HandIn => seat.hand_in(&shared, &times, due).await,
            }
            seat
        });
    }
    (tasks.join_all().await, times)
}

/// Everybody sits: one answer every `every`, for a time.
pub async fn sit(
    seats: Vec<Seat>,
    shared: &Shared,
    over: Duration,
    every: Duration,
) -> (Vec<Seat>, Times) {
    let times = Times::default();
    let began = Instant::now();
    let all = seats.len();
    let mut tasks = JoinSet::new();
    for mut seat in seats {
        let (shared, times) = (shared.clone(), times.clone());
        tasks.spawn_local(async move {
            let mut due = began + turn(seat.number, all, every);
            while due < began + over {
                tokio::time::sleep_until(due.into()).await;
                seat.save(&shared, &times, due).await;
                due += every;
            }
            seat
        });
    }
    (tasks.join_all().await, times)
}
