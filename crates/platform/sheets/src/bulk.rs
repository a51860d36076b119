//! Comma-separated text at full speed: records as slices of the file's own bytes.
//!
//! For files of millions of rows. No cell is copied unless it holds an escaped quote; line numbers
//! are those of the file, blank lines and quoted line breaks included.

use std::borrow::Cow;

use crate::SheetError;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The file's text as UTF-8 without BOM: UTF-8 is kept as it is, GB18030 is converted.
///
/// # Errors
/// [`SheetError::Empty`] without content, [`SheetError::Encoding`] when it is neither, or binary.
pub fn decode_owned(mut content: Vec<u8>) -> Result<Vec<u8>, SheetError> {
    if content.starts_with(BOM) {
        content.drain(..BOM.len());
    }
    if content.iter().all(u8::is_ascii_whitespace) {
        return Err(SheetError::Empty);
    }
    if memchr::memchr(0, &content).is_some() {
        return Err(SheetError::Encoding);
    }
    if std::str::from_utf8(&content).is_ok() {
        return Ok(content);
    }
    encoding_rs::GB18030
        .decode_without_bom_handling_and_without_replacement(&content)
        .map(|text| text.into_owned().into_bytes())
        .ok_or(SheetError::Encoding)
}

/// A piece of a file that starts at the beginning of a record.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    bytes: &'a [u8],
    first_line: u32,
    newline: u8,
    delimiter: u8,
}

/// One record: its line and its cells, trimmed.
#[derive(Debug, Default)]
pub struct Record<'a> {
    /// Line on which the record starts; the first line of the file is 1.
    pub line: u32,
    /// The cells from the left, white space (also U+3000 and the no-break space) trimmed.
    pub cells: Vec<Cow<'a, [u8]>>,
    /// The closing quote of a cell is missing: the rest of the file was swallowed.
    pub unclosed: bool,
}

impl<'a> Record<'a> {
    /// The cell at `index`; empty when the record is shorter.
    #[must_use]
    pub fn cell(&self, index: usize) -> &[u8] {
        self.cells.get(index).map_or(&[], |c| c.as_ref())
    }

    /// Takes the cell at `index` out, keeping it for as long as the file's bytes live.
    pub fn take(&mut self, index: usize) -> Cow<'a, [u8]> {
        self.cells
            .get_mut(index)
            .map_or(Cow::Borrowed(&[]), std::mem::take)
    }

    /// Whether no cell has content.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| c.is_empty())
    }
}

impl<'a> Piece<'a> {
    /// A whole file. The delimiter is the comma, or a tab or semicolon where the first line has
    /// more of those; a file with bare carriage returns is read as lines too.
    #[must_use]
    pub fn whole(bytes: &'a [u8]) -> Self {
        let newline =
            if memchr::memchr(b'\n', bytes).is_none() && memchr::memchr(b'\r', bytes).is_some() {
                b'\r'
            } else {
                b'\n'
            };
        let head = bytes
            .split(|b| *b == newline)
            .find(|line| !line.trim_ascii().is_empty())
            .unwrap_or_default();
        let count = |d: u8| memchr::memchr_iter(d, head).count();
        let delimiter = [b';', b'\t', b',']
            .into_iter()
            .max_by_key(|d| count(*d))
            .unwrap_or(b',');
        Self {
            bytes,
            first_line: 1,
            newline,
            delimiter,
        }
    }

    /// Cuts what is left into at most `parts` pieces that can be read side by side. A file with
    /// quotes stays in one piece, because a quoted cell may hold a line break.
    #[must_use]
    pub fn split(self, parts: usize) -> Vec<Self> {
        if memchr::memchr(b'"', self.bytes).is_some() {
            return vec![self];
        }
        let size = self.bytes.len().div_ceil(parts.max(1)).max(1);
        let mut pieces = Vec::with_capacity(parts);
        let mut rest = self;
        while rest.bytes.len() > size {
            let Some(end) = rest
                .bytes
                .get(size..)
                .and_then(|tail| memchr::memchr(self.newline, tail))
            else {
                break;
            };
            let (head, tail) = rest.bytes.split_at(size + end + 1);
            pieces.push(Self {
                bytes: head,
                ..rest
            });
            let lines = memchr::memchr_iter(self.newline, head).count();
            let first_line = rest
                .first_line
                .saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            rest = Self {
                bytes: tail,
                first_line,
                ..rest
            };
        }
        pieces.push(rest);
        pieces
    }

