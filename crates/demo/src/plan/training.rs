//! Closed training of the bureaus and online courses: sessions, and the rows that come in by the
//! ledger import.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chengzhi_kernel::deadline::{days_between, plus_days};
use chengzhi_kernel::{Date, Timestamp};
use chrono::Datelike as _;

use super::classes::{ClassPlan, SeatPlan};
use super::days;
use super::people::PersonPlan;
use super::units::Units;
use crate::data::Data;
use crate::data::training::{OnlineCourse, Programme};
use crate::rng::Rng;

/// A batch of a bureau's closed training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPlan {
    /// Index of the bureau's unit.
    pub bureau: usize,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// 第一期, 第二期 …
    pub number: usize,
}

/// A sheet that is imported into the ledger.
#[derive(Debug, Clone)]
pub struct LedgerFile {
    /// Index of the bureau whose people it holds.
    pub bureau: usize,
    /// Its name.
    pub name: String,
    /// When it is imported.
    pub at: Timestamp,
    /// The content, CSV with headers.
    pub content: String,
    /// Rows.
    pub rows: usize,
    /// Rows with a slip that the import refuses.
    pub broken: usize,
}

const HEADER: &str = "工号,日期,类别,学时,学分,所属月份,编号,课程,课程类型\n";

/// The batches of all bureaus in a year; one that begins later than a month from now is not
/// announced yet.
#[must_use]
pub fn sessions(data: &Data, units: &Units, seed: u64, year: i32, today: Date) -> Vec<SessionPlan> {
    let training = &data.changes.district_training;
    let mut list = Vec::new();
    for bureau in &units.bureaus {
        let mut rng = Rng::of(
            seed,
            "batches",
            &[bureau.unit as u64, year.unsigned_abs().into()],
        );
        let open = days::workdays(
            days::in_year(year, &training.window.0),
            days::in_year(year, &training.window.1),
        );
        let batches =
            usize::try_from(rng.range(training.batches.0, training.batches.1)).unwrap_or(2);
        let room = open.len() / batches.max(1);
        for number in 0..batches {
            let slack = room.saturating_sub(training.days);
            let start = number * room + rng.index(slack + 1);
            let (Some(from), Some(to)) = (open.get(start), open.get(start + training.days - 1))
            else {
                continue;
            };
            if *from <= plus_days(today, 30) {
                list.push(SessionPlan {
                    bureau: bureau.unit,
                    from: *from,
                    to: *to,
                    number,
                });
            }
        }
    }
    list
}

/// One row of a sheet.
struct Row<'a> {
    person: &'a PersonPlan,
    on: Date,
    text: String,
}

/// What became of a year's closed training.
#[derive(Debug, Default)]
pub struct ClosedYear {
    /// Sheets: one per bureau, imported a week after its last batch.
    pub files: Vec<LedgerFile>,
    /// Batches of the bureau that holds its classes in this system.
    pub classes: Vec<ClassPlan>,
    /// Who came to no batch of his bureau, or not to all of it: bureau and person.
    pub missed: Vec<(usize, usize)>,
}

/// Whose closed training is held in this system instead of coming by sheet.
#[derive(Debug, Clone, Copy)]
pub struct HeldHere<'a> {
    /// Index of the bureau; none where all comes by sheet.
    pub bureau: Option<usize>,
    /// People who come to a later batch.
    pub later: &'a [usize],
}

