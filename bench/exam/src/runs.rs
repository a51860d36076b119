//! The modes: a whole exam, the same with kills, the search for the limit.

use std::time::{Duration, Instant};

use chengzhi_db::Db;

use crate::hall::{self, Hall};
use crate::log::Log;
use crate::measure::{HEAD, Times};
use crate::people::{self, Place};
use crate::phases::{Once, Seat, Shared, once, seats, sit};
use crate::server::Server;
use crate::{Common, Phases, signin, verify};

/// Questions of an exam.
const QUESTIONS: usize = 60;

/// A place with a fresh exam and the program over it.
pub struct Trial {
    place: Place,
    db: Db,
    /// The exam.
    pub hall: Hall,
    /// The program.
    pub server: Server,
    /// What the candidates share.
    pub shared: Shared,
    path: std::path::PathBuf,
}

impl Trial {
    /// Makes what is missing, seals an exam, opens sessions, starts the program.
    pub async fn open(common: &Common, questions: usize) -> anyhow::Result<Self> {
        let place = people::prepare(common).await?;
        let db = place.open(&common.folder).await?;
        let began = Instant::now();
        let hall = hall::seal(&db, common.candidates, questions).await?;
        people::open_sessions(&db, common.candidates).await?;
        let durability = db.durability().await?;
        println!(
            "{} candidates, {questions} questions, sealed in {:.1} s; {:?}, {}",
            hall.attempts.len(),
            began.elapsed().as_secs_f64(),
            db.engine(),
            durability.said
        );
        anyhow::ensure!(
            durability.durable || common.not_durable,
            "this database acknowledges before the disk has it; figures of it mean nothing (--not-durable for a trial)"
        );
        db.close().await;
        let server = Server::start(common, &place, 0).await?;
        // Opened anew for the look afterwards; an open reader does not disturb the server.
        let db = place.open(&common.folder).await?;
        let path = common.folder.join("acknowledged.log");
        let shared = Shared::new(&hall, Log::create(&path)?);
        Ok(Trial {
            place,
            db,
            hall,
            server,
            shared,
            path,
        })
    }

    /// Stops the program and looks every acknowledged answer up.
    pub async fn close(self) -> anyhow::Result<()> {
        let peak = self.server.peak();
        self.server.stop().await?;
        self.shared.log.flush()?;
        let handed_in = self.shared.handed_in.borrow().clone();
        let found = verify::look(&self.db, &self.hall, &self.path, &handed_in).await?;
        self.db.close().await;
        println!(
            "\nmemory of the program at most {peak:.0} MiB; {} connections opened, {} requests sent again",
            self.shared.opened.get(),
            self.shared.resent.get()
        );
        println!("{}", found.words());
        anyhow::ensure!(found.is_good(), "acknowledged answers are lost or changed");
        Ok(())
    }
}

async fn start(trial: &Trial, spread: u64) -> (Vec<Seat>, Times) {
    let everybody = seats(&trial.hall, &trial.server, &trial.shared);
    let before = trial.server.used();
    let (everybody, times) = once(
        Once::Start,
        everybody,
        &trial.shared,
        Duration::from_secs(spread),
    )
    .await;
    println!(
        "\nstart of all within {spread} s\n{HEAD}\n{}",
        times.row("start")
    );
    println!("{}", trial.server.used().since(&before));
    (everybody, times)
}

async fn hand_in(trial: &Trial, everybody: Vec<Seat>, spread: u64) -> Times {
    let before = trial.server.used();
    let (_, times) = once(
        Once::HandIn,
        everybody,
        &trial.shared,
        Duration::from_secs(spread),
    )
    .await;
    println!(
        "\nhand-in of all within {spread} s\n{HEAD}\n{}",
        times.row("hand-in")
    );
    println!("{}", trial.server.used().since(&before));
    times
}

/// Sign-in, start, sitting, hand-in, and the look afterwards.
pub async fn run(common: &Common, phases: &Phases, sign_in: u64) -> anyhow::Result<()> {
    let trial = Trial::open(common, QUESTIONS).await?;
    if sign_in > 0 {
        signin::phase(&trial.server, common.candidates, sign_in).await?;
    }
    let (everybody, starts) = start(&trial, phases.spread).await;
    let before = trial.server.used();
    let (everybody, saves) = sit(
        everybody,
        &trial.shared,
        Duration::from_secs(phases.sit),
        Duration::from_secs(phases.every),
    )
    .await;
    println!(
        "\n{} s of sitting, an answer every {} s each\n{HEAD}\n{}",
        phases.sit,
        phases.every,
        saves.row("save")
    );
    println!("{}", trial.server.used().since(&before));
    let ends = hand_in(&trial, everybody, phases.spread).await;
    let failures = starts.failures() + saves.failures() + ends.failures();
    trial.close().await?;
    anyhow::ensure!(
        failures == 0,
        "{failures} requests were refused or never answered"
    );
    Ok(())
}

/// The same; in the middle the program is killed and started again.
pub async fn kill(common: &Common, phases: &Phases, times: u64) -> anyhow::Result<()> {
    let mut trial = Trial::open(common, QUESTIONS).await?;
    let (everybody, _) = start(&trial, phases.spread).await;
    let shared = trial.shared.clone();
    let sitting = tokio::task::spawn_local({
        let (over, every) = (phases.sit, phases.every);
        async move {
            let (over, every) = (Duration::from_secs(over), Duration::from_secs(every));
            sit(everybody, &shared, over, every).await
        }
    });
    let part = Duration::from_secs(phases.sit) / u32::try_from(times + 1)?;
    for number in 1..=times {
        tokio::time::sleep(part).await;
        let place = trial.place.clone();
        let gone = trial.server.kill_and_start(common, &place).await?;
        println!("\nkill {number}: SIGKILL in the middle, answering again after {gone:.2} s");
    }
    let (everybody, saves) = sitting.await?;
    println!("\nsitting with kills\n{HEAD}\n{}", saves.row("save"));
    hand_in(&trial, everybody, phases.spread).await;
    trial.close().await
}

/// Steps of more and more saves a second until the bound is passed.
pub async fn limit(common: &Common, from: u64, step: u64, bound: u64) -> anyhow::Result<()> {
    let trial = Trial::open(common, QUESTIONS).await?;
    let (mut everybody, _) = start(&trial, 60).await;
    let seats = everybody.len() as f64;
    let mut rate = from;
    let mut last_good = 0;
    println!("\n{HEAD}");
    loop {
        let every = Duration::from_secs_f64(seats / rate as f64);
        let before = trial.server.used();
        let (back, times) = sit(
            everybody,
            &trial.shared,
            Duration::from_secs(step).max(every),
            every,
        )
        .await;
        everybody = back;
        println!(
            "{}\n{}",
            times.row(&format!("{rate} saves a second")),
            trial.server.used().since(&before)
        );
        if times.percentile(990) > bound as f64 || times.failures() > 0 || rate > 200_000 {
            break;
        }
        last_good = rate;
        rate += rate / 2;
    }
    println!(
        "\nlast step within {bound} ms: {last_good} saves a second, as many as {} candidates with an answer every 10 s make",
        last_good * 10
    );
    hand_in(&trial, everybody, 60).await;
    trial.close().await
}
