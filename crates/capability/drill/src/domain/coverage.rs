//! Who must appear in a month, and who has not (B-46): the union of all sessions against everybody
//! who was at post and not exempt on at least one session's day.

use std::collections::BTreeMap;

use chengzhi_kernel::{Date, PersonId};

use super::session::Attendee;

/// Somebody who must appear and has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Person.
    pub person_id: PersonId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// The days he was to appear, with the reason noted for each, if any.
    pub days: Vec<(Date, Option<String>)>,
}

/// Coverage of a month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// People who must appear.
    pub required: u32,
    /// Of these, people who did.
    pub covered: u32,
    /// The others, by staff number.
    pub missing: Vec<Missing>,
}

impl Coverage {
    /// True when nobody is missing.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.missing.is_empty()
    }
}

struct Seen {
    staff_no: String,
    name: String,
    owes: bool,
    present: bool,
    days: Vec<(Date, Option<String>)>,
}

/// The coverage by these sessions. Somebody who joined, left, was away or exempt in mid-month must
/// appear only if he was at post and not exempt on at least one session's day; ordinary leave does
/// not excuse. Whoever came is covered, whatever his status.
#[must_use]
pub fn coverage<'a>(sessions: impl IntoIterator<Item = (Date, &'a [Attendee])>) -> Coverage {
    let mut people: BTreeMap<PersonId, Seen> = BTreeMap::new();
    for (day, rows) in sessions {
        for row in rows {
            let seen = people.entry(row.person_id).or_insert_with(|| Seen {
                staff_no: row.staff_no.clone(),
                name: row.name.clone(),
                owes: false,
                present: false,
                days: Vec::new(),
            });
            seen.owes |= row.owes() || row.present;
            seen.present |= row.present;
            if row.owes() && !row.present {
                seen.days.push((day, row.absence_reason.clone()));
            }
        }
    }
    let mut found = Coverage::default();
    for (person_id, seen) in people.into_iter().filter(|(_, seen)| seen.owes) {
        found.required += 1;
        if seen.present {
            found.covered += 1;
        } else {
            found.missing.push(Missing {
                person_id,
                staff_no: seen.staff_no,
                name: seen.name,
                days: seen.days,
            });
        }
    }
    found
        .missing
        .sort_by(|a, b| (&a.staff_no, a.person_id).cmp(&(&b.staff_no, b.person_id)));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::session::tests::{away, exempt, person};
    use super::*;

    fn day(number: u32) -> Date {
        Date::from_ymd_opt(2024, 11, number).unwrap()
    }

    /// Missing ids of two sessions on the 5th and 20th.
    fn missing(first: &[Attendee], second: &[Attendee]) -> Vec<i64> {
        coverage([(day(5), first), (day(20), second)])
            .missing
            .iter()
            .map(|m| m.person_id.get())
            .collect()
    }

    #[test]
    fn the_two_sessions_together_cover_everybody() {
        let first = [person(1, true), person(2, true), person(3, false)];
        let second = [person(1, true), person(2, false), person(3, true)];
        assert_eq!(missing(&first, &second), Vec::<i64>::new());
        let second = [person(1, true), person(2, false), person(3, false)];
        assert_eq!(missing(&first, &second), [3]);
    }

    #[test]
    fn who_must_appear_case_by_case() {
        let leave = |id| Attendee {
            absence_reason: Some("年休假".to_owned()),
            ..person(id, false)
        };
        // (what, row on the 5th, row on the 20th, missing)
        let cases: Vec<(&str, Option<Attendee>, Option<Attendee>, bool)> = vec![
            (
                "present once",
                Some(person(9, true)),
                Some(person(9, false)),
                false,
            ),
            (
                "never present",
                Some(person(9, false)),
                Some(person(9, false)),
                true,
            ),
            ("on leave both times", Some(leave(9)), Some(leave(9)), true),
            ("exempt both times", Some(exempt(9)), Some(exempt(9)), false),
            (
                "exempt first, absent then",
                Some(exempt(9)),
                Some(person(9, false)),
                true,
            ),
            (
                "absent, then exempt",
                Some(person(9, false)),
                Some(exempt(9)),
                true,
            ),
            ("away both times", Some(away(9)), Some(away(9)), false),
            (
                "away first, absent then",
                Some(away(9)),
                Some(person(9, false)),
                true,
            ),
            (
                "joined after the first, came",
                None,
                Some(person(9, true)),
                false,
            ),
            (
                "joined after the first, absent",
                None,
                Some(person(9, false)),
                true,
            ),
            (
                "left after the first, came",
                Some(person(9, true)),
                None,
                false,
            ),
            (
                "left after the first, absent",
                Some(person(9, false)),
                None,
                true,
            ),
            ("left after the first, exempt", Some(exempt(9)), None, false),
            ("joined and left between", None, None, false),
            (
                "away, and came once all the same",
                Some(Attendee {
                    present: true,
                    ..away(9)
                }),
                Some(away(9)),
                false,
            ),
        ];
        for (what, first, second, wanted) in cases {
            let found = missing(first.as_slice(), second.as_slice());
            assert_eq!(!found.is_empty(), wanted, "{what}");
        }
    }

    #[test]
    fn the_days_and_reasons_of_the_missing_are_told() {
        let mut absent = person(2, false);
        absent.absence_reason = Some("执勤".to_owned());
        let first = [person(1, true), absent];
        let second = [person(1, false), away(2)];
        let found = coverage([(day(5), &first[..]), (day(20), &second[..])]);
        assert_eq!((found.required, found.covered), (2, 1));
        assert_eq!(found.missing[0].days, [(day(5), Some("执勤".to_owned()))]);
    }

    fn row() -> impl Strategy<Value = Attendee> {
        (1i64..8, any::<bool>(), 0u8..4).prop_map(|(id, present, status)| Attendee {
            present,
            ..match status {
                0 => exempt(id),
                1 => away(id),
                _ => person(id, false),
            }
        })
    }

    proptest! {
        #[test]
        fn covered_and_missing_make_up_the_required(
            first in prop::collection::vec(row(), 0..8),
            second in prop::collection::vec(row(), 0..8),
        ) {
            let found = coverage([(day(5), &first[..]), (day(20), &second[..])]);
            prop_assert_eq!(found.covered as usize + found.missing.len(), found.required as usize);
            for lost in &found.missing {
                let all = first.iter().chain(&second);
                prop_assert!(!all.clone().any(|r| r.person_id == lost.person_id && r.present));
                prop_assert!(all.clone().any(|r| r.person_id == lost.person_id && r.owes()));
            }
        }

        #[test]
        fn one_more_present_never_makes_one_more_missing(
            rows in prop::collection::vec(row(), 1..8),
            pick in any::<prop::sample::Index>(),
        ) {
            let before = coverage([(day(5), &rows[..])]).missing.len();
            let mut more = rows.clone();
            more[pick.index(rows.len())].present = true;
            prop_assert!(coverage([(day(5), &more[..])]).missing.len() <= before);
        }

        #[test]
        fn the_order_of_the_sessions_does_not_matter(
            first in prop::collection::vec(row(), 0..8),
            second in prop::collection::vec(row(), 0..8),
        ) {
            let ids = |c: Coverage| c.missing.into_iter().map(|m| m.person_id).collect::<Vec<_>>();
            let one = coverage([(day(5), &first[..]), (day(20), &second[..])]);
            let other = coverage([(day(20), &second[..]), (day(5), &first[..])]);
            prop_assert_eq!(ids(one), ids(other));
        }
    }
}