/// The closed training of a year, as it comes out.
#[must_use]
pub fn closed_year(
    data: &Data,
    units: &Units,
    people: &[PersonPlan],
    sessions: &[SessionPlan],
    (seed, year): (u64, i32),
    today: Timestamp,
    here_held: HeldHere<'_>,
) -> ClosedYear {
    let mut found = ClosedYear::default();
    let Some(programme) = programme(data, year) else {
        return found;
    };
    // Somebody who moves to another district goes to one of the two trainings.
    let mut attended_elsewhere = std::collections::BTreeSet::new();
    for bureau in &units.bureaus {
        let own: Vec<SessionPlan> = sessions
            .iter()
            .filter(|s| s.bureau == bureau.unit && s.from.year() == year)
            .copied()
            .collect();
        let Some(last) = own.iter().map(|session| session.to).max() else {
            continue;
        };
        let at = Timestamp::at(days::after_workdays(last, 5), 10, 20);
        if at >= today {
            continue;
        }
        let in_system = here_held.bureau == Some(bureau.unit);
        let mut classes: Vec<ClassPlan> = own
            .iter()
            .filter(|_| in_system)
            .map(|session| ClassPlan {
                session: *session,
                seats: Vec::new(),
            })
            .collect();
        let mut rows = Vec::new();
        for (index, person) in people.iter().enumerate() {
            let mut rng = Rng::of(seed, "closed", &[index as u64, year.unsigned_abs().into()]);
            if !person.established || new_in(person, year) || attended_elsewhere.contains(&index) {
                continue;
            }
            let here = |day: Date| {
                person.at_post_on(day)
                    && person
                        .unit_on(day)
                        .is_some_and(|unit| units.units[unit].bureau == bureau.unit)
            };
            let mut fitting: Vec<&SessionPlan> = own
                .iter()
                .filter(|session| here(session.from) && here(session.to))
                .collect();
            if fitting.is_empty() {
                // At post for a part of one batch only: he comes on those days.
                fitting = own.iter().filter(|s| here(s.from) || here(s.to)).collect();
            }
            if fitting.is_empty() || (in_system && here_held.later.contains(&index)) {
                continue;
            }
            let session = fitting[rng.index(fitting.len())];
            let days = days::workdays(session.from, session.to);
            let lot = rng.below(1000);
            let training = &data.changes.district_training;
            let attended = u64::from(training.attended);
            if lot >= attended + u64::from(training.partly) {
                found.missed.push((bureau.unit, index));
                continue;
            }
            attended_elsewhere.insert(index);
            let dropped = (lot >= attended).then(|| rng.index(programme.courses.len()));
            // Who joins a batch in the middle of it is on no list on its first day.
            if here(session.from)
                && let Some(class) = classes
                    .iter_mut()
                    .find(|class| class.session.number == session.number)
            {
                class.seats.push(SeatPlan {
                    person: index,
                    dropped,
                });
                continue;
            }
            for (number, course) in programme.courses.iter().enumerate() {
                let on = days[number * days.len() / programme.courses.len()];
                if dropped == Some(number) {
                    continue;
                }
                rows.push(Row {
                    person,
                    on,
                    text: format!(
                        "区局集训,{},{},,{}-{year},{},",
                        course.hours, course.credits, course.code, course.title
                    ),
                });
            }
        }
        found.classes.extend(classes);
        if in_system && rows.is_empty() {
            continue;
        }
        found.files.push(file(
            bureau.unit,
            format!("{}{year}年集训学时.csv", bureau.short),
            at,
            rows,
        ));
    }
    found
}

/// The courses of a year's closed training.
#[must_use]
pub fn programme(data: &Data, year: i32) -> Option<&Programme> {
    data.courses
        .district
        .iter()
        .find(|programme| programme.year == year)
        .or_else(|| data.courses.district.last())
}

/// New staff owe no closed training (B-67) and are not sent.
pub(super) fn new_in(person: &PersonPlan, year: i32) -> bool {
    person.joined_on.year() == year
        || person
            .induction_ended_on
            .is_some_and(|end| end.year() == year)
}

fn file(bureau: usize, name: String, at: Timestamp, mut rows: Vec<Row<'_>>) -> LedgerFile {
    rows.sort_by(|a, b| (a.on, &a.person.staff_no).cmp(&(b.on, &b.person.staff_no)));
    let mut content = String::with_capacity(64 * rows.len() + 128);
    content.push_str(HEADER);
    for row in &rows {
        let _ = writeln!(
            content,
            "{},{},{}",
            row.person.staff_no,
            row.on.format("%Y-%m-%d"),
            row.text
        );
    }
    LedgerFile {
        bureau,
        name,
        at,
        content,
        rows: rows.len(),
        broken: 0,
    }
}

/// A course taken online.
struct Taken<'a> {
    on: Date,
    course: &'a OnlineCourse,
}

