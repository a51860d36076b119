//! What must hold for every input: the engine against invented people.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use chengzhi_kernel::{Date, Month, Quantity};
use chengzhi_rules::Policy;
use chengzhi_rules::assess::{
    Assessment, CompiledPolicy, DistrictSessions, Event, EventKind, Extra, LedgerKind, LedgerRow,
    Outcome, PersonFacts, Session, State, assess, explain, months, reasons,
};
use proptest::prelude::*;
use proptest::sample::select;

static POLICIES: LazyLock<Vec<CompiledPolicy>> = LazyLock::new(|| {
    let real = Policy::for_year("shanghai", 2024).unwrap();
    let other = real
        .pack
        .with_all(&[
            ("assessment.component_minima", "false"),
            ("assessment.online.pro_rata", "true"),
        ])
        .unwrap();
    let other = Policy::from_pack(other, 2024).unwrap();
    vec![CompiledPolicy::new(&real), CompiledPolicy::new(&other)]
});

fn date() -> impl Strategy<Value = Date> {
    // Dense around the year, with its edges.
    let first = Date::from_ymd_opt(2023, 6, 1).unwrap();
    (0i64..760).prop_map(move |n| chengzhi_kernel::deadline::plus_days(first, n))
}

fn person() -> impl Strategy<Value = PersonFacts> {
    let joined = prop_oneof![3 => Just(Date::from_ymd_opt(2010, 7, 1).unwrap()), 2 => date()];
    (
        prop::bool::weighted(0.9),
        joined,
        prop::option::weighted(0.3, date()),
    )
        .prop_map(|(established, joined, induction_ended)| PersonFacts {
            established,
            joined,
            induction_ended,
        })
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let kinds = prop_oneof![
        6 => select(vec![EventKind::MaternityLeave, EventKind::LongSickLeave, EventKind::Retired, EventKind::AidMission]),
        6 => Just(EventKind::Return),
        1 => select(vec![EventKind::Left, EventKind::Missing, EventKind::Died, EventKind::Dismissed]),
    ];
    prop::collection::vec(
        (kinds, date(), prop::option::of(date())).prop_map(|(kind, effective, recorded)| Event {
            kind,
            effective,
            recorded,
        }),
        0..6,
    )
}

fn row() -> impl Strategy<Value = LedgerRow> {
    let kinds = select(vec![
        LedgerKind::Online,
        LedgerKind::District,
        LedgerKind::Study,
        LedgerKind::Other,
    ]);
    (kinds, date(), 0i64..30_000, 0i64..15_000, date()).prop_map(
        |(kind, date, hours, credits, month)| {
            let month = (kind == LedgerKind::Study).then(|| Month::of(month));
            LedgerRow::new(
                date,
                kind,
                Quantity::from_thousandths(hours),
                Quantity::from_thousandths(credits),
                month,
            )
        },
    )
}

fn sessions() -> impl Strategy<Value = Vec<Session>> {
    let one = (date(), 0i64..5).prop_map(|(from, days)| Session {
        from,
        to: chengzhi_kernel::deadline::plus_days(from, days),
    });
    prop::collection::vec(one, 0..3)
}

#[derive(Debug, Clone)]
struct World {
    policy: usize,
    person: PersonFacts,
    events: Vec<Event>,
    rows: Vec<LedgerRow>,
    sessions: Vec<Session>,
    as_of: Option<Date>,
}

fn world() -> impl Strategy<Value = World> {
    (
        0usize..2,
        person(),
        events(),
        prop::collection::vec(row(), 0..40),
        sessions(),
        prop::option::weighted(0.2, date()),
    )
        .prop_map(|(policy, person, events, rows, sessions, as_of)| World {
            policy,
            person,
            events,
            rows,
            sessions,
            as_of,
        })
}

impl World {
    fn policy(&self) -> &'static CompiledPolicy {
        &POLICIES[self.policy]
    }

    fn judge(&self) -> Assessment {
        let sessions = DistrictSessions::for_year(self.policy(), &self.sessions);
        let extra = Extra {
            as_of: self.as_of,
            waivers: &[],
        };
        assess(
            self.policy(),
            &self.person,
            &self.events,
            &self.rows,
            &sessions,
            &extra,
        )
    }
}

