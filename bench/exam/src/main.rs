//! A load generator for exams: thousands of candidates against the release program over HTTP.
//!
//! It makes the people and a sealed exam with the product's own crates, starts the program, plays the candidates, and
//! afterwards looks up every acknowledged answer in the database. What it measures is in `bench/README.md`.
//! Latencies count from the moment at which a candidate was due to send, not from when the generator got round to it.
#![allow(clippy::print_stdout)]

mod client;
mod compare;
mod hall;
mod log;
mod measure;
mod people;
mod phases;
mod runs;
mod server;
mod signin;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Load for the exams of chengzhi.
#[derive(Debug, Parser)]
#[command(name = "bench_exam")]
struct Cli {
    #[command(subcommand)]
    mode: Mode,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// Makes people with accounts; the other modes do it by themselves.
    Prepare(Common),
    /// Sign-in, start, minutes of sitting, hand-in; then the check of every answer.
    Run(Run),
    /// The same with the server killed in the middle and started again.
    Kill(Kill),
    /// More and more saves a second until the 99th percentile passes a second.
    Limit(Limit),
    /// Complete attempts a minute: 50 answers in 23 requests, and one request for each answer.
    Compare(Compare),
}

/// What every mode needs.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder for the data; made when it is not there.
    #[arg(long, default_value = "target/bench-exam")]
    folder: PathBuf,
    /// A PostgreSQL server on which a database of its own is made; SQLite in the folder without it.
    #[arg(long)]
    database: Option<String>,
    /// Data folder of that PostgreSQL server: its processes' time is counted with the program's.
    #[arg(long)]
    postgres: Option<PathBuf>,
    /// The program.
    #[arg(long, default_value = "target/release/chengzhi")]
    program: PathBuf,
    /// Takes a database that does not sync, for a trial of the generator.
    #[arg(long)]
    not_durable: bool,
    /// Candidates.
    #[arg(long, default_value_t = 10_000)]
    candidates: usize,
}

/// Lengths of the phases.
#[derive(Debug, Clone, Args)]
pub struct Phases {
    /// Seconds over which the starts and the hand-ins are spread.
    #[arg(long, default_value_t = 60)]
    spread: u64,
    /// Seconds of sitting.
    #[arg(long, default_value_t = 180)]
    sit: u64,
    /// Seconds between two answers of a candidate.
    #[arg(long, default_value_t = 10)]
    every: u64,
}

#[derive(Debug, Args)]
struct Run {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    phases: Phases,
    /// Seconds of sign-ins at the rate of all candidates in a quarter of an hour; 0 leaves them out.
    #[arg(long, default_value_t = 30)]
    sign_in: u64,
}

#[derive(Debug, Args)]
struct Kill {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    phases: Phases,
    /// How often it is killed, evenly over the time of sitting.
    #[arg(long, default_value_t = 2)]
    times: u64,
}

#[derive(Debug, Args)]
struct Limit {
    #[command(flatten)]
    common: Common,
    /// Saves a second of the first step; each step is half as much again.
    #[arg(long, default_value_t = 1_000)]
    from: u64,
    /// Seconds of a step.
    #[arg(long, default_value_t = 20)]
    step: u64,
    /// Milliseconds that the 99th percentile may take.
    #[arg(long, default_value_t = 1_000)]
    bound: u64,
}

#[derive(Debug, Args)]
struct Compare {
    #[command(flatten)]
    common: Common,
    /// Attempts under way at a time.
    #[arg(long, default_value_t = 100)]
    workers: usize,
    /// Seconds of each of the two ways.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Each attempt signs in with its password in place of the first reading request.
    #[arg(long)]
    sign_in: bool,
    /// The whole paper is fetched at each of the five pages; by itself it comes once, with the start.
    #[arg(long)]
    papers: bool,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    // One thread: the generator shares two cores with what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        match cli.mode {
            Mode::Prepare(common) => people::prepare(&common).await.map(|_| ()),
            Mode::Run(run) => runs::run(&run.common, &run.phases, run.sign_in).await,
            Mode::Kill(kill) => runs::kill(&kill.common, &kill.phases, kill.times).await,
            Mode::Limit(limit) => {
                runs::limit(&limit.common, limit.from, limit.step, limit.bound).await
            }
            Mode::Compare(compare) => {
                compare::compare(
                    &compare.common,
                    compare.workers,
                    compare.seconds,
                    compare::Extras {
                        sign_in: compare.sign_in,
                        papers: compare.papers,
                    },
                )
                .await
            }
        }
    })
}
