//! Complete attempts a minute, in two ways: as a peer's run counts them, and as the pages work.
//!
//! The peer's attempt is 50 questions on five pages in 23 requests. Here: who am I, my exams, start, which brings the
//! whole paper; for each of the five pages where the sitting stands, half of its answers as an automatic save, the other
//! half when the page is left; where it stands once more for the overview, hand-in, the summary, my exams, who am I. With
//! `--papers` each of the five pages fetches the paper anew. Every answer is durable and receipted.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use hyper::Method;
use tokio::task::JoinSet;

use crate::Common;
use crate::client::Browser;
use crate::log::Acknowledged;
use crate::measure::{HEAD, Times};
use crate::people::token;
use crate::phases::{Chance, SavedOut, Shared, answer};
use crate::runs::Trial;
use crate::signin::sign_in;

const QUESTIONS: usize = 50;
const PAGES: u64 = 5;

/// How an attempt is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// 23 requests.
    Pages,
    /// One request for each answer.
    Single,
}

/// What the workers share.
#[derive(Clone)]
struct Course {
    way: Way,
    shared: Shared,
    saves: Times,
    requests: Rc<Cell<u64>>,
    extras: Extras,
}

/// What an attempt does beyond the plain way.
#[derive(Debug, Clone, Copy)]
pub struct Extras {
    /// Signs in with its password in place of the first request.
    pub sign_in: bool,
    /// Fetches the whole paper at each page.
    pub papers: bool,
}

/// One attempt under way.
struct Sitter<'a> {
    course: &'a Course,
    browser: Browser,
    attempt: i64,
    person: i64,
    sequence: u64,
    chance: Chance,
}

