//! Reading a sheet into trimmed text cells with the row numbers that the sender sees.
//!
//! Accepted: `.xlsx` (first sheet; a formula counts with its stored value) and `.csv` in UTF-8 with
//! or without BOM or in GB18030. The header is row 1. Columns come in any order, unknown ones are
//! ignored, rows without any content are skipped.

use std::borrow::Cow;
use std::collections::HashMap;

use thiserror::Error;

use crate::bulk::{Piece, Record};
use crate::xlsx_read::read_xlsx;

/// Rows a sheet may have on a page upload.
pub const MAX_ROWS: usize = 20_000;

/// Why a sheet cannot be read. The text is Chinese and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SheetError {
    /// No content.
    #[error("文件是空的，请检查后重新上传。")]
    Empty,
    /// Old `.xls`, a picture, anything else.
    #[error("只收.xlsx和.csv文件；旧版.xls请在Excel中另存为.xlsx后上传。")]
    WrongType,
    /// An `.xlsx` that cannot be opened.
    #[error("表格文件已损坏或带密码，无法打开，请另存一份后重新上传。")]
    Broken,
    /// Text in an unknown encoding.
    #[error("文字编码无法识别，请另存为UTF-8或GB18030编码的CSV，或另存为.xlsx。")]
    Encoding,
    /// An `.xlsx` that would unpack to hundreds of megabytes.
    #[error("表格展开后过大，请删去多余的内容或图片后重新上传。")]
    TooLarge,
    /// A column is missing.
    #[error("缺少列：{0}。请使用下载的模板。")]
    MissingColumns(String),
    /// The same column twice.
    #[error("列“{0}”出现了两次，请删去一列。")]
    DoubleColumn(String),
    /// A quote is opened and never closed, so that the rest of the file is one cell.
    #[error("第{0}行的引号没有配对，请补上或删去。")]
    UnclosedQuote(u32),
    /// More rows than a page takes.
    #[error("表格有{found}行，一次最多{limit}行，请拆分后分次导入。")]
    TooManyRows {
        /// Rows found.
        found: usize,
        /// Rows allowed.
        limit: usize,
    },
}

/// One row with content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Row number in the sheet, or line number in the text; the header is 1.
    pub line: u32,
    pub(crate) cells: Vec<String>,
}

/// A sheet with the columns that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: HashMap<String, usize>,
    doubled: Vec<String>,
    /// Rows with content, in the order of the sheet.
    pub rows: Vec<TableRow>,
}

impl Table {
    /// The trimmed text of a cell; empty when blank or when an optional column is missing.
    #[must_use]
    pub fn cell<'a>(&self, row: &'a TableRow, column: &str) -> &'a str {
        self.columns
            .get(column)
            .and_then(|index| row.cells.get(*index))
            .map_or("", String::as_str)
    }

    /// Columns that the header names twice; the cells of the last one count.
    #[must_use]
    pub fn doubled(&self) -> &[String] {
        &self.doubled
    }

    /// True when the sheet has the column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }
}

/// Reads a sheet.
///
/// # Errors
/// [`SheetError`] for the whole sheet; faults of single rows are the caller's to find.
pub fn read_table(content: &[u8], required: &[&str], max_rows: usize) -> Result<Table, SheetError> {
    if content.is_empty() {
        return Err(SheetError::Empty);
    }
    let mut lines = if content.starts_with(b"PK\x03\x04") {
        read_xlsx(content, max_rows)?
    } else if content.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
        || content.starts_with(b"\x89PNG")
        || content.starts_with(b"%PDF")
    {
        return Err(SheetError::WrongType);
    } else {
        read_csv(&decode_text(content)?, max_rows)?
    };
    let header_at = lines
        .iter()
        .position(|row| !row.cells.iter().all(String::is_empty))
        .ok_or(SheetError::Empty)?;
    let header = lines.remove(header_at);
    let mut columns = HashMap::new();
    let mut doubled = Vec::new();
    for (index, name) in header.cells.into_iter().enumerate() {
        if name.is_empty() {
            continue;
        }
        if columns.insert(name.clone(), index).is_some() {
            if required.contains(&name.as_str()) {
                return Err(SheetError::DoubleColumn(name));
            }
            doubled.push(name);
        }
    }
    let missing: Vec<&str> = required
        .iter()
        .copied()
        .filter(|name| !columns.contains_key(*name))
        .collect();
    if !missing.is_empty() {
        return Err(SheetError::MissingColumns(missing.join("、")));
    }
    let rows: Vec<TableRow> = lines
        .into_iter()
        .skip(header_at)
        .filter(|row| row.cells.iter().any(|cell| !cell.is_empty()))
        .collect();
    Ok(Table {
        columns,
        doubled,
        rows,
    })
}

