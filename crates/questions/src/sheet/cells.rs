//! Cells of a workbook as text, under the limits of [`crate::archive`].

use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::archive::Archive;
use crate::format::Unreadable;
use crate::text::trim;
use crate::xml::{attribute_of, reference};

/// Columns beyond this one are not read.
const MAX_COLUMNS: usize = 64;
/// Deepest nesting of the parts of a workbook.
const MAX_DEPTH: usize = 200;

/// A row with content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number in the sheet, from 1.
    pub(super) number: u32,
    /// Its cells from A on, trimmed.
    pub(super) cells: Vec<String>,
}

/// A sheet by name.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// Reads every sheet in the order of the tabs.
pub(super) fn read(archive: &mut Archive<'_>) -> Result<Vec<Sheet>, Unreadable> {
    let book = part(archive, "xl/workbook.xml")?.ok_or(Unreadable::NotThisFormat("Excel"))?;
    let targets = match part(archive, "xl/_rels/workbook.xml.rels")? {
        Some(text) => relationships(&text)?,
        None => HashMap::new(),
    };
    let strings = match part(archive, "xl/sharedStrings.xml")? {
        Some(text) => shared_strings(&text)?,
        None => Vec::new(),
    };
    let dates = match part(archive, "xl/styles.xml")? {
        Some(text) => date_styles(&text)?,
        None => HashSet::new(),
    };
    let mut tabs: Vec<(String, String)> = Vec::new();
    events(&book, |event| {
        if let Event::Start(start) | Event::Empty(start) = event
            && start.local_name().as_ref() == "sheet"
        {
            let name = attribute_of(start, "name").unwrap_or_default();
            let target = attribute_of(start, "id").and_then(|id| targets.get(&id).cloned());
            tabs.extend(target.map(|target| (name, target)));
        }
    })?;
    let mut sheets = Vec::new();
    for (name, target) in tabs {
        let path = match target.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("xl/{target}"),
        };
        if let Some(text) = part(archive, &path)? {
            sheets.push(Sheet {
                name,
                rows: rows(&text, &strings, &dates)?,
            });
        }
    }
    Ok(sheets)
}

/// A part of the workbook as text.
fn part(archive: &mut Archive<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    match archive.read(name)? {
        Some(bytes) => crate::word::utf8(bytes).map(Some),
        None => Ok(None),
    }
}

/// Runs over the events of a part; a document type refuses it.
fn events(text: &str, mut each: impl FnMut(&Event<'_>)) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| Unreadable::BrokenXml)?;
        match &event {
            Event::DocType(_) => return Err(Unreadable::DocType),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(Unreadable::BrokenXml);
        }
        each(&event);
    }
}

fn relationships(text: &str) -> Result<HashMap<String, String>, Unreadable> {
    let mut found = HashMap::new();
    events(text, |event| {
        if let Event::Start(start) | Event::Empty(start) = event
            && let (Some(id), Some(target)) =
                (attribute_of(start, "Id"), attribute_of(start, "Target"))
        {
            found.insert(id, target);
        }
    })?;
    Ok(found)
}

/// Adds the text of an event.
fn append(event: &Event<'_>, out: &mut String) {
    match event {
        Event::Text(text) => out.push_str(&text.xml10_content()),
        Event::CData(text) => out.push_str(&text.xml10_content()),
        Event::GeneralRef(name) => {
            // An entity of a stranger is nothing.
            if let Ok(text) = reference(&name.xml10_content(), &mut [0; 4]) {
                out.push_str(text);
            }
        }
        _ => {}
    }
}

fn shared_strings(text: &str) -> Result<Vec<String>, Unreadable> {
    let mut strings = Vec::new();
    let mut current = String::new();
    let (mut in_text, mut phonetic) = (false, false);
    events(text, |event| match event {
        Event::Start(start) => match start.local_name().as_ref() {
            "t" => in_text = !phonetic,
            "rPh" => phonetic = true,
            "si" => current.clear(),
            _ => {}
        },
        Event::Empty(start) if start.local_name().as_ref() == "si" => strings.push(String::new()),
        Event::End(end) => match end.local_name().as_ref() {
            "t" => in_text = false,
            "rPh" => phonetic = false,
            "si" => strings.push(unescaped(&std::mem::take(&mut current))),
            _ => {}
        },
        event if in_text => append(event, &mut current),
        _ => {}
    })?;
    Ok(strings)
}

/// Excel writes control signs as `_x000D_`; line ends become `\n`.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let code = tail
            .get(2..7)
            .filter(|code| code.ends_with('_'))
            .and_then(|code| u32::from_str_radix(code.get(..4)?, 16).ok())
            .and_then(char::from_u32);
        match code {
            Some(c) => {
                out.push(c);
                rest = tail.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = tail.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out.replace("\r\n", "\n").replace('\r', "\n")
}

/// The cell styles that show a number as a date.
fn date_styles(text: &str) -> Result<HashSet<usize>, Unreadable> {
    let mut formats: HashSet<u32> = (14..=17).chain([22, 27, 28, 30, 31, 36, 50, 57]).collect();
    let mut dates = HashSet::new();
    let (mut in_cells, mut index) = (false, 0_usize);
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u32>().ok());
    events(text, |event| match event {
        Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
            "numFmt" => {
                let code = attribute_of(start, "formatCode").unwrap_or_default();
                if code.contains(['y', 'Y', '年'])
                    && let Some(id) = number(attribute_of(start, "numFmtId"))
                {
                    formats.insert(id);
                }
            }
            "cellXfs" => in_cells = true,
            "xf" if in_cells => {
                if number(attribute_of(start, "numFmtId")).is_some_and(|id| formats.contains(&id)) {
                    dates.insert(index);
                }
                index += 1;
            }
            _ => {}
        },
        Event::End(end) if end.local_name().as_ref() == "cellXfs" => in_cells = false,
        _ => {}
    })?;
    Ok(dates)
}

