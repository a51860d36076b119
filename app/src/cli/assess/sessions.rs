//! The file of the districts' closed-training sessions.

use std::borrow::Cow;
use std::collections::HashMap;

use chengzhi_rules::assess::Session;

use super::faults::FaultList;
use super::input::{FileText, Source};

const COLUMNS: &[&str] = &["单位", "开始日期", "结束日期"];

/// Sessions by district name.
#[derive(Default)]
pub struct Districts<'a> {
    by_name: HashMap<Cow<'a, [u8]>, Vec<Session>>,
}

impl Districts<'_> {
    /// All sessions listed for a district.
    #[must_use]
    pub fn of(&self, district: &[u8]) -> &[Session] {
        self.by_name.get(district).map_or(&[], Vec::as_slice)
    }
}

/// Reads the sessions.
pub fn parse<'a>(text: &'a FileText, faults: &mut FaultList) -> Districts<'a> {
    let mut districts = Districts::default();
    let Some(source) = Source::open(text, COLUMNS, faults) else {
        return districts;
    };
    source.for_each(faults, |mut row, faults| {
        if row.cell(0).is_empty() {
            faults.add(row.line, "单位", "缺少单位");
        }
        let from = row.date(1, "开始日期", true, faults);
        let to = row.date(2, "结束日期", true, faults);
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        if to < from {
            faults.add(row.line, "结束日期", "早于开始日期");
            return;
        }
        let name = row.take(0);
        districts
            .by_name
            .entry(name)
            .or_default()
            .push(Session { from, to });
    });
    districts
}