/// Text in UTF-8 (with or without BOM) or GB18030.
///
/// # Errors
/// [`SheetError::Encoding`] when it is neither, or binary.
pub fn decode_text(content: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let body = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    if body.contains(&0) {
        return Err(SheetError::Encoding);
    }
    match std::str::from_utf8(body) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(body)
            .ok_or(SheetError::Encoding),
    }
}

pub(crate) fn trim(text: &str) -> String {
    // Includes the full-width space U+3000 and the no-break space, which `trim` knows as white space.
    text.trim()
        .trim_matches(['\u{FEFF}', '\u{200B}'])
        .to_owned()
}

fn read_csv(text: &str, max_rows: usize) -> Result<Vec<TableRow>, SheetError> {
    let mut piece = Piece::whole(text.as_bytes());
    let mut record = Record::default();
    let mut rows = Vec::new();
    let mut filled = 0;
    while piece.next(&mut record) {
        if record.unclosed {
            return Err(SheetError::UnclosedQuote(record.line));
        }
        filled += usize::from(!record.is_blank());
        if filled <= max_rows + 1 {
            let cells = record
                .cells
                .iter()
                .map(|c| String::from_utf8_lossy(c).into_owned());
            rows.push(TableRow {
                line: record.line,
                cells: cells.collect(),
            });
        }
    }
    within(filled, max_rows)?;
    Ok(rows)
}

pub(crate) fn within(filled: usize, limit: usize) -> Result<(), SheetError> {
    let found = filled.saturating_sub(1);
    if found > limit {
        Err(SheetError::TooManyRows { found, limit })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{Column, SheetData, Value, write_xlsx};

    #[test]
    fn csv_is_read_in_every_usual_encoding_with_the_senders_line_numbers() {
        let text = "姓名,工号,备注\n张三,A1,\"两\n行\"\n\n,,\n 李四　,A2,x\n";
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        for content in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
            gb,
        ] {
            let table = read_table(&content, &["工号", "姓名"], 10).unwrap();
            let seen: Vec<_> = table
                .rows
                .iter()
                .map(|r| (r.line, table.cell(r, "工号"), table.cell(r, "姓名")))
                .collect();
            assert_eq!(seen, [(2, "A1", "张三"), (6, "A2", "李四")]);
        }
    }

    #[test]
    fn xlsx_numbers_and_dates_come_as_seen() {
        let data = SheetData {
            title: "名册".to_owned(),
            columns: vec![
                Column::text("工号", 10),
                Column::number("学时", 8),
                Column::text("日期", 12),
            ],
            rows: vec![vec![
                Value::text("001"),
                Value::number(23_500),
                Value::text("2024-03-05"),
            ]],
            notes: Vec::new(),
        };
        let content = write_xlsx(&[data]).unwrap();
        let table = read_table(&content, &["工号", "学时"], 10).unwrap();
        let row = &table.rows[0];
        assert_eq!(
            (row.line, table.cell(row, "工号"), table.cell(row, "学时")),
            (2, "001", "23.5")
        );
        assert_eq!(table.cell(row, "没有的列"), "");
    }

    #[test]
    fn refusals_say_what_to_do() {
        assert_eq!(read_table(b"", &[], 1), Err(SheetError::Empty));
        assert_eq!(
            read_table(b"\xD0\xCF\x11\xE0old", &[], 1),
            Err(SheetError::WrongType)
        );
        assert_eq!(
            read_table(b"PK\x03\x04nonsense", &[], 1),
            Err(SheetError::Broken)
        );
        assert_eq!(read_table(b"a\0b", &[], 1), Err(SheetError::Encoding));
        assert_eq!(
            read_table("工号\n1".as_bytes(), &["姓名"], 1),
            Err(SheetError::MissingColumns("姓名".to_owned()))
        );
        assert_eq!(
            read_table("工号,工号\n1,2".as_bytes(), &["工号"], 1),
            Err(SheetError::DoubleColumn("工号".to_owned()))
        );
        assert_eq!(
            read_table("工号\n1\n2\n3".as_bytes(), &["工号"], 2),
            Err(SheetError::TooManyRows { found: 3, limit: 2 })
        );
    }
}
