//! Prints the figures of a planned city without storing it: `outline [TODAY] [DISTRICTS] [SEED]`.
#![expect(clippy::unwrap_used, reason = "a tool for those who tune the data")]

use chengzhi_demo::data::Data;
use chengzhi_demo::plan::{Wish, plan};

fn main() {
    let mut args = std::env::args().skip(1);
    let today = args.next().unwrap_or_else(|| "2024-11-18T09:00".to_owned());
    let districts = args.next().map_or(16, |n| n.parse().unwrap());
    let seed = args.next().map_or(1, |n| n.parse().unwrap());
    let started = std::time::Instant::now();
    let data = Data::load().unwrap();
    let city = plan(
        &data,
        Wish {
            today: today.parse().unwrap(),
            districts,
            seed,
        },
    )
    .unwrap();
    println!("seconds {:.1}", started.elapsed().as_secs_f64());
    println!(
        "units {} people {}",
        city.units.units.len(),
        city.people.len()
    );
    println!(
        "events {}",
        city.people.iter().map(|p| p.events.len()).sum::<usize>()
    );
    println!("sessions {}", city.sessions.len());
    println!(
        "sheets {} rows {}",
        city.ledger.len(),
        city.ledger.iter().map(|f| f.rows).sum::<usize>()
    );
    println!("slots {} photos {}", city.slots.len(), city.photos.len());
    let marks = |s: &chengzhi_demo::plan::slots::SlotPlan| {
        s.rounds.last().map_or(0, |r| r.version.marks.len())
    };
    println!("attendance {}", city.slots.iter().map(marks).sum::<usize>());
    println!(
        "makeups {} people {}",
        city.makeups.len(),
        city.makeups.iter().map(|m| m.people.len()).sum::<usize>()
    );
    println!("tasks {} repeats {:?}", city.tasks.len(), city.repeats);
    for slot in city.slots.iter().rev().take(30) {
        let unit = &city.units.units[slot.unit].name;
        println!(
            "{unit} {} draft {} rounds {:?}",
            slot.month,
            slot.draft.is_some(),
            slot.rounds
                .iter()
                .map(|r| r.decision.as_ref().map(|d| d.verdict))
                .collect::<Vec<_>>()
        );
    }
}
