//! The ledger file: millions of rows, parsed side by side, grouped by person.

use std::borrow::Cow;

use chengzhi_kernel::quantity::QuantityError;
use chengzhi_kernel::{Month, Quantity};
use chengzhi_rules::assess::{LedgerKind, LedgerRow};
use rayon::prelude::*;

use super::faults::FaultList;
use super::input::{FileText, Row, Source, read_piece};
use super::roster::Roster;

const COLUMNS: &[&str] = &["工号", "日期", "类别", "学时", "学分", "所属月份", "编号"];

/// Pieces a file is cut into: a few per core keep the cores busy to the end.
const PIECES: usize = 16;

struct Entry<'a> {
    person: u32,
    line: u32,
    /// Tells apart what is content but counts towards nothing; 0 where there is none.
    aside: u32,
    row: LedgerRow,
    serial: Cow<'a, [u8]>,
}

/// Ledger rows grouped by person, each group in the order of the file.
#[derive(Default)]
pub struct PersonRows<'a> {
    pieces: Vec<Vec<Entry<'a>>>,
    starts: Vec<u32>,
    order: Vec<(u8, u32)>,
}

impl PersonRows<'_> {
    /// Puts the person's rows into `rows`, repeated ones once; other content under a 编号 already
    /// used is a fault.
    pub fn collect(&self, person: usize, rows: &mut Vec<LedgerRow>, faults: &mut FaultList) {
        rows.clear();
        let (Some(from), Some(to)) = (self.starts.get(person), self.starts.get(person + 1)) else {
            return;
        };
        let places = self
            .order
            .get(*from as usize..*to as usize)
            .unwrap_or_default();
        let mut named: Vec<&Entry<'_>> = Vec::with_capacity(places.len());
        for (piece, index) in places {
            let Some(entry) = self
                .pieces
                .get(usize::from(*piece))
                .and_then(|p| p.get(*index as usize))
            else {
                continue;
            };
            if entry.serial.is_empty() {
                rows.push(entry.row);
            } else {
                named.push(entry);
            }
        }
        named.sort_unstable_by(|a, b| a.serial.cmp(&b.serial).then(a.line.cmp(&b.line)));
        let mut first: Option<&Entry<'_>> = None;
        for entry in named {
            match first {
                Some(earlier) if earlier.serial == entry.serial => {
                    if earlier.row != entry.row || earlier.aside != entry.aside {
                        let reason = format!("编号与第{}行相同，内容不同", earlier.line);
                        faults.add(entry.line, "编号", reason);
                    }
                }
                _ => {
                    rows.push(entry.row);
                    first = Some(entry);
                }
            }
        }
    }
}

/// Reads the ledger.
pub fn parse<'a>(
    text: &'a FileText,
    roster: &Roster<'_>,
    faults: &mut FaultList,
) -> PersonRows<'a> {
    let Some(source) = Source::open(text, COLUMNS, faults) else {
        return PersonRows::default();
    };
    let pieces: Vec<Vec<Entry<'a>>> = match source {
        Source::Text(piece, at) => {
            let parsed: Vec<(Vec<Entry<'a>>, FaultList)> = piece
                .split(PIECES)
                .into_par_iter()
                .map(|piece| {
                    let mut faults = faults.sibling();
                    let mut entries = Vec::new();
                    read_piece(
                        piece,
                        &at,
                        &mut faults,
                        &mut |row, faults: &mut FaultList| {
                            entries.extend(read_row(row, roster, faults));
                        },
                    );
                    entries.shrink_to_fit();
                    (entries, faults)
                })
                .collect();
            parsed
                .into_iter()
                .map(|(entries, found)| {
                    faults.merge(found);
                    entries
                })
                .collect()
        }
        book @ Source::Book(..) => {
            let mut entries = Vec::new();
            book.for_each(faults, |row, faults| {
                entries.extend(read_row(row, roster, faults))
            });
            vec![entries]
        }
    };
    group(pieces, roster.people.len())
}