impl Sitter<'_> {
    async fn ask(&mut self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Bytes> {
        self.course.requests.set(self.course.requests.get() + 1);
        let reply = self
            .browser
            .call(method, path, body)
            .await
            .map_err(|_| anyhow::anyhow!("no reply to {path}"))?;
        anyhow::ensure!(reply.status == 200, "{path}: {}", reply.status);
        Ok(reply.body)
    }

    async fn get(&mut self, path: &str) -> anyhow::Result<()> {
        self.ask(Method::GET, path, Bytes::new()).await.map(|_| ())
    }

    /// Saves the next so many answers in one request.
    async fn save(&mut self, answers: u64) -> anyhow::Result<()> {
        let mut items = String::new();
        let mut given = Vec::new();
        for n in 0..answers {
            let sequence = self.sequence + 1 + n;
            let choices = &self.course.shared.choices;
            let (question, answer) = answer(choices, sequence - 1, &mut self.chance);
            let comma = if n == 0 { "" } else { "," };
            write!(
                items,
                r#"{comma}{{"sequence":{sequence},"question":{question},"answer":{answer}}}"#
            )?;
            given.push(Acknowledged {
                attempt: self.attempt,
                person: self.person,
                sequence,
                question,
                answer,
                receipt: String::new(),
            });
        }
        let body = format!(r#"{{"device":1,"items":[{items}]}}"#);
        let path = format!("/api/v1/exams/sittings/{}/answers", self.attempt);
        let sent = Instant::now();
        let reply = self.ask(Method::POST, &path, body.into()).await?;
        self.course.saves.done(sent.elapsed());
        let saved: SavedOut = serde_json::from_slice(&reply)?;
        self.sequence += answers;
        anyhow::ensure!(saved.sequence == self.sequence, "another number came back");
        given.last_mut().context("no answers")?.receipt = saved.receipt;
        for one in &given {
            self.course.shared.log.add(one)?;
        }
        Ok(())
    }

    async fn sit(&mut self) -> anyhow::Result<()> {
        let exam = self.course.shared.exam;
        let sitting = format!("/api/v1/exams/sittings/{}", self.attempt);
        let (start, end) = (
            format!("/api/v1/exams/{exam}/start"),
            format!("{sitting}/hand-in"),
        );
        if self.course.extras.sign_in {
            self.course.requests.set(self.course.requests.get() + 1);
            let due = Instant::now();
            let session = sign_in(&mut self.browser, self.person, &Times::default(), due)
                .await
                .context("sign-in was refused")?;
            self.browser.take_session(&session);
        } else {
            self.get("/api/v1/session").await?;
        }
        match self.course.way {
            Way::Pages => {
                self.get("/api/v1/exams/me").await?;
                self.ask(Method::POST, &start, Bytes::new()).await?;
                let glance = format!("{sitting}?brief=true");
                let page = if self.course.extras.papers {
                    &sitting
                } else {
                    &glance
                };
                for _ in 0..PAGES {
                    let half = QUESTIONS as u64 / PAGES / 2;
                    self.get(page).await?;
                    self.save(half).await?;
                    self.save(half).await?;
                }
                self.get(&glance).await?;
                self.ask(Method::POST, &end, Bytes::new()).await?;
                self.get(&sitting).await?;
                self.get("/api/v1/exams/me").await?;
                self.get("/api/v1/session").await?;
            }
            Way::Single => {
                self.ask(Method::POST, &start, Bytes::new()).await?;
                for _ in 0..QUESTIONS {
                    self.save(1).await?;
                }
                self.ask(Method::POST, &end, Bytes::new()).await?;
            }
        }
        self.course.shared.handed_in.borrow_mut().push(self.attempt);
        self.browser.hang_up();
        Ok(())
    }
}

/// Measures both ways on one exam, each with half of its attempts.
pub async fn compare(
    common: &Common,
    workers: usize,
    seconds: u64,
    extras: Extras,
) -> anyhow::Result<()> {
    let trial = Trial::open(common, QUESTIONS).await?;
    let mut left = trial.hall.attempts.clone();
    let half = left.split_off(left.len() / 2);
    let pages = measure(&trial, Way::Pages, left, workers, seconds, extras).await;
    let single = measure(&trial, Way::Single, half, workers, seconds, extras).await;
    trial.close().await?;
    pages.and(single)
}

async fn measure(
    trial: &Trial,
    way: Way,
    attempts: Vec<(i64, i64)>,
    workers: usize,
    seconds: u64,
    extras: Extras,
) -> anyhow::Result<()> {
    let course = Course {
        way,
        shared: trial.shared.clone(),
        saves: Times::default(),
        requests: Rc::default(),
        extras,
    };
    let whole = Times::default();
    let all = attempts.len();
    let queue = Rc::new(RefCell::new(attempts));
    let (before, began) = (trial.server.used(), Instant::now());
    let until = began + Duration::from_secs(seconds);
    let mut tasks = JoinSet::new();
    for _ in 0..workers {
        let (course, whole, queue) = (course.clone(), whole.clone(), queue.clone());
        let address = trial.server.address;
        tasks.spawn_local(async move {
            while Instant::now() < until {
                let Some((attempt, person)) = queue.borrow_mut().pop() else {
                    break;
                };
                let sent = Instant::now();
                let browser = Browser::new(address, 0, course.shared.opened.clone());
                let mut sitter = Sitter {
                    course: &course,
                    browser: browser.signed_in(&token(person)),
                    attempt,
                    person,
                    sequence: 0,
                    chance: Chance::new(attempt.unsigned_abs()),
                };
                match sitter.sit().await {
                    Ok(()) => whole.done(sent.elapsed()),
                    Err(error) => {
                        eprintln!("{error}");
                        whole.lost();
                    }
                }
            }
        });
    }
    tasks.join_all().await;
    let (used, took) = (trial.server.used(), began.elapsed().as_secs_f64());
    let done = whole.count().max(1) as f64;
    let name = match way {
        Way::Pages => "23 requests, answers in pages",
        Way::Single => "one request for each answer",
    };
    println!("\n{name}: {workers} at a time, {took:.1} s\n{HEAD}");
    println!("{}\n{}", whole.row("attempt"), course.saves.row("save"));
    println!(
        "{:.0} complete attempts a minute, {:.1} requests each, {:.4} CPU-s of the program each{}",
        done / took * 60.0,
        course.requests.get() as f64 / done,
        (used.server - before.server) / done,
        if used.database > 0.0 {
            format!(
                ", {:.4} of PostgreSQL",
                (used.database - before.database) / done
            )
        } else {
            String::new()
        }
    );
    println!("{}", used.since(&before));
    if whole.count() >= all {
        println!("all {all} attempts were used up before the time was: take more candidates");
    }
    anyhow::ensure!(
        whole.failures() == 0,
        "{} attempts failed",
        whole.failures()
    );
    Ok(())
}
