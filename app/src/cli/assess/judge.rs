//! Everybody judged, on all cores, in the order of the output.

use std::collections::HashMap;

use chengzhi_kernel::Date;
use chengzhi_rules::assess::{
    Assessment, CompiledPolicy, DistrictSessions, Reason, assess, reasons,
};
use rayon::prelude::*;

use super::faults::FaultList;
use super::roster::Person;
use super::{Format, Parsed, extra, json, plain};

/// The output in pieces, ready to be written one after the other.
#[derive(Default)]
pub struct Judged {
    /// The pieces.
    pub parts: Vec<Vec<u8>>,
}

/// One person with the decision.
pub struct Line<'p> {
    /// Who.
    pub person: &'p Person<'p>,
    /// The decision.
    pub assessment: Assessment,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// People per piece of work.
const CHUNK: usize = 2048;

/// The sessions of every district that occurs, prepared for the policy's year.
pub fn prepare_districts<'p>(
    policy: &CompiledPolicy,
    parsed: &Parsed<'p>,
) -> HashMap<&'p [u8], DistrictSessions> {
    let mut prepared = HashMap::new();
    for person in &parsed.roster.people {
        let name = person.district.as_ref();
        prepared
            .entry(name)
            .or_insert_with(|| DistrictSessions::for_year(policy, parsed.districts.of(name)));
    }
    prepared
}

/// The indices of all people, by 工号 as text.
pub fn in_order(parsed: &Parsed<'_>) -> Vec<u32> {
    let people = &parsed.roster.people;
    let mut order: Vec<u32> = (0..).take(people.len()).collect();
    let key = |i: &u32| {
        people
            .get(*i as usize)
            .map_or(&[][..], |p| p.staff_no.as_ref())
    };
    order.par_sort_unstable_by(|a, b| key(a).cmp(key(b)));
    order
}

/// Judges everybody and renders the output.
///
/// # Errors
/// Rows that use a 编号 of the same person for other content.
pub fn everybody(
    policy: &CompiledPolicy,
    parsed: &Parsed<'_>,
    as_of: Option<Date>,
    format: Format,
) -> Result<Judged, FaultList> {
    let districts = prepare_districts(policy, parsed);
    let order = in_order(parsed);
    let worked: Vec<(Vec<u8>, Vec<plain::PlainRow>, FaultList)> = order
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut faults = FaultList::named("");
            let mut bytes = Vec::new();
            let mut table = Vec::new();
            let mut rows = Vec::new();
            for index in chunk {
                let index = *index as usize;
                let Some(person) = parsed.person(index) else {
                    continue;
                };
                let Some(sessions) = districts.get(person.district.as_ref()) else {
                    continue;
                };
                parsed.rows.collect(index, &mut rows, &mut faults);
                let extra = extra(as_of);
                let assessment = assess(
                    policy,
                    &person.facts,
                    parsed.events.of(index),
                    &rows,
                    sessions,
                    &extra,
                );
                let reasons = reasons(policy, &assessment, extra.waivers);
                let line = Line {
                    person,
                    assessment,
                    reasons,
                };
                match format {
                    Format::Json => json::write(&line, &mut bytes),
                    Format::Csv => plain::write_csv(&line, &mut bytes),
                    Format::Xlsx | Format::Table => table.push(plain::row(&line)),
                }
            }
            (bytes, table, faults)
        })
        .collect();
    let mut faults = FaultList::named("");
    let mut parts = Vec::with_capacity(worked.len() + 2);
    let mut table = Vec::new();
    for (bytes, rows, found) in worked {
        faults.merge(found);
        parts.push(bytes);
        table.extend(rows);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let parts = match format {
        Format::Json => json::frame(parts),
        Format::Csv => plain::frame_csv(parts),
        Format::Table => vec![plain::table(&table).into_bytes()],
        Format::Xlsx => vec![plain::workbook(policy.year, table)],
    };
    Ok(Judged { parts })
}

/// Looks for the faults that judging would find, where there is no pack to judge by.
///
/// # Errors
/// As [`everybody`].
pub fn check_only(parsed: &Parsed<'_>) -> Result<Judged, FaultList> {
    let mut faults = FaultList::named("");
    let mut rows = Vec::new();
    for index in 0..parsed.roster.people.len() {
        parsed.rows.collect(index, &mut rows, &mut faults);
    }
    if faults.is_empty() {
        Ok(Judged::default())
    } else {
        Err(faults)
    }
}
