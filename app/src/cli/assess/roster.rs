//! The roster file: who is judged.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chengzhi_kernel::Date;
use chengzhi_rules::assess::PersonFacts;

use super::faults::{FaultList, quoted};
use super::input::{FileText, Source};

const COLUMNS: &[&str] = &[
    "工号",
    "姓名",
    "区局",
    "中队",
    "在编",
    "人员类别",
    "入职日期",
    "初任培训结束日期",
];

/// One person of the roster.
pub struct Person<'a> {
    /// 工号.
    pub staff_no: Cow<'a, [u8]>,
    /// 姓名.
    pub name: Cow<'a, [u8]>,
    /// 区局.
    pub district: Cow<'a, [u8]>,
    /// 中队.
    pub squad: Cow<'a, [u8]>,
    /// What the engine needs.
    pub facts: PersonFacts,
}

/// The roster.
#[derive(Default)]
pub struct Roster<'a> {
    /// People in the order of the file; rows with faults elsewhere are in it too.
    pub people: Vec<Person<'a>>,
    index: HashMap<Cow<'a, [u8]>, u32>,
    readable: bool,
}

impl Roster<'_> {
    /// The index of a 工号; a fault when the roster was read and lacks it.
    pub fn find(&self, staff_no: &[u8], line: u32, faults: &mut FaultList) -> Option<u32> {
        if staff_no.is_empty() {
            faults.add(line, "工号", "缺少工号");
            return None;
        }
        let found = self.index.get(staff_no).copied();
        if found.is_none() && self.readable {
            let shown = quoted(staff_no);
            faults.add(line, "工号", format!("名册中没有工号{shown}"));
        }
        found
    }
}

/// Reads the roster. A faulty row still counts as known to the other files.
pub fn parse<'a>(text: &'a FileText, faults: &mut FaultList) -> Roster<'a> {
    let mut roster = Roster::default();
    let Some(source) = Source::open(text, COLUMNS, faults) else {
        return roster;
    };
    roster.readable = true;
    let mut lines: Vec<u32> = Vec::new();
    source.for_each(faults, |mut row, faults| {
        let line = row.line;
        if row.cell(0).is_empty() {
            faults.add(line, "工号", "缺少工号");
        }
        let established = match std::str::from_utf8(row.cell(4)) {
            Ok("是") => true,
            Ok("否") => false,
            Ok("") => {
                faults.add(line, "在编", "缺少在编，应填是或否");
                false
            }
            _ => {
                faults.add(line, "在编", "应填是或否");
                false
            }
        };
        let joined = row.date(6, "入职日期", true, faults).unwrap_or(Date::MIN);
        let induction_ended = row.date(7, "初任培训结束日期", false, faults);
        if row.cell(0).is_empty() {
            return;
        }
        let staff_no = row.take(0);
        let next = u32::try_from(roster.people.len()).unwrap_or(u32::MAX);
        match roster.index.entry(staff_no.clone()) {
            Entry::Occupied(first) => {
                let first_line = lines.get(*first.get() as usize).copied().unwrap_or(0);
                faults.add(line, "工号", format!("与第{first_line}行工号重复"));
            }
            Entry::Vacant(place) => {
                place.insert(next);
                lines.push(line);
                roster.people.push(Person {
                    staff_no,
                    name: row.take(1),
                    district: row.take(2),
                    squad: row.take(3),
                    facts: PersonFacts {
                        established,
                        joined,
                        induction_ended,
                    },
                });
            }
        }
    });
    roster
}
