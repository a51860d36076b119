//! How much processor time papers take (Linux): a bank of 10,000 questions and a blueprint of 100, met and not met.
//!
//! `cargo run --release -p chengzhi-exams --example bench_papers`
#![allow(clippy::print_stdout)]

use std::collections::BTreeSet;
use std::time::Duration;

use chengzhi_exams::domain::blueprint::{
    BankItem, Blueprint, Exposure, Filter, Kind, Limit, RateTarget, Section,
};
use chengzhi_exams::domain::forms::{self, Forms};
use chengzhi_exams::domain::paper::faults;
use chengzhi_exams::domain::prng::Prng;
use chengzhi_exams::domain::solver::{Assembly, assemble};
use chengzhi_exams::domain::{Marks, QuestionId};

const TOPICS: u64 = 15;
const KINDS: [(Kind, u32, i64); 4] = [
    (Kind::Single, 40, 100),
    (Kind::Multiple, 30, 100),
    (Kind::TrueFalse, 28, 50),
    (Kind::Case, 2, 800),
];

/// Time this thread has had on a processor: what it costs, however busy the machine is.
fn on_cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|word| word.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn bank(size: i64, observed: bool) -> Vec<BankItem> {
    let mut prng = Prng::of(&[2024, u64::from(observed)]);
    (0..size)
        .map(|id| {
            let uses = prng.below(6) as u32;
            let topic = prng.below(TOPICS);
            BankItem {
                id: QuestionId(id),
                kind: KINDS[prng.below(4) as usize].0,
                field: format!("f{}", topic / 3),
                topic: format!("t{topic}"),
                difficulty: 1 + prng.below(5) as u8,
                level: format!("l{}", prng.below(3)),
                uses,
                last_used: (uses > 0).then(|| 1 + prng.below(8) as u32),
                enemies: (prng.below(4) == 0).then(|| prng.below(1000) as u32),
                rate: observed.then(|| 200 + prng.below(760) as u16),
            }
        })
        .collect()
}

/// 600 questions of which hardly any is worn: too few for eight forms without repeats.
fn small(observed: bool) -> Vec<BankItem> {
    let mut bank = bank(600, observed);
    for item in &mut bank {
        (item.uses, item.last_used) = (0, None);
    }
    bank
}

fn plan() -> Blueprint {
    let sections = KINDS.map(|(kind, count, marks)| Section {
        title: String::new(),
        kind,
        count,
        marks: Marks(marks),
    });
    let limit = |filter: Filter, min: Option<u32>, max: Option<u32>| Limit { filter, min, max };
    let mut limits = Vec::new();
    for topic in 0..TOPICS {
        let filter = Filter {
            topic: Some(format!("t{topic}")),
            ..Filter::default()
        };
        limits.push(limit(filter, Some(5), Some(8)));
    }
    for difficulty in 1..=5 {
        let filter = Filter {
            difficulty: Some((difficulty, difficulty)),
            ..Filter::default()
        };
        limits.push(limit(filter, Some(15), Some(25)));
    }
    for level in 0..3 {
        let filter = Filter {
            level: Some(format!("l{level}")),
            ..Filter::default()
        };
        limits.push(limit(filter, Some(25), Some(45)));
    }
    for field in 0..5 {
        let filter = Filter {
            field: Some(format!("f{field}")),
            kind: Some(Kind::Single),
            ..Filter::default()
        };
        limits.push(limit(filter, Some(7), Some(9)));
    }
    Blueprint {
        sections: sections.into(),
        limits,
        total: Some(Marks::whole(100)),
        target: Some(RateTarget {
            rate: 620,
            tolerance: 5,
        }),
        fixed: Vec::new(),
        excluded: BTreeSet::new(),
        exposure: Exposure {
            rest_sessions: Some(2),
            max_uses: Some(4),
            max_share: None,
        },
        keep_enemies_apart: true,
    }
}

fn run(name: &str, plan: &Blueprint, bank: &[BankItem]) {
    let mut times = Vec::new();
    let mut outcome = String::new();
    for seed in 0..9 {
        let start = on_cpu();
        let made = assemble(plan, bank, seed);
        times.push(on_cpu() - start);
        outcome = match made {
            Ok(Assembly::Paper(paper)) => {
                let faults = faults(&paper, plan, bank);
                format!(
                    "paper, {} faults, rate {:?}",
                    faults.len(),
                    paper.expected_rate(bank)
                )
            }
            Ok(Assembly::Impossible(conflict)) => conflict.text,
            Ok(Assembly::Undecided) => "undecided".to_owned(),
            Err(deny) => deny.text,
        };
    }
    times.sort_unstable();
    println!(
        "{name}: median {:?}, worst {:?}: {outcome}",
        times[4], times[8]
    );
}

fn run_forms(name: &str, plan: &Blueprint, bank: &[BankItem], count: u32) {
    let start = on_cpu();
    let made = forms::build(plan, bank, count, 1);
    let time = on_cpu() - start;
    let text = match made {
        Ok(Forms::Built { report, .. }) => format!("{} {:?}", report.text, report.rates),
        Ok(Forms::Impossible(conflict)) => conflict.text,
        Ok(Forms::Undecided) => "undecided".to_owned(),
        Err(deny) => deny.text,
    };
    println!("{name}: {time:?}: {text}");
}

fn main() {
    for observed in [false, true] {
        let bank = bank(10_000, observed);
        let rates = if observed {
            "observed rates"
        } else {
            "assumed rates"
        };
        run(&format!("100 of 10,000, {rates}"), &plan(), &bank);
        let mut tight = plan();
        tight.target = Some(RateTarget {
            rate: 620,
            tolerance: 0,
        });
        run(&format!("exact rate, {rates}"), &tight, &bank);
        let mut hard = plan();
        for limit in &mut hard.limits[..15] {
            limit.min = Some(7);
        }
        run(&format!("lower bounds too many, {rates}"), &hard, &bank);
        let mut far = plan();
        far.target = Some(RateTarget {
            rate: 950,
            tolerance: 5,
        });
        run(&format!("95% expected, {rates}"), &far, &bank);
        let mut worn = plan();
        worn.exposure.max_uses = Some(0);
        worn.limits.push(Limit {
            filter: Filter {
                topic: Some("t3".into()),
                kind: Some(Kind::Multiple),
                difficulty: Some((4, 5)),
                ..Filter::default()
            },
            min: Some(8),
            max: None,
        });
        worn.limits[3].max = Some(8);
        worn.limits[3].min = Some(8);
        worn.limits.push(Limit {
            filter: Filter {
                topic: Some("t3".into()),
                level: Some("l0".into()),
                difficulty: Some((4, 5)),
                ..Filter::default()
            },
            min: Some(7),
            max: None,
        });
        run(&format!("worn, {rates}"), &worn, &bank);
        run_forms(&format!("4 forms of 10,000, {rates}"), &plan(), &bank, 4);
        run_forms(
            &format!("8 forms of 600, {rates}"),
            &plan(),
            &small(observed),
            8,
        );
    }
}