    /// Reads the next record into `record` and moves past it; `false` at the end. Lines without
    /// any character are passed over; records of empty cells are given (see [`Record::is_blank`]).
    pub fn next(&mut self, record: &mut Record<'a>) -> bool {
        record.cells.clear();
        record.unclosed = false;
        loop {
            if self.bytes.is_empty() {
                return false;
            }
            let end = memchr::memchr(self.newline, self.bytes);
            let (line, rest) = match end {
                Some(end) => (self.bytes.get(..end), self.bytes.get(end + 1..)),
                None => (Some(self.bytes), None),
            };
            let line = strip_cr(line.unwrap_or_default());
            record.line = self.first_line;
            if memchr::memchr(b'"', line).is_some() {
                self.quoted(record);
                return true;
            }
            self.bytes = rest.unwrap_or_default();
            self.first_line = self.first_line.saturating_add(1);
            if !line.is_empty() {
                let delimiter = self.delimiter;
                record.cells.extend(
                    line.split(|b| *b == delimiter)
                        .map(|c| Cow::Borrowed(trim(c))),
                );
                return true;
            }
        }
    }

    /// A record with quotes in it: cell by cell, over line breaks if need be.
    fn quoted(&mut self, record: &mut Record<'a>) {
        loop {
            let spaces = self.bytes.iter().take_while(|b| **b == b' ').count();
            let after = self.bytes.get(spaces..).unwrap_or_default();
            let cell = match after.strip_prefix(b"\"") {
                Some(inside) => {
                    self.bytes = inside;
                    let Some(cell) = self.inside_quotes() else {
                        record.unclosed = true;
                        self.bytes = &[];
                        return;
                    };
                    // Anything between the closing quote and the delimiter is dropped.
                    self.until_delimiter();
                    cell
                }
                None => Cow::Borrowed(trim(self.until_delimiter())),
            };
            record.cells.push(cell);
            match self.bytes.split_first() {
                Some((b, rest)) if *b == self.delimiter => self.bytes = rest,
                Some((_, rest)) => {
                    self.bytes = rest;
                    self.first_line = self.first_line.saturating_add(1);
                    return;
                }
                None => return,
            }
        }
    }

    /// The bytes up to the next delimiter or line end, which stays.
    fn until_delimiter(&mut self) -> &'a [u8] {
        let end =
            memchr::memchr2(self.delimiter, self.newline, self.bytes).unwrap_or(self.bytes.len());
        let (cell, rest) = self.bytes.split_at(end);
        self.bytes = rest;
        if rest.first() == Some(&self.newline) {
            strip_cr(cell)
        } else {
            cell
        }
    }

    /// A cell whose opening quote has been taken; `None` when it is never closed.
    fn inside_quotes(&mut self) -> Option<Cow<'a, [u8]>> {
        let mut unescaped: Option<Vec<u8>> = None;
        loop {
            let end = memchr::memchr(b'"', self.bytes)?;
            let (part, rest) = self.bytes.split_at(end);
            let breaks = memchr::memchr_iter(self.newline, part).count();
            self.first_line = self
                .first_line
                .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            let rest = rest.get(1..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix(b"\"") {
                let cell = unescaped.get_or_insert_default();
                cell.extend_from_slice(part);
                cell.push(b'"');
                self.bytes = after;
                continue;
            }
            self.bytes = rest;
            return Some(match unescaped {
                Some(mut cell) => {
                    cell.extend_from_slice(part);
                    Cow::Owned(trim(&cell).to_vec())
                }
                None => Cow::Borrowed(trim(part)),
            });
        }
    }
}