/// A cell that is being read.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    date: bool,
    text: String,
}

fn rows(text: &str, strings: &[String], dates: &HashSet<usize>) -> Result<Vec<Row>, Unreadable> {
    let mut rows: Vec<Row> = Vec::new();
    let mut row = Row::default();
    let mut cell = Cell::default();
    let (mut in_value, mut next_column) = (false, 0_usize);
    events(text, |event| match event {
        Event::Start(start) => match start.local_name().as_ref() {
            "row" => {
                let number = attribute_of(start, "r").and_then(|r| r.parse().ok());
                row = Row {
                    number: number.unwrap_or(row.number.saturating_add(1)),
                    cells: Vec::new(),
                };
                next_column = 0;
            }
            "c" => {
                let column = attribute_of(start, "r").and_then(|r| column_of(&r));
                let style = attribute_of(start, "s").and_then(|s| s.parse::<usize>().ok());
                cell = Cell {
                    column: column.unwrap_or(next_column),
                    kind: attribute_of(start, "t").unwrap_or_default(),
                    date: style.is_some_and(|style| dates.contains(&style)),
                    text: String::new(),
                };
            }
            "v" | "t" => in_value = true,
            "rPh" => in_value = false,
            _ => {}
        },
        Event::Empty(start) if start.local_name().as_ref() == "c" => {
            let column = attribute_of(start, "r").and_then(|r| column_of(&r));
            next_column = column.unwrap_or(next_column).saturating_add(1);
        }
        Event::End(end) => match end.local_name().as_ref() {
            "v" | "t" => in_value = false,
            "c" => {
                next_column = cell.column.saturating_add(1);
                put(&std::mem::take(&mut cell), strings, &mut row);
            }
            "row" if row.cells.iter().any(|text| !text.is_empty()) => rows.push(row.clone()),
            _ => {}
        },
        event if in_value => append(event, &mut cell.text),
        _ => {}
    })?;
    // Some programs write rows out of order.
    rows.sort_by_key(|row| row.number);
    Ok(rows)
}

fn put(cell: &Cell, strings: &[String], row: &mut Row) {
    if cell.column >= MAX_COLUMNS {
        return;
    }
    let shown = match cell.kind.as_str() {
        "s" => {
            let index = cell.text.trim().parse::<usize>().ok();
            index
                .and_then(|index| strings.get(index))
                .cloned()
                .unwrap_or_default()
        }
        "str" | "inlineStr" => unescaped(&cell.text),
        "b" => if cell.text.trim() == "1" {
            "对"
        } else {
            "错"
        }
        .to_owned(),
        "" | "n" if cell.date => date(&cell.text),
        "" | "n" => number(&cell.text),
        _ => cell.text.clone(),
    };
    let shown = trim(&shown);
    if shown.is_empty() {
        return;
    }
    if row.cells.len() <= cell.column {
        row.cells.resize(cell.column + 1, String::new());
    }
    if let Some(place) = row.cells.get_mut(cell.column) {
        shown.clone_into(place);
    }
}

/// The number as the sender sees it: 2 for 2.0, 0.3 for 0.30000000000000004 stays as it is.
fn number(text: &str) -> String {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(value) if text.contains(['.', 'e', 'E']) => format!("{value}"),
        _ => text.to_owned(),
    }
}

/// A day number counted from 1899-12-30 as `2021-07-15`.
fn date(text: &str) -> String {
    let whole = text.trim().split('.').next().unwrap_or_default();
    let Some(days) = whole
        .parse::<i64>()
        .ok()
        .filter(|days| (61..2_958_466).contains(days))
    else {
        return number(text);
    };
    // Days since 0000-03-01 in the proleptic calendar, so that leap days end a year.
    let shifted = days - 25_569 + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The column of an address such as `AB12`, from 0.
fn column_of(address: &str) -> Option<usize> {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic);
    let mut column = 0_usize;
    for (count, byte) in letters.enumerate() {
        if count >= 3 {
            return None;
        }
        column = column * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1;
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_dates_and_numbers() {
        assert_eq!(
            (column_of("A1"), column_of("AB12"), column_of("12")),
            (Some(0), Some(27), None)
        );
        assert_eq!(date("44392"), "2021-07-15");
        assert_eq!(date("36586.5"), "2000-03-01");
        assert_eq!(
            (number("2.0"), number("12"), number("x")),
            ("2".into(), "12".into(), "x".into())
        );
        assert_eq!(
            unescaped("a_x000D_\nb_x005F_x0041_ _x _xzzzz_"),
            "a\nb_x0041_ _x _xzzzz_"
        );
    }
}