/// A counting sort by person: rows stay where they are, only their places are ordered.
fn group(pieces: Vec<Vec<Entry<'_>>>, people: usize) -> PersonRows<'_> {
    let mut starts = vec![0u32; people + 1];
    for entry in pieces.iter().flatten() {
        if let Some(count) = starts.get_mut(entry.person as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut order = vec![(0u8, 0u32); sum as usize];
    for (piece, entries) in (0u8..).zip(&pieces) {
        for (index, entry) in (0u32..).zip(entries) {
            if let Some(place) = next.get_mut(entry.person as usize) {
                if let Some(slot) = order.get_mut(*place as usize) {
                    *slot = (piece, index);
                }
                *place += 1;
            }
        }
    }
    PersonRows {
        pieces,
        starts,
        order,
    }
}

fn read_row<'a>(
    mut row: Row<'_, 'a>,
    roster: &Roster<'_>,
    faults: &mut FaultList,
) -> Option<Entry<'a>> {
    let line = row.line;
    let person = roster.find(row.cell(0), line, faults);
    let date = row.date(1, "日期", true, faults);
    let word = row.cell(2);
    if word.is_empty() {
        faults.add(line, "类别", "缺少类别");
    }
    let kind = LedgerKind::parse(word);
    let hours = amount(&row, 3, "学时", faults);
    let credits = if row.cell(4).is_empty() {
        Some(Quantity::ZERO)
    } else {
        amount(&row, 4, "学分", faults)
    };
    let mut complete = !word.is_empty();
    let mut month = None;
    if kind == LedgerKind::Study {
        match row.cell(5) {
            b"" => {
                faults.add(line, "所属月份", "科队学习须填所属月份");
                complete = false;
            }
            cell => match Month::parse_bytes(cell) {
                Ok(read) => month = Some(read),
                Err(error) => {
                    faults.add(line, "所属月份", error.to_string());
                    complete = false;
                }
            },
        }
    }
    let aside = aside(kind, word, row.cell(5));
    let (person, date, hours, credits) = (person?, date?, hours?, credits?);
    complete.then(|| Entry {
        person,
        line,
        aside,
        row: LedgerRow::new(date, kind, hours, credits, month),
        serial: row.take(6),
    })
}

fn amount(
    row: &Row<'_, '_>,
    n: usize,
    column: &'static str,
    faults: &mut FaultList,
) -> Option<Quantity> {
    let cell = row.cell(n);
    if cell.is_empty() {
        faults.add(row.line, column, format!("缺少{column}"));
        return None;
    }
    let read = Quantity::parse_non_negative(cell).and_then(|q| {
        if q > LedgerRow::MAX {
            Err(QuantityError::TooLarge)
        } else {
            Ok(q)
        }
    });
    match read {
        Ok(q) => Some(q),
        Err(error) => {
            faults.add(row.line, column, error.to_string());
            None
        }
    }
}

/// The fingerprint of what a row says without any effect: the word of another 类别, and the
/// 所属月份 of a row that fulfils no month, however it is written. 0 for a row without either.
fn aside(kind: LedgerKind, word: &[u8], month: &[u8]) -> u32 {
    let mut print = 0;
    if kind == LedgerKind::Other {
        print = fingerprint(FNV_START, word);
    }
    if kind != LedgerKind::Study && !month.is_empty() {
        let start = if print == 0 { FNV_START } else { print };
        print = match Month::parse_bytes(month) {
            Ok(read) => fingerprint(start, read.to_string().as_bytes()),
            Err(_) => fingerprint(start, month),
        };
    }
    print
}

const FNV_START: u32 = 0x811c_9dc5;

/// FNV-1a, 32 bits. Two texts with one fingerprint would be taken as the same; since neither counts
/// towards anything, no figure depends on it.
fn fingerprint(start: u32, text: &[u8]) -> u32 {
    text.iter().fold(start, |hash, b| {
        (hash ^ u32::from(*b)).wrapping_mul(0x0100_0193)
    })
}
