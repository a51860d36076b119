//! A file as rows of the columns asked for, whatever its encoding and column order.

use std::borrow::Cow;
use std::path::Path;

use chengzhi_kernel::Date;
use chengzhi_kernel::dates::parse_date_bytes;
use chengzhi_sheets::bulk::{Piece, Record, decode_owned};
use chengzhi_sheets::{SheetError, Table, read_table};

use super::faults::{FILE, FaultList};

/// A file read into memory, or why that failed.
pub enum FileText {
    /// UTF-8 text.
    Text(Vec<u8>),
    /// A workbook, not yet opened.
    Book(Vec<u8>),
    /// The sentence for the fault.
    Failed(String),
}

/// Most rows a workbook can have.
const BOOK_ROWS: usize = 1_048_576;

impl FileText {
    /// Reads and decodes the file.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        match std::fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Self::Failed("没有这个文件".to_owned())
            }
            Err(_) => Self::Failed("文件读不到，请检查路径和权限".to_owned()),
            Ok(bytes) if bytes.starts_with(b"PK\x03\x04") => Self::Book(bytes),
            Ok(bytes) if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) => {
                Self::Failed(SheetError::WrongType.to_string())
            }
            Ok(bytes) => match decode_owned(bytes) {
                Ok(text) => Self::Text(text),
                Err(SheetError::Empty) => Self::Failed("文件是空的".to_owned()),
                Err(error) => Self::Failed(error.to_string()),
            },
        }
    }
}

/// A row with its cells in the order the columns were asked for.
pub struct Row<'r, 'a> {
    /// Its line in the file.
    pub line: u32,
    record: &'r mut Record<'a>,
    at: &'r [usize],
}

impl<'a> Row<'_, 'a> {
    /// The cell of the `n`-th column asked for.
    #[must_use]
    pub fn cell(&self, n: usize) -> &[u8] {
        self.at.get(n).map_or(&[], |i| self.record.cell(*i))
    }

    /// Takes that cell out, to keep it.
    pub fn take(&mut self, n: usize) -> Cow<'a, [u8]> {
        self.at
            .get(n)
            .map_or(Cow::Borrowed(&[]), |i| self.record.take(*i))
    }

    /// The cell as a date: a fault when unreadable or, if `required`, blank.
    pub fn date(
        &self,
        n: usize,
        column: &'static str,
        required: bool,
        faults: &mut FaultList,
    ) -> Option<Date> {
        let cell = self.cell(n);
        if cell.is_empty() {
            if required {
                faults.add(self.line, column, format!("缺少{column}"));
            }
            return None;
        }
        match parse_date_bytes(cell) {
            Ok(date) => Some(date),
            Err(error) => {
                faults.add(self.line, column, error.to_string());
                None
            }
        }
    }
}

/// A file whose header has been read.
pub enum Source<'a> {
    /// Text: what follows the header.
    Text(Piece<'a>, Vec<usize>),
    /// A workbook.
    Book(Box<Table>, &'static [&'static str]),
}

impl<'a> Source<'a> {
    /// Reads the header and finds `columns`; every missing or doubled one is a fault.
    pub fn open(
        text: &'a FileText,
        columns: &'static [&'static str],
        faults: &mut FaultList,
    ) -> Option<Self> {
        match text {
            FileText::Failed(sentence) => {
                faults.add(1, FILE, sentence.clone());
                None
            }
            FileText::Text(bytes) => Self::open_text(bytes, columns, faults),
            FileText::Book(bytes) => match read_table(bytes, columns, BOOK_ROWS) {
                Ok(table) => Some(Self::Book(Box::new(table), columns)),
                Err(SheetError::MissingColumns(names)) => {
                    for name in columns
                        .iter()
                        .filter(|c| names.split('、').any(|n| n == **c))
                    {
                        faults.add(1, *name, "缺少此列");
                    }
                    None
                }
                Err(SheetError::DoubleColumn(name)) => {
                    faults.add(1, name, "此列出现了两次");
                    None
                }
                Err(error) => {
                    faults.add(1, FILE, error.to_string());
                    None
                }
            },
        }
    }

    fn open_text(
        bytes: &'a [u8],
        columns: &'static [&'static str],
        faults: &mut FaultList,
    ) -> Option<Self> {
        let mut piece = Piece::whole(bytes);
        let mut header = Record::default();
        loop {
            if !piece.next(&mut header) {
                faults.add(1, FILE, "文件是空的");
                return None;
            }
            if header.unclosed {
                faults.add(header.line, FILE, "表头的引号没有配对");
                return None;
            }
            if !header.is_blank() {
                break;
            }
        }
        let mut at = Vec::with_capacity(columns.len());
        for name in columns {
            let mut places = (0..header.cells.len()).filter(|i| header.cell(*i) == name.as_bytes());
            match (places.next(), places.next()) {
                (Some(place), None) => at.push(place),
                (Some(_), Some(_)) => faults.add(1, *name, "此列出现了两次"),
                (None, _) => faults.add(1, *name, "缺少此列"),
            }
        }
        (at.len() == columns.len()).then_some(Self::Text(piece, at))
    }

    /// Calls `each` for every row with content, in the order of the file.
    pub fn for_each(
        self,
        faults: &mut FaultList,
        mut each: impl FnMut(Row<'_, 'a>, &mut FaultList),
    ) {
        match self {
            Self::Text(piece, at) => read_piece(piece, &at, faults, &mut each),
            Self::Book(table, columns) => {
                let at: Vec<usize> = (0..columns.len()).collect();
                let mut record = Record::default();
                for row in &table.rows {
                    record.line = row.line;
                    record.cells.clear();
                    record.cells.extend(
                        columns
                            .iter()
                            .map(|c| Cow::Owned(table.cell(row, c).as_bytes().to_vec())),
                    );
                    each(
                        Row {
                            line: row.line,
                            record: &mut record,
                            at: &at,
                        },
                        faults,
                    );
                }
            }
        }
    }
}

/// Reads one piece of a text file.
pub fn read_piece<'a>(
    mut piece: Piece<'a>,
    at: &[usize],
    faults: &mut FaultList,
    each: &mut impl FnMut(Row<'_, 'a>, &mut FaultList),
) {
    let mut record = Record::default();
    while piece.next(&mut record) {
        if record.unclosed {
            faults.add(record.line, FILE, "引号没有配对，此行之后无法读取");
            return;
        }
        if !record.is_blank() {
            let line = record.line;
            each(
                Row {
                    line,
                    record: &mut record,
                    at,
                },
                faults,
            );
        }
    }
}
