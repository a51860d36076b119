//! Status changes of every kind, with their decisions and entries (B-68…B-71), and the slips that a
//! real library holds: a return in December, a stray return, an absence inside another, an entry
//! revoked, an entry that came late.

use std::collections::BTreeSet;

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::domain::status::{Change, StatusKind};
use chrono::Datelike as _;

use super::changes::{Years, share};
use super::days;
use super::people::EventPlan;
use crate::data::changes::StatusRate;
use crate::rng::Rng;

impl Years<'_> {
    /// Rolls the status changes of a year.
    pub fn status(&mut self, year: i32, touched: &mut BTreeSet<usize>) {
        let start = days::ymd(year, 1, 1);
        let people = u32::try_from(self.serving(start).len()).unwrap_or(0);
        for (number, rate) in self.data.changes.status.list.iter().enumerate() {
            let Some(kind) = StatusKind::parse(&rate.event) else {
                continue;
            };
            let mut rng = Rng::of(
                self.seed,
                "status",
                &[year.unsigned_abs().into(), number as u64],
            );
            let count = share(&mut rng, people, rate.rate).max(1);
            for index in self.candidates(&mut rng, kind, rate, start, touched, count as usize) {
                touched.insert(index);
                let first = !self.people.iter().any(|person| {
                    person.events.iter().any(|event| {
                        event.change.kind == kind && event.change.effective_on.year() == year
                    })
                });
                // The first of each kind lies in the past, so that every kind is seen.
                let latest = days::ymd(year, 12, 20);
                let latest = if first {
                    latest.min(plus_days(self.last_day(), -45))
                } else {
                    latest
                };
                let span = chengzhi_kernel::deadline::days_between(start, latest);
                if span < 8 {
                    continue;
                }
                let effective_on = plus_days(start, rng.range(7, span));
                self.happen(&mut rng, index, kind, rate, effective_on);
            }
        }
        self.slips(year, touched);
    }

    fn candidates(
        &self,
        rng: &mut Rng,
        kind: StatusKind,
        rate: &StatusRate,
        start: Date,
        touched: &BTreeSet<usize>,
        count: usize,
    ) -> Vec<usize> {
        let mut list: Vec<usize> = self
            .serving(start)
            .into_iter()
            .filter(|index| {
                let person = &self.people[*index];
                let age = start.year() - person.born.year();
                !touched.contains(index)
                    && person.at_post_on(start)
                    && person
                        .events
                        .iter()
                        .all(|event| event.change.effective_on < start)
                    && (rate.sex.as_deref() != Some("women") || (person.woman && age < 44))
                    && (kind != StatusKind::AidMission || (28..50).contains(&age))
                    && (kind != StatusKind::Died || age > 40)
            })
            .collect();
        if kind == StatusKind::Retired {
            // Women retire five years earlier.
            list.sort_by_key(|index| {
                let person = &self.people[*index];
                (
                    person.born.year() + if person.woman { 5 } else { 0 },
                    person.born,
                    *index,
                )
            });
        } else {
            rng.shuffle(&mut list);
        }
        list.truncate(count);
        list
    }

    fn happen(
        &mut self,
        rng: &mut Rng,
        index: usize,
        kind: StatusKind,
        rate: &StatusRate,
        effective_on: Date,
    ) {
        let effective_on = match kind {
            // By the month.
            StatusKind::Retired => days::ymd(effective_on.year(), effective_on.month(), 1),
            StatusKind::Died | StatusKind::Missing => effective_on,
            _ => days::workday_from(effective_on),
        };
        if !self.enter(rng, index, kind, effective_on, None) {
            return;
        }
        if kind.leaves() || kind == StatusKind::Retired {
            self.succeed(index, effective_on);
            return;
        }
        let (least, most) = rate.months.unwrap_or((1, 3));
        if rng.permille(rate.open) {
            return;
        }
        let back = plus_days(effective_on, rng.range(least, most) * 30 + rng.range(-6, 6));
        let december = rng.permille(self.data.changes.status.returns_in_december);
        let back = if december && back.month() >= 10 && back.year() == effective_on.year() {
            days::ymd(
                back.year(),
                12,
                u32::try_from(rng.range(1, 31)).unwrap_or(1),
            )
        } else {
            days::workday_from(back)
        };
        self.enter(rng, index, StatusKind::Return, back, None);
    }

    /// Enters a change; false when by now nobody has entered it yet.
    fn enter(
        &mut self,
        rng: &mut Rng,
        index: usize,
        kind: StatusKind,
        effective_on: Date,
        note: Option<&str>,
    ) -> bool {
        let recording = &self.data.changes.recording;
        let decided_on = match kind {
            StatusKind::Retired => plus_days(effective_on, -rng.range(20, 40)),
            StatusKind::Died => plus_days(effective_on, rng.range(0, 3)),
            StatusKind::Missing => plus_days(effective_on, rng.range(20, 30)),
            StatusKind::Return => plus_days(effective_on, -rng.range(0, 2)),
            _ => plus_days(effective_on, -rng.range(1, 9)),
        };
        let (least, most) = if rng.permille(recording.in_time) {
            recording.in_time_days
        } else {
            recording.late_days
        };
        let day = plus_days(decided_on, rng.range(least, most));
        // Entered in office hours: a weekend's entry was made the Friday before, if decided by then.
        let day = (0..4)
            .map(|back| plus_days(day, -back))
            .find(|day| days::is_workday(*day) && *day >= decided_on)
            .unwrap_or_else(|| days::workday_from(day));
        let recorded_at = office_hours(rng, day);
        if recorded_at >= self.today {
            return false;
        }
        self.people[index].events.push(EventPlan {
            change: Change { kind, effective_on },
            decided_on,
            recorded_at,
            note: note.map(str::to_owned),
            revoked: None,
        });
        true
    }

    /// Some serving people without any change in the year.
    fn untouched(
        &self,
        rng: &mut Rng,
        start: Date,
        touched: &mut BTreeSet<usize>,
        count: usize,
    ) -> Vec<usize> {
        let mut list: Vec<usize> = self
            .serving(start)
            .into_iter()
            .filter(|index| {
                let person = &self.people[*index];
                !touched.contains(index)
                    && person.events.is_empty()
                    && person.memberships.len() == 1
                    && person.joined_on < start
            })
            .collect();
        rng.shuffle(&mut list);
        list.truncate(count);
        touched.extend(list.iter().copied());
        list
    }

    fn slips(&mut self, year: i32, touched: &mut BTreeSet<usize>) {
        let mut rng = Rng::of(self.seed, "slips", &[year.unsigned_abs().into()]);
        let start = days::ymd(year, 1, 1);
        let chosen = self.untouched(&mut rng, start, touched, 9);
        let [
            first,
            last,
            stray,
            inner,
            twice,
            early,
            revoked,
            lent,
            lent_on,
        ] = chosen[..]
        else {
            return;
        };
        let sick = StatusKind::LongSickLeave;
        let away = |month, day| days::ymd(year, month, day);
        // Back on the first and on the last day of December (B-70).
        for (index, left, back) in [
            (first, away(8, 12), away(12, 1)),
            (last, away(9, 3), away(12, 31)),
        ] {
            if self.enter(&mut rng, index, sick, left, None) {
                self.enter(&mut rng, index, StatusKind::Return, back, None);
            }
        }
        // Back without having been away.
        self.enter(
            &mut rng,
            stray,
            StatusKind::Return,
            away(3, 15),
            Some("补登"),
        );
        // An absence inside another one: the first return ends both.
        if self.enter(&mut rng, inner, sick, away(2, 6), None) {
            self.enter(
                &mut rng,
                inner,
                StatusKind::AidMission,
                away(3, 4),
                Some("原定支边，因病未成行"),
            );
            self.enter(&mut rng, inner, StatusKind::Return, away(6, 10), None);
        }
        // Back twice.
        if self.enter(&mut rng, twice, sick, away(4, 8), None) {
            self.enter(&mut rng, twice, StatusKind::Return, away(7, 1), None);
            self.enter(
                &mut rng,
                twice,
                StatusKind::Return,
                away(7, 3),
                Some("返岗手续补办"),
            );
        }
        // The return was entered before the absence.
        if self.enter(&mut rng, early, StatusKind::Return, away(6, 3), None) {
            let recorded_at = self.people[early].events[0].recorded_at.plus_days(1);
            if recorded_at < self.today {
                self.people[early].events.push(EventPlan {
                    change: Change {
                        kind: sick,
                        effective_on: away(4, 22),
                    },
                    decided_on: away(4, 19),
                    recorded_at,
                    note: Some("病假材料后补".to_owned()),
                    revoked: None,
                });
            }
        }
        // Entered for the wrong person and revoked.
        if self.enter(&mut rng, revoked, sick, away(5, 20), None)
            && let Some(event) = self.people[revoked].events.last_mut()
        {
            let at = event.recorded_at.plus_days(1);
            if at < self.today {
                event.revoked = Some((at, "登记错人，撤销".to_owned()));
            }
        }
        // Lent to another body: told, without effect (B-75).
        if self.enter(
            &mut rng,
            lent,
            StatusKind::Secondment,
            away(2, 19),
            Some("借调市级专班"),
        ) {
            self.enter(&mut rng, lent, StatusKind::SecondmentEnd, away(8, 30), None);
        }
        self.enter(
            &mut rng,
            lent_on,
            StatusKind::Secondment,
            away(1, 15),
            Some("借调市级专班"),
        );
    }
}

/// Some time of a working day.
pub fn office_hours(rng: &mut Rng, day: Date) -> Timestamp {
    let minute = if rng.permille(550) {
        rng.range(8 * 60 + 45, 11 * 60 + 30)
    } else {
        rng.range(13 * 60 + 20, 17 * 60 + 10)
    };
    Timestamp::at(day, 0, u32::try_from(minute).unwrap_or(600)).plus_seconds(rng.range(0, 59))
}
