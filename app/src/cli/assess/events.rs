//! The file of status changes.

use chengzhi_rules::assess::{Event, EventKind};

use super::faults::{FaultList, quoted};
use super::input::{FileText, Source};
use super::roster::Roster;

const COLUMNS: &[&str] = &["工号", "事件", "生效日期", "决定日期", "录入日期"];

/// Events grouped by person.
#[derive(Default)]
pub struct PersonEvents {
    events: Vec<Event>,
    starts: Vec<usize>,
}

impl PersonEvents {
    /// The events of the person with this index in the roster.
    #[must_use]
    pub fn of(&self, person: usize) -> &[Event] {
        let (Some(from), Some(to)) = (self.starts.get(person), self.starts.get(person + 1)) else {
            return &[];
        };
        self.events.get(*from..*to).unwrap_or_default()
    }
}

/// Reads the events.
pub fn parse(text: &FileText, roster: &Roster<'_>, faults: &mut FaultList) -> PersonEvents {
    let Some(source) = Source::open(text, COLUMNS, faults) else {
        return PersonEvents::default();
    };
    let mut list: Vec<(u32, Event)> = Vec::new();
    source.for_each(faults, |row, faults| {
        let person = roster.find(row.cell(0), row.line, faults);
        let kind = EventKind::parse(row.cell(1));
        if kind.is_none() {
            let reason = if row.cell(1).is_empty() {
                "缺少事件".to_owned()
            } else {
                let known: Vec<&str> = EventKind::ALL.iter().map(|k| k.name_cn()).collect();
                format!("不认识“{}”，可填{}", quoted(row.cell(1)), known.join("、"))
            };
            faults.add(row.line, "事件", reason);
        }
        let effective = row.date(2, "生效日期", true, faults);
        row.date(3, "决定日期", false, faults);
        let recorded = row.date(4, "录入日期", false, faults);
        if let (Some(person), Some(kind), Some(effective)) = (person, kind, effective) {
            list.push((
                person,
                Event {
                    kind,
                    effective,
                    recorded,
                },
            ));
        }
    });
    list.sort_by_key(|(person, _)| *person);
    let mut starts = vec![0; roster.people.len() + 1];
    for (person, _) in &list {
        if let Some(count) = starts.get_mut(*person as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    PersonEvents {
        events: list.into_iter().map(|(_, event)| event).collect(),
        starts,
    }
}
