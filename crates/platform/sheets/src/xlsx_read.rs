//! Reading `.xlsx` cell by cell: memory follows the rows that are kept, whatever the file claims
//! about its size, and a formula without a stored value is told apart from an empty cell.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};

use crate::table::{SheetError, TableRow, trim, within};

/// What stands in for the value of a formula that was never computed (files made by programs).
pub const FORMULA_WITHOUT_VALUE: &str = "#公式无结果";
/// What the text of a cell in error (`#REF!`, `#N/A` …) begins with.
pub const CELL_ERROR: &str = "#错误:";

/// Columns beyond this one are not read; sheets of people and hours have a dozen.
const MAX_COLUMNS: usize = 256;
/// Unpacked size at which a file is refused unread.
const MAX_UNPACKED: u64 = 512 * 1024 * 1024;

/// Reads the first sheet: rows with content, at most `max_rows` and the header.
///
/// # Errors
/// [`SheetError`] when the file cannot be opened, is too large, or has too many rows.
pub(crate) fn read_xlsx(content: &[u8], max_rows: usize) -> Result<Vec<TableRow>, SheetError> {
    if unpacked_size(content) > MAX_UNPACKED {
        return Err(SheetError::TooLarge);
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(|_| SheetError::Broken)?;
    let name = book
        .sheet_names()
        .first()
        .cloned()
        .ok_or(SheetError::Empty)?;
    let mut reader = book
        .worksheet_cells_reader(&name)
        .map_err(|_| SheetError::Broken)?;
    let mut rows: Vec<TableRow> = Vec::new();
    let mut filled = 0;
    // Some programs write rows out of order; the reader takes them as they come.
    let mut current = TableRow {
        line: 0,
        cells: Vec::new(),
    };
    loop {
        let cell = reader
            .next_cell_with_formula_metadata()
            .map_err(|_| SheetError::Broken)?;
        let line = cell.as_ref().map(|cell| cell.pos.0.saturating_add(1));
        if line != Some(current.line) {
            let finished = std::mem::replace(
                &mut current,
                TableRow {
                    line: line.unwrap_or(0),
                    cells: Vec::new(),
                },
            );
            if finished.cells.iter().any(|cell| !cell.is_empty()) {
                filled += 1;
                if filled <= max_rows + 1 {
                    rows.push(finished);
                }
            }
        }
        let Some(cell) = cell else { break };
        let column = cell.pos.1 as usize;
        // Rows beyond the limit are only counted: one cell of each is enough for that.
        if column >= MAX_COLUMNS || (filled > max_rows && !current.cells.is_empty()) {
            continue;
        }
        let text = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(_)) => FORMULA_WITHOUT_VALUE.to_owned(),
            (value, _) => cell_text(value),
        };
        if text.is_empty() {
            continue;
        }
        if current.cells.len() <= column {
            current.cells.resize(column + 1, String::new());
        }
        if let Some(place) = current.cells.get_mut(column) {
            *place = text;
        }
    }
    within(filled, max_rows)?;
    Ok(rows)
}

/// What the sender sees in the cell: whole numbers without `.0`, dates as `2024-03-05`.
fn cell_text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            trim(text)
        }
        DataRef::SharedString(text) => trim(text),
        DataRef::Int(number) => number.to_string(),
        // Display gives the shortest text that reads back the same: 23.5 stays 23.5 and 24.0 is 24.
        DataRef::Float(number) => format!("{number}"),
        DataRef::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(moment) => match moment.as_datetime() {
            Some(when) => when.format("%Y-%m-%d").to_string(),
            None => format!("{}", moment.as_f64()),
        },
        DataRef::Error(error) => format!("{CELL_ERROR}{error}"),
    }
}

