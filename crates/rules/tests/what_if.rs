//! What-if: who flips under a draft, and which change does it.
#![allow(clippy::unwrap_used)]

use chengzhi_kernel::{Date, Quantity, parse_date};
use chengzhi_rules::assess::{Event, EventKind, Extra, LedgerKind, LedgerRow, PersonFacts};
use chengzhi_rules::{Case, Pack, Policy, WhatIf, what_if};

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn shanghai() -> Policy {
    Policy::for_year("shanghai", 2024).unwrap()
}

#[test]
fn what_if_says_who_flips_and_why() {
    let base = shanghai();
    let draft = base
        .pack
        .with_all(&[
            ("assessment.online.hours", "30"),
            ("study.min_minutes", "45"),
        ])
        .unwrap();
    let draft = Policy::from_pack(draft, 2024).unwrap();
    let prepared = WhatIf::new(&base, &draft).unwrap();
    let keys: Vec<&str> = prepared
        .differences
        .iter()
        .map(|d| d.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "assessment.online.hours",
            "assessment.total.hours",
            "study.min_minutes"
        ]
    );
    let established = PersonFacts {
        established: true,
        joined: day("2010-07-01"),
        induction_ended: None,
    };
    let outside = PersonFacts {
        established: false,
        ..established
    };
    let online = [LedgerRow::new(
        day("2024-05-06"),
        LedgerKind::Online,
        Quantity::whole(26),
        Quantity::whole(12),
        None,
    )];
    let case = |person| Case {
        person,
        events: &[],
        rows: &online,
        sessions: &[],
        extra: Extra::default(),
    };
    let (flips, before, after) = what_if(&prepared, [case(&established), case(&outside)]);
    assert_eq!(flips.len(), 1, "who is not assessed does not flip");
    assert_eq!(flips[0].0, 0);
    assert_eq!(flips[0].1.after.online.0, Quantity::whole(30));
    let why: Vec<&str> = flips[0]
        .1
        .causes
        .iter()
        .map(|i| prepared.differences[*i].key.as_str())
        .collect();
    assert_eq!(why, ["assessment.online.hours"]);
    assert_eq!(
        (
            prepared.differences[0].before.as_str(),
            prepared.differences[0].after.as_str()
        ),
        ("24", "30")
    );
    assert_eq!((before.full, before.not_assessed), (1, 1));
    assert_eq!(before, after);
}

#[test]
fn what_if_sees_changed_precedence() {
    let base = shanghai();
    let draft = Policy::from_pack(Pack::parse(include_str!("draft.toml")).unwrap(), 2024).unwrap();
    let prepared = WhatIf::new(&base, &draft).unwrap();
    let person = PersonFacts {
        established: true,
        joined: day("2010-07-01"),
        induction_ended: None,
    };
    let events = [
        Event {
            kind: EventKind::LongSickLeave,
            effective: day("2024-10-08"),
            recorded: None,
        },
        Event {
            kind: EventKind::Return,
            effective: day("2024-12-03"),
            recorded: None,
        },
    ];
    let case = Case {
        person: &person,
        events: &events,
        rows: &[],
        sessions: &[],
        extra: Extra::default(),
    };
    let (flips, _, after) = what_if(&prepared, [case]);
    assert_eq!(after.partial, 1);
    let why: Vec<&str> = flips[0]
        .1
        .causes
        .iter()
        .map(|i| prepared.differences[*i].key.as_str())
        .collect();
    assert_eq!(why, ["status.december_returned"]);
}
