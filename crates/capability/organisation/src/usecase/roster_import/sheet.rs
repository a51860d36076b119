//! From the bytes of a file to rows with cells in the template's order.

use chengzhi_http::Problem;
use chengzhi_sheets::{MAX_ROWS, SheetError, read_table};

use crate::domain::roster::plan::Sent;
use crate::domain::roster::row::headings;
use crate::domain::roster::{COLUMNS, REQUIRED};

/// Bytes a roster may have.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

/// Reads a sheet into rows with the cells in the order of [`COLUMNS`].
///
/// # Errors
/// 422 for the file as a whole: encoding, missing or doubled columns, more than [`MAX_ROWS`] rows.
pub fn read_sheet(content: &[u8]) -> Result<Vec<Sent>, Problem> {
    let refuse = |fault: SheetError| Problem::field("file", fault.to_string());
    let table = read_table(content, &[], MAX_ROWS).map_err(refuse)?;
    let mut missing = Vec::new();
    let mut names: Vec<Option<&'static str>> = Vec::with_capacity(COLUMNS.len());
    for column in COLUMNS {
        let known = match headings(column) {
            [] => [column].to_vec(),
            several => several.to_vec(),
        };
        let found: Vec<&'static str> = known.into_iter().filter(|name| table.has(name)).collect();
        if let Some(twice) = table
            .doubled()
            .iter()
            .find(|name| found.contains(&name.as_str()))
        {
            return Err(refuse(SheetError::DoubleColumn(twice.clone())));
        }
        if let [first, second, ..] = found.as_slice() {
            return Err(Problem::field(
                "file",
                format!("列“{first}”和“{second}”是同一项内容，请删去一列。"),
            ));
        }
        if found.is_empty() && REQUIRED.contains(&column) {
            missing.push(column);
        }
        names.push(found.first().copied());
    }
    if !missing.is_empty() {
        return Err(refuse(SheetError::MissingColumns(missing.join("、"))));
    }
    if table.rows.is_empty() {
        return Err(Problem::field(
            "file",
            "名册里没有人员，请从第2行起填写后再上传。",
        ));
    }
    Ok(table
        .rows
        .iter()
        .map(|row| Sent {
            line: row.line,
            cells: names
                .iter()
                .map(|name| {
                    name.map(|name| table.cell(row, name))
                        .unwrap_or_default()
                        .replace('\0', " ")
                })
                .collect(),
        })
        .collect())
}