/// The sheets of a year's online courses: what was taken until the middle of the year, and since.
/// The newest one holds what was taken until the month before today.
#[must_use]
pub fn online_files(
    data: &Data,
    units: &Units,
    people: &[PersonPlan],
    seed: u64,
    year: i32,
    today: Timestamp,
) -> Vec<LedgerFile> {
    let first_day = days::ymd(year, 1, 1);
    let half = days::ymd(year, 6, 30);
    let end = days::ymd(year, 12, 31);
    let newest = days::workday_from(plus_days(today.date(), -8));
    let mut spans = Vec::new();
    let imported = |to: Date| Timestamp::at(days::after_workdays(to, 5), 15, 10);
    for (from, to, name) in [
        (first_day, half, "上半年"),
        (plus_days(half, 1), end, "下半年"),
    ] {
        if imported(to) < today {
            spans.push((from, to, name, imported(to)));
        } else if from < newest {
            let at = Timestamp::at(days::workday_from(plus_days(newest, 3)), 9, 40);
            if at < today {
                spans.push((from, newest, name, at));
            }
        }
    }
    let mut rows: BTreeMap<(usize, usize), Vec<Row<'_>>> = BTreeMap::new();
    for (index, person) in people.iter().enumerate() {
        if !person.established {
            continue;
        }
        let mut rng = Rng::of(seed, "online", &[index as u64, year.unsigned_abs().into()]);
        for taken in taken(data, &mut rng, person, year) {
            let Some(number) = spans
                .iter()
                .position(|(from, to, _, _)| *from <= taken.on && taken.on <= *to)
            else {
                continue;
            };
            let Some(unit) = person.unit_on(spans[number].3.date()) else {
                continue;
            };
            let course = taken.course;
            let kind = if course.kind == "credit" {
                "学分课程"
            } else {
                "学时课程"
            };
            rows.entry((units.units[unit].bureau, number))
                .or_default()
                .push(Row {
                    person,
                    on: taken.on,
                    text: format!(
                        "市局网训,{},{},,{}-{year},{},{kind}",
                        course.hours, course.credits, course.code, course.title
                    ),
                });
        }
    }
    rows.into_iter()
        .map(|((bureau, number), rows)| {
            let short = units
                .bureaus
                .iter()
                .find(|plan| plan.unit == bureau)
                .map_or("", |plan| plan.short.as_str());
            let (_, _, name, at) = spans[number];
            file(
                bureau,
                format!("{short}{year}年{name}网训学时.csv"),
                at,
                rows,
            )
        })
        .collect()
}

/// What a person takes in a year: six credit courses and twelve hours of hour courses, unless he is
/// one of the few who fall short. Nobody takes a course while away or after leaving.
fn taken<'a>(data: &'a Data, rng: &mut Rng, person: &PersonPlan, year: i32) -> Vec<Taken<'a>> {
    let shares = &data.changes.online;
    let lot = rng.weighted(
        [
            shares.complete,
            shares.hours_short,
            shares.credits_short,
            shares.nothing,
        ]
        .into_iter(),
    );
    let pick = |kind: &str, rng: &mut Rng| {
        let mut list: Vec<&OnlineCourse> = data
            .courses
            .online
            .course
            .iter()
            .filter(|course| course.kind == kind)
            .collect();
        rng.shuffle(&mut list);
        list
    };
    let mut wanted: Vec<&OnlineCourse> = pick("credit", rng);
    wanted.truncate(if lot == 2 { 5 } else { 6 });
    // Halves of an hour, to stay with whole numbers. Who falls short in hours misses some of them.
    let goal = match lot {
        1 => 13,
        2 => 28,
        _ => 24,
    };
    let mut hours = 0;
    for course in pick("hour", rng) {
        if hours >= goal {
            break;
        }
        hours += halves(&course.hours);
        wanted.push(course);
    }
    if lot == 3 {
        wanted.clear();
    }
    rng.shuffle(&mut wanted);
    let open = days::in_year(year, &data.courses.online.open_from).max(person.joined_on);
    let end = days::ymd(year, 12, 30);
    // Some are done by summer, most by autumn, some in the last weeks.
    let finish = match rng.below(100) {
        0..=24 => days::ymd(year, 7, 31),
        25..=64 => days::ymd(year, 10, 20),
        65..=87 => days::ymd(year, 11, 25),
        _ => days::ymd(year, 12, 24),
    };
    let here: Vec<Date> = open
        .iter_days()
        .take_while(|day| *day <= end)
        .filter(|day| person.at_post_on(*day))
        .collect();
    if here.is_empty() {
        return Vec::new();
    }
    let usual = here.iter().filter(|day| **day <= finish).count();
    // Who comes back late, or joins late, uses what days there are.
    let usable = if usual < 40 { here.len() } else { usual };
    let mut list: Vec<Taken<'a>> = wanted
        .into_iter()
        .map(|course| Taken {
            on: here[rng.index(usable)],
            course,
        })
        .collect();
    list.sort_by_key(|taken| taken.on);
    debug_assert!(list.iter().all(|taken| days_between(open, taken.on) >= 0));
    list
}

fn halves(hours: &str) -> u32 {
    let (whole, part) = hours.split_once('.').unwrap_or((hours, "0"));
    whole.parse::<u32>().unwrap_or(0) * 2 + u32::from(part.starts_with('5'))
}

/// Adds slips to a sheet that the import refuses row by row: a number nobody has, a day that does
/// not exist.
pub fn add_slips(file: &mut LedgerFile, year: i32) {
    let _ = writeln!(
        file.content,
        "139999,{year}-03-08,市局网训,2,2,,WX04-{year},违法建筑认定与拆除程序,学分课程"
    );
    let _ = writeln!(
        file.content,
        "1300002,{year}-02-30,市局网训,2,2,,WX05-{year},住宅物业领域执法,学分课程"
    );
    file.rows += 2;
    file.broken += 2;
}