/// Higher is better; not assessed is beyond comparison.
fn goodness(a: &Assessment) -> Option<bool> {
    a.result.map(|r| r == Outcome::Met)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_trace_recomputes_the_total(world in world()) {
        let a = world.judge();
        let sum = a.trace.recompute();
        prop_assert_eq!(sum.result, a.result);
        let required = [(a.online.due, a.online.required_hours), (a.district.due, a.district.required_hours), (a.squad.due, a.squad.required_hours)];
        let hours: Quantity = required.iter().filter(|(due, _)| *due).map(|(_, hours)| *hours).sum();
        prop_assert_eq!(sum.required_hours, hours);
        let earned = [(a.online.due, a.online.earned_hours), (a.district.due, a.district.earned_hours), (a.squad.due, a.squad.earned_hours)];
        let hours: Quantity = earned.iter().filter(|(due, _)| *due).map(|(_, hours)| *hours).sum();
        prop_assert_eq!(sum.earned_hours, hours);
    }

    #[test]
    fn an_extra_row_never_makes_anybody_worse(world in world(), extra in row()) {
        let before = world.judge();
        let mut richer = world.clone();
        richer.rows.push(extra);
        let after = richer.judge();
        prop_assert_eq!(before.state, after.state);
        prop_assert!(goodness(&after) >= goodness(&before));
        prop_assert!(after.online.earned_hours >= before.online.earned_hours);
        prop_assert!(after.squad.missing.count() <= before.squad.missing.count());
    }

    #[test]
    fn a_reversal_restores(world in world(), extra in row(), at in any::<prop::sample::Index>()) {
        let before = world.judge();
        let mut there_and_back = world.clone();
        there_and_back.rows.insert(at.index(world.rows.len() + 1), extra);
        there_and_back.rows.insert(at.index(world.rows.len() + 1), extra.reversed());
        let after = there_and_back.judge();
        prop_assert_eq!(
            (before.state, before.result, before.online, before.district, before.squad),
            (after.state, after.result, after.online, after.district, after.squad)
        );
    }

    #[test]
    fn the_order_of_entries_is_irrelevant(world in world(), seed in any::<u64>()) {
        let before = world.judge();
        let mut shuffled = world.clone();
        // A fixed stirring by the seed: enough to undo any order, and repeatable.
        shuffled.rows.sort_by_key(|r| (r.hours().thousandths().unsigned_abs().wrapping_mul(seed | 1), r.date));
        shuffled.events.sort_by_key(|e| (u64::from(e.kind as u8) + 1).wrapping_mul(seed | 1) >> 7);
        shuffled.events.reverse();
        shuffled.sessions.reverse();
        prop_assert_eq!(before, shuffled.judge());
    }

    #[test]
    fn every_input_gives_an_answer_that_keeps_its_promises(world in world()) {
        let a = world.judge();
        let policy = world.policy();
        let any_due = a.online.due || a.district.due || a.squad.due;
        prop_assert_eq!(a.state == State::NotAssessed, !any_due);
        prop_assert_eq!(a.result.is_none(), !any_due);
        prop_assert_eq!(a.state == State::Full, a.online.due && a.district.due && a.squad.months.count() == 12);
        for c in [&a.online, &a.district] {
            prop_assert!(c.due || (c.required_hours.is_zero() && c.required_credits.is_zero() && c.met));
        }
        prop_assert_eq!(a.squad.due, !a.squad.months.is_empty());
        prop_assert!(a.squad.missing.minus(a.squad.months).is_empty());
        let told = reasons(policy, &a, &[]);
        let unmet = !(a.online.met && a.district.met && a.squad.met);
        if a.state != State::Full || unmet {
            prop_assert!(!told.is_empty());
        }
        for reason in &told {
            prop_assert!(reason.rule.starts_with("B-") && !reason.clause.is_empty() && !reason.text.is_empty());
        }
        prop_assert!(explain(policy, &a, &[]).iter().all(|l| !l.text.is_empty()));
        prop_assert_eq!(months(policy, &a).len(), 12);
    }

    #[test]
    fn what_happens_after_the_as_of_day_is_not_seen(world in world(), extra in row(), kind in select(EventKind::ALL.to_vec()), effective in date(), limit in date()) {
        let mut world = world;
        world.as_of = Some(limit);
        let late = chengzhi_kernel::deadline::plus_days(limit, 1);
        let before = world.judge();
        let mut later = world.clone();
        if extra.date > limit {
            later.rows.push(extra);
        }
        later.events.push(Event { kind, effective, recorded: Some(late) });
        let after = later.judge();
        prop_assert_eq!((before.state, before.result, before.squad), (after.state, after.result, after.squad));
    }
}