/// The sum of the sizes that a zip archive's directory states; 0 when there is no directory (the
/// archive is refused later for that).
fn unpacked_size(content: &[u8]) -> u64 {
    let number = |at: usize, width: usize| -> Option<u64> {
        let bytes = content.get(at..at.checked_add(width)?)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    };
    let end = content
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06");
    let Some(mut at) = end
        .and_then(|end| number(end + 16, 4))
        .and_then(|at| usize::try_from(at).ok())
    else {
        return 0;
    };
    let mut total = 0_u64;
    while content
        .get(at..)
        .is_some_and(|rest| rest.starts_with(b"PK\x01\x02"))
    {
        let (Some(size), Some(name), Some(extra), Some(comment)) = (
            number(at + 24, 4),
            number(at + 28, 2),
            number(at + 30, 2),
            number(at + 32, 2),
        ) else {
            break;
        };
        total = total.saturating_add(size);
        at += 46 + usize::try_from(name + extra + comment).unwrap_or(0);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::Workbook;

    fn book(fill: impl Fn(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = Workbook::new();
        fill(book.add_worksheet());
        book.save_to_buffer().unwrap()
    }

    /// A zip archive of uncompressed files.
    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let checksum = |content: &[u8]| {
            !content.iter().fold(u32::MAX, |sum, byte| {
                (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                    sum >> 1 ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 }
                })
            })
        };
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, content) in files {
            let mut common = vec![10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
            common.extend(checksum(content.as_bytes()).to_le_bytes());
            common.extend([u32::try_from(content.len()).unwrap().to_le_bytes(); 2].concat());
            common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            common.extend([0, 0]);
            directory.extend([b"PK\x01\x02\x0A\x00".as_slice(), &common, &[0; 10]].concat());
            directory.extend(u32::try_from(out.len()).unwrap().to_le_bytes());
            directory.extend(name.as_bytes());
            out.extend(
                [
                    b"PK\x03\x04".as_slice(),
                    &common,
                    name.as_bytes(),
                    content.as_bytes(),
                ]
                .concat(),
            );
        }
        let count = u16::try_from(files.len()).unwrap().to_le_bytes();
        let at = u32::try_from(out.len()).unwrap().to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
        out.extend(directory);
        out.extend(
            [
                b"PK\x05\x06\0\0\0\0".as_slice(),
                &count,
                &count,
                &size,
                &at,
                &[0, 0],
            ]
            .concat(),
        );
        out
    }

    #[test]
    fn a_formula_counts_with_its_stored_value_and_without_one_is_told() {
        let content = archive(&[
            (
                "_rels/.rels",
                r#"<Relationships><Relationship Id="rId1"
                   Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
                   Target="xl/workbook.xml"/></Relationships>"#,
            ),
            (
                "xl/workbook.xml",
                r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
                   <sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships><Relationship Id="rId1"
                   Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
                   Target="worksheets/sheet1.xml"/></Relationships>"#,
            ),
            (
                "xl/worksheets/sheet1.xml",
                r#"<worksheet><sheetData><row r="3"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3"><f>A1</f></c>
                   <c r="C3"/><c r="D3" t="inlineStr"><is><t> x　</t></is></c><c r="E3" t="e"><v>#REF!</v></c>
                   </row></sheetData></worksheet>"#,
            ),
        ]);
        let rows = read_xlsx(&content, 5).unwrap();
        assert_eq!(rows[0].line, 3);
        assert_eq!(
            rows[0].cells,
            ["2", FORMULA_WITHOUT_VALUE, "", "x", "#错误:#REF!"]
        );
    }

    #[test]
    fn a_cell_in_the_far_corner_costs_nothing() {
        let content = book(|sheet| {
            sheet.write_string(0, 0, "工号").unwrap();
            sheet.write_string(1_048_575, 16_383, "x").unwrap();
            sheet.write_string(1_048_575, 0, "y").unwrap();
        });
        let rows = read_xlsx(&content, 5).unwrap();
        assert_eq!(
            (rows[1].line, rows[1].cells.clone()),
            (1_048_576, vec!["y".to_owned()])
        );
    }

    #[test]
    fn too_many_rows_are_counted_not_kept() {
        let content = book(|sheet| {
            for row in 0..50 {
                sheet.write_string(row, 0, "x").unwrap();
            }
        });
        assert_eq!(
            read_xlsx(&content, 10),
            Err(SheetError::TooManyRows {
                found: 49,
                limit: 10
            })
        );
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_refused_unread() {
        let mut content = book(|sheet| {
            sheet.write_string(0, 0, "x").unwrap();
        });
        assert!(
            (500..50_000).contains(&unpacked_size(&content)),
            "{}",
            unpacked_size(&content)
        );
        let entry = content
            .windows(4)
            .position(|window| window == b"PK\x01\x02")
            .unwrap();
        content[entry + 24..entry + 28].copy_from_slice(&0xF000_0000_u32.to_le_bytes());
        assert_eq!(read_xlsx(&content, 10), Err(SheetError::TooLarge));
    }
}
