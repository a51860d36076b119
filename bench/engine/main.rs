//! The assessment engine alone: one million officer-years with their ledger rows in memory.
//!
//! `cargo run --release -p chengzhi-rules --example bench_engine -- [officers] [threads]`
//! prints rows, bytes, threads and seconds; the rendering of reasons is measured apart.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Instant;

use chengzhi_kernel::{Date, Month, Quantity};
use chengzhi_rules::Policy;
use chengzhi_rules::assess::{
    CompiledPolicy, DistrictSessions, Event, EventKind, Extra, LedgerKind, LedgerRow, Outcome,
    PersonFacts, Session, State, assess, explain, reasons,
};

const ROWS_EACH: usize = 25;
const YEAR: i32 = 2024;

struct People {
    facts: Vec<PersonFacts>,
    events: Vec<Vec<Event>>,
    rows: Vec<LedgerRow>,
    district: Vec<u8>,
}

/// A small generator of our own, so that the same figures come out everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 33).unwrap() % n
    }

    fn day(&mut self, year: i32) -> Date {
        let month = 1 + self.below(12);
        Date::from_ymd_opt(year, month, 1 + self.below(28)).unwrap()
    }
}

/// The mix of the demo city: 1 % not on the establishment, 3 % new, 2 % left, 3 % away for a time.
fn people(count: usize) -> People {
    let mut dice = Dice(2024);
    let mut people = People {
        facts: Vec::with_capacity(count),
        events: Vec::with_capacity(count),
        rows: Vec::with_capacity(count * ROWS_EACH),
        district: Vec::with_capacity(count),
    };
    for _ in 0..count {
        let draw = dice.below(100);
        let mut joined = dice.day(2010);
        let mut induction_ended = None;
        let mut events = Vec::new();
        let event = |kind, effective| Event {
            kind,
            effective,
            recorded: None,
        };
        match draw {
            1..=3 => {
                joined = dice.day(YEAR);
                induction_ended =
                    (dice.below(10) < 7).then(|| chengzhi_kernel::deadline::plus_days(joined, 60));
            }
            4..=5 => events.push(event(EventKind::Left, dice.day(YEAR))),
            6..=8 => {
                let from = dice.day(YEAR);
                events.push(event(EventKind::MaternityLeave, from));
                if dice.below(10) < 6 {
                    let back =
                        chengzhi_kernel::deadline::plus_days(from, 30 + i64::from(dice.below(150)));
                    events.push(event(EventKind::Return, back));
                }
            }
            _ => {}
        }
        people.facts.push(PersonFacts {
            established: draw != 0,
            joined,
            induction_ended,
        });
        people.events.push(events);
        people.district.push(u8::try_from(dice.below(16)).unwrap());
        for month in Month::of_year(YEAR) {
            // About one month in forty is missed.
            let kind = if dice.below(40) == 0 {
                LedgerKind::Other
            } else {
                LedgerKind::Study
            };
            let day = month.day(1 + dice.below(20));
            people.rows.push(LedgerRow::new(
                day,
                kind,
                Quantity::whole(1),
                Quantity::ZERO,
                Some(month),
            ));
        }
        for _ in 0..12 {
            people.rows.push(LedgerRow::new(
                dice.day(YEAR),
                LedgerKind::Online,
                Quantity::whole(2),
                Quantity::whole(1),
                None,
            ));
        }
        people.rows.push(LedgerRow::new(
            dice.day(YEAR),
            LedgerKind::District,
            Quantity::whole(24),
            Quantity::whole(12),
            None,
        ));
    }
    people
}

#[derive(Default)]
struct Count {
    full: u64,
    partial: u64,
    not_assessed: u64,
    met: u64,
    steps: u64,
    text_bytes: u64,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let officers: usize = args.next().map_or(1_000_000, |a| a.parse().unwrap());
    let threads: usize = args.next().map_or(2, |a| a.parse().unwrap());
    let policy = CompiledPolicy::new(&Policy::for_year("shanghai", YEAR).unwrap());
    let districts: Vec<DistrictSessions> = (0..16u32)
        .map(|n| {
            let from = Date::from_ymd_opt(YEAR, 6, 3 + n).unwrap();
            let listed = [Session {
                from,
                to: chengzhi_kernel::deadline::plus_days(from, 2),
            }];
            DistrictSessions::for_year(&policy, if n < 14 { &listed } else { &[] })
        })
        .collect();
    let people = people(officers);
    println!("officers        {officers}");
    println!("ledger rows     {}", people.rows.len());
    println!(
        "bytes of rows   {}",
        people.rows.len() * size_of::<LedgerRow>()
    );
    println!("threads         {threads}");
    let judge = |i: usize| {
        let rows = &people.rows[i * ROWS_EACH..(i + 1) * ROWS_EACH];
        let sessions = &districts[usize::from(people.district[i])];
        assess(
            &policy,
            &people.facts[i],
            &people.events[i],
            rows,
            sessions,
            &Extra::default(),
        )
    };
    let pass = |name: &str, each: &(dyn Fn(usize, &mut Count) + Sync), of: usize| {
        let start = Instant::now();
        let share = of.div_ceil(threads);
        let counts: Vec<Count> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|t| {
                    scope.spawn(move || {
                        let mut count = Count::default();
                        for i in t * share..((t + 1) * share).min(of) {
                            each(i, &mut count);
                        }
                        count
                    })
                })
                .collect();
            workers.into_iter().map(|w| w.join().unwrap()).collect()
        });
        let seconds = start.elapsed().as_secs_f64();
        println!("{name:<15} {seconds:.3} s for {of} officers");
        counts.into_iter().fold(Count::default(), |mut sum, c| {
            sum.full += c.full;
            sum.partial += c.partial;
            sum.not_assessed += c.not_assessed;
            sum.met += c.met;
            sum.steps += c.steps;
            sum.text_bytes += c.text_bytes;
            sum
        })
    };
    let tally = |i: usize, count: &mut Count| {
        let a = judge(i);
        match a.state {
            State::Full => count.full += 1,
            State::Partial => count.partial += 1,
            State::NotAssessed => count.not_assessed += 1,
        }
        count.met += u64::from(a.result == Some(Outcome::Met));
        count.steps += a.trace.steps.len() as u64;
    };
    for _ in 0..3 {
        let count = pass("assess + trace", &tally, officers);
        println!(
            "                full {} partial {} not assessed {} met {} trace steps {}",
            count.full, count.partial, count.not_assessed, count.met, count.steps
        );
    }
    let told = |i: usize, count: &mut Count| {
        let a = judge(i);
        count.text_bytes += reasons(&policy, &a, &[])
            .iter()
            .map(|r| r.text.len() as u64)
            .sum::<u64>();
    };
    let count = pass("… with reasons", &told, officers);
    println!("                {} bytes of text", count.text_bytes);
    let explained = |i: usize, count: &mut Count| {
        let a = judge(i);
        count.text_bytes += explain(&policy, &a, &[])
            .iter()
            .map(|l| l.text.len() as u64)
            .sum::<u64>();
    };
    let count = pass("… with explain", &explained, officers / 10);
    println!("                {} bytes of text", count.text_bytes);
}
