//! The calendar data against published figures, and every date vector of the law table.
#![allow(clippy::unwrap_used)]

use chengzhi_kernel::deadline::{DeadlineRule, Roll, Unit};
use chengzhi_kernel::{CalendarNotPublished, Date, Month, Timestamp, parse_date};
use chengzhi_rules::{Policy, calendar};

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

#[test]
fn workdays_per_month_are_those_published() {
    let table = [
        (2023, [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21], 249),
        (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22], 251),
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23], 248),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23], 248),
    ];
    for (year, months, total) in table {
        let got: Vec<u32> = Month::of_year(year)
            .map(|m| calendar().workdays_in(m).unwrap())
            .collect();
        assert_eq!(got, months, "{year}");
        assert_eq!(got.iter().sum::<u32>(), total, "{year}");
        assert!(
            calendar()
                .notice(year)
                .is_some_and(|n| n.starts_with("国办发明电〔"))
        );
    }
}

#[test]
fn working_day_vectors() {
    let table = [
        (5, "2024-02-07", "2024-02-20"),
        (7, "2024-04-26", "2024-05-09"),
        (3, "2024-09-11", "2024-09-14"),
        (7, "2025-01-22", "2025-02-07"),
        (5, "2025-04-25", "2025-05-06"),
        (7, "2025-09-26", "2025-10-13"),
        (2, "2025-12-30", "2026-01-04"),
        (5, "2026-02-12", "2026-02-26"),
        (7, "2026-02-13", "2026-03-02"),
        (7, "2026-04-30", "2026-05-13"),
        (10, "2026-09-18", "2026-10-09"),
        (20, "2026-09-30", "2026-11-03"),
        (7, "2025-06-13", "2025-06-24"),
        (-7, "2025-06-09", "2025-05-28"),
    ];
    for (n, start, want) in table {
        let rule = DeadlineRule::new("vector", n, Unit::WorkingDays);
        let due = rule.from_day(calendar(), day(start), &[]).unwrap();
        assert_eq!(due.last_day, day(want), "{n} WD from {start}");
        assert_eq!(due.due_at, Timestamp::end_of_day(day(want)));
        let counted = due.strip.iter().filter_map(|d| d.counted).max();
        assert_eq!(
            counted,
            Some(n.unsigned_abs()),
            "the strip counts to the end"
        );
        assert_eq!(due.strip.last().map(|d| d.date), Some(day(want)));
    }
}

#[test]
fn natural_day_vectors_raw_and_rolled() {
    let table = [
        (15, "2025-09-20", "2025-10-05", "2025-10-09"),
        (15, "2026-02-05", "2026-02-20", "2026-02-24"),
        (90, "2026-07-03", "2026-10-01", "2026-10-08"),
        (15, "2025-03-10", "2025-03-25", "2025-03-25"),
        (60, "2025-03-10", "2025-05-09", "2025-05-09"),
    ];
    for (n, start, raw, rolled) in table {
        let rule = DeadlineRule::new("vector", n, Unit::NaturalDays);
        let plain = rule.from_day(calendar(), day(start), &[]).unwrap();
        assert_eq!(plain.last_day, day(raw), "{n} ND from {start}");
        let moved = rule
            .rolled(Roll::NextWorkday)
            .from_day(calendar(), day(start), &[])
            .unwrap();
        assert_eq!(
            (moved.raw_day, moved.last_day),
            (day(raw), day(rolled)),
            "{n} ND from {start}"
        );
        assert_eq!(moved.text.contains("顺延"), raw != rolled);
    }
}

/// The chain behind a decision served on 2025-03-10.
#[test]
fn the_full_chain_of_one_decision() {
    let served = day("2025-03-10");
    let after = |n, unit, from: Date| {
        DeadlineRule::new("chain", n, unit)
            .from_day(calendar(), from, &[])
            .unwrap()
            .last_day
    };
    let pay_by = after(15, Unit::NaturalDays, served);
    assert_eq!(pay_by, day("2025-03-25"));
    assert_eq!(
        pay_by.succ_opt(),
        Some(day("2025-03-26")),
        "first day of the surcharge"
    );
    assert_eq!(after(60, Unit::NaturalDays, served), day("2025-05-09"));
    let litigation = after(6, Unit::Months, served);
    assert_eq!(litigation, day("2025-09-10"));
    assert_eq!(
        litigation.succ_opt(),
        Some(day("2025-09-11")),
        "the court window opens"
    );
    let court = after(3, Unit::Months, litigation);
    assert_eq!(court, day("2025-12-10"));
    // Ten working days must have run out before the last day of the window.
    let demand = served
        .iter_days()
        .take_while(|d| *d <= court)
        .filter(|d| after(10, Unit::WorkingDays, *d) < court)
        .last();
    assert_eq!(demand, Some(day("2025-11-25")));
}

#[test]
fn a_span_into_an_unpublished_year_is_refused() {
    assert_eq!(
        calendar().add(day("2026-12-31"), 1),
        Err(CalendarNotPublished(2027))
    );
    assert_eq!(calendar().add(day("2026-12-30"), 1), Ok(day("2026-12-31")));
    assert_eq!(
        calendar().sub(day("2023-01-03"), 1),
        Err(CalendarNotPublished(2022))
    );
    assert_eq!(
        calendar().add(day("2022-12-31"), 1),
        Err(CalendarNotPublished(2022))
    );
}

/// B-26, B-27 and B-71 through the pack.
#[test]
fn the_pack_gives_filing_closing_and_update_dates() {
    let policy = Policy::for_year("baoshan", 2025).unwrap();
    let filing = policy
        .filing
        .file_by(day("2025-06-09"), calendar())
        .unwrap();
    assert_eq!(filing.last_day, day("2025-05-28"));
    assert_eq!(filing.clause, "宝城执〔2024〕6号 三(一)");
    assert_eq!(
        policy
            .filing
            .close_by(day("2025-06-13"), calendar())
            .unwrap()
            .last_day,
        day("2025-06-24")
    );
    let update = policy
        .personnel
        .update_by(day("2024-03-01"), calendar())
        .unwrap();
    assert_eq!(update.last_day, day("2024-03-11"));
    assert_eq!(update.due_at, Timestamp::at(day("2024-03-12"), 0, 0));
}

/// Twelve months from one set of rules (B-37, B-38, B-40).
#[test]
fn study_windows_of_a_year() {
    let policy = Policy::for_year("shanghai", 2024).unwrap();
    for month in Month::of_year(2024) {
        let w = policy.study.windows(month, calendar()).unwrap();
        let (due, review) = if month.month() == 12 {
            (15, 15)
        } else {
            (20, 25)
        };
        assert_eq!(w.due_at, Timestamp::end_of_day(month.day(due)));
        assert_eq!(w.review_by, Timestamp::end_of_day(month.day(review)));
        assert_eq!(w.lock_at, Timestamp::start_of_day(month.next().first_day()));
        assert!(w.due_at <= w.review_by && w.review_by <= w.lock_at);
        assert_eq!(w.resubmit.due_at, w.lock_at);
    }
    let strict = policy
        .pack
        .with_all(&[
            ("study.december_hard_lock", "true"),
            ("study.days_inclusive", "false"),
        ])
        .unwrap();
    let strict = Policy::from_pack(strict, 2024).unwrap();
    let december = strict
        .study
        .windows(Month::new(2024, 12).unwrap(), calendar())
        .unwrap();
    assert_eq!(december.due_at, Timestamp::end_of_day(day("2024-12-14")));
    assert_eq!(december.lock_at, december.due_at);
    assert_eq!(december.resubmit.due_at, december.lock_at);
}