fn strip_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Without white space at both ends: ASCII, the full-width space, the no-break space, and the
/// invisible marks that copying from web pages leaves.
#[must_use]
pub fn trim(mut cell: &[u8]) -> &[u8] {
    const WIDE: [&[u8]; 4] = [
        b"\xE3\x80\x80",
        b"\xC2\xA0",
        b"\xEF\xBB\xBF",
        b"\xE2\x80\x8B",
    ];
    loop {
        cell = cell.trim_ascii();
        let Some(shorter) = WIDE
            .iter()
            .find_map(|w| cell.strip_prefix(*w).or_else(|| cell.strip_suffix(*w)))
        else {
            return cell;
        };
        cell = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, Vec<String>, bool)> {
        let mut piece = Piece::whole(text.as_bytes());
        let mut record = Record::default();
        let mut all = Vec::new();
        while piece.next(&mut record) {
            let cells = record
                .cells
                .iter()
                .map(|c| String::from_utf8_lossy(c).into_owned())
                .collect();
            all.push((record.line, cells, record.unclosed));
        }
        all
    }

    fn row(line: u32, cells: &[&str]) -> (u32, Vec<String>, bool) {
        (line, cells.iter().map(|c| (*c).to_owned()).collect(), false)
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text = "a,b\r\n\r\n 1　,\u{a0}2\r\n\"x\r\ny\",\"say \"\"hi\"\"\"\n\n,\n3";
        assert_eq!(
            read(text),
            [
                row(1, &["a", "b"]),
                row(3, &["1", "2"]),
                row(4, &["x\r\ny", "say \"hi\""]),
                row(7, &["", ""]),
                row(8, &["3"]),
            ]
        );
    }

    #[test]
    fn other_delimiters_and_line_ends() {
        assert_eq!(read("a;b\n1;2"), [row(1, &["a", "b"]), row(2, &["1", "2"])]);
        assert_eq!(
            read("a\tb\r1\t2\r"),
            [row(1, &["a", "b"]), row(2, &["1", "2"])]
        );
        assert_eq!(
            read("a,\"b\" junk,c\n\"\",d"),
            [row(1, &["a", "b", "c"]), row(2, &["", "d"])]
        );
    }

    #[test]
    fn an_unclosed_quote_is_told() {
        let all = read("a,b\n1,\"2\n3,4\n");
        assert_eq!(all.len(), 2);
        assert!(all[1].2);
        assert_eq!(all[1].0, 2);
    }

    #[test]
    fn pieces_give_the_same_records_as_the_whole() {
        let text: String = (0..500)
            .map(|i| format!("{i},{}\n", "x".repeat(i % 7)))
            .collect();
        let whole = read(&text);
        for parts in [1, 2, 3, 7, 64] {
            let mut joined = Vec::new();
            for mut piece in Piece::whole(text.as_bytes()).split(parts) {
                let mut record = Record::default();
                while piece.next(&mut record) {
                    let cells = record
                        .cells
                        .iter()
                        .map(|c| String::from_utf8_lossy(c).into_owned())
                        .collect();
                    joined.push((record.line, cells, record.unclosed));
                }
            }
            assert_eq!(joined, whole, "{parts}");
        }
    }

    #[test]
    fn decoding_keeps_utf8_and_converts_gb18030() {
        let text = "工号,姓名\n1,张三";
        assert_eq!(
            decode_owned(text.as_bytes().to_vec()),
            Ok(text.as_bytes().to_vec())
        );
        assert_eq!(
            decode_owned([BOM, text.as_bytes()].concat()),
            Ok(text.as_bytes().to_vec())
        );
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        assert_eq!(decode_owned(gb), Ok(text.as_bytes().to_vec()));
        assert_eq!(decode_owned(b" \n".to_vec()), Err(SheetError::Empty));
        assert_eq!(decode_owned(BOM.to_vec()), Err(SheetError::Empty));
        assert_eq!(decode_owned(b"a\0".to_vec()), Err(SheetError::Encoding));
        assert_eq!(
            decode_owned(b"\xff\xff\xff,".to_vec()),
            Err(SheetError::Encoding)
        );
    }
}
