//! Writing `.xlsx`: one look for every export, template and list of broken rows.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
}

/// A column of a sheet.
#[derive(Debug, Clone)]
pub struct Column {
    title: String,
    width: u16,
    kind: Kind,
}

impl Column {
    /// A column of text, `width` in characters.
    pub fn text(title: impl Into<String>, width: u16) -> Self {
        Column {
            title: title.into(),
            width,
            kind: Kind::Text,
        }
    }

    /// A right-aligned column of numbers.
    pub fn number(title: impl Into<String>, width: u16) -> Self {
        Column {
            title: title.into(),
            width,
            kind: Kind::Number,
        }
    }
}

/// A cell. Text is always written as text, so that nothing a person typed becomes a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// Thousandths, so that no cell is rounded on its way.
    Thousandths(i64),
}

impl Value {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    /// A number in thousandths (hours, credits).
    #[must_use]
    pub fn number(thousandths: i64) -> Self {
        Value::Thousandths(thousandths)
    }

    /// A whole number.
    #[must_use]
    pub fn count(count: i64) -> Self {
        Value::Thousandths(count * 1000)
    }
}

/// One sheet.
#[derive(Debug, Clone)]
pub struct SheetData {
    /// Name of the sheet, at most 31 characters.
    pub title: String,
    /// Columns from the left.
    pub columns: Vec<Column>,
    /// Rows below the header.
    pub rows: Vec<Vec<Value>>,
    /// Lines of explanation, written to a second sheet 填写说明 when there are any.
    pub notes: Vec<String>,
}

/// Writes a workbook.
///
/// # Errors
/// [`XlsxError`] when the library refuses (a sheet name twice or too long).
pub fn write_xlsx(sheets: &[SheetData]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xEA_F0_F8))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter);
    // "@" keeps 001 and dates as typed when somebody edits the sheet.
    let plain = Format::new().set_num_format("@");
    for data in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(&data.title)?;
        sheet.set_freeze_panes(1, 0)?;
        for (index, column) in data.columns.iter().enumerate() {
            let at = u16::try_from(index).unwrap_or(u16::MAX);
            sheet.set_column_width(at, f64::from(column.width))?;
            if column.kind == Kind::Text {
                sheet.set_column_format(at, &plain)?;
            }
            sheet.write_string_with_format(0, at, &column.title, &head)?;
        }
        for (row_index, row) in data.rows.iter().enumerate() {
            let line = u32::try_from(row_index + 1).unwrap_or(u32::MAX);
            for (index, value) in row.iter().enumerate() {
                let at = u16::try_from(index).unwrap_or(u16::MAX);
                match value {
                    Value::Empty => {}
                    Value::Text(text) => {
                        sheet.write_string_with_format(line, at, text, &plain)?;
                    }
                    Value::Thousandths(number) => {
                        // A spreadsheet number is a binary fraction; this is the edge where it becomes one.
                        #[allow(clippy::cast_precision_loss)]
                        let shown = *number as f64 / 1000.0;
                        sheet.write_number(line, at, shown)?;
                    }
                }
            }
        }
        if !data.notes.is_empty() {
            let sheet = book.add_worksheet();
            sheet.set_name("填写说明")?;
            sheet.set_column_width(0, 90)?;
            for (index, note) in data.notes.iter().enumerate() {
                sheet.write_string(u32::try_from(index).unwrap_or(u32::MAX), 0, note)?;
            }
        }
    }
    book.save_to_buffer()
}
