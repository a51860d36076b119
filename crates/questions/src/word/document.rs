//! `document.xml` as lines of text with the number of their paragraph.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::numbering::Numbering;
use crate::format::Unreadable;
use crate::media::Gallery;
use crate::model::picture_mark;
use crate::text::is_blank;
use crate::xml::{attribute_of, reference};

/// Deepest nesting of a document.
const MAX_DEPTH: usize = 400;

/// A line: a paragraph, or a part of one between forced line ends, or a row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Number of the paragraph in the document, from 1, empty ones and those in tables counted.
    pub(super) number: u32,
    pub(super) text: String,
    /// Pictures that the text marks: name and path in the archive.
    pub(super) media: Vec<(String, String)>,
}

/// Reads the lines. `targets` are the relationships of the document.
pub(super) fn lines(
    text: &str,
    numbering: &mut Numbering,
    targets: &HashMap<String, String>,
) -> Result<Vec<Line>, Unreadable> {
    let mut walk = Walk {
        numbering,
        targets,
        lines: Vec::new(),
        count: 0,
        open: Vec::new(),
        cells: Vec::new(),
        tables: 0,
        skipped: 0,
        in_text: false,
        description: String::new(),
    };
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|_| Unreadable::BrokenXml)? {
            Event::DocType(_) => return Err(Unreadable::DocType),
            Event::Eof => break,
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Unreadable::BrokenXml);
                }
                walk.start(&start, false);
            }
            Event::Empty(start) => walk.start(&start, true),
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                walk.end(end.local_name().as_ref());
            }
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(name) => {
                if let Ok(text) = reference(&name.xml10_content(), &mut [0; 4]) {
                    walk.text(text);
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    Ok(walk.lines)
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    line: Line,
    list: Option<(String, usize)>,
    style: String,
    /// The run that is being read: where its text begins, and whether it is underlined.
    run: usize,
    underlined: bool,
    in_properties: bool,
}

struct Walk<'a> {
    numbering: &'a mut Numbering,
    targets: &'a HashMap<String, String>,
    lines: Vec<Line>,
    count: u32,
    open: Vec<Paragraph>,
    /// The cells of the row that is being read.
    cells: Vec<Vec<Line>>,
    tables: usize,
    /// Depth inside of what is not read: deleted text, the older form of a drawing.
    skipped: usize,
    in_text: bool,
    description: String,
}

impl Walk<'_> {
    fn start(&mut self, start: &BytesStart<'_>, empty: bool) {
        let name = start.local_name();
        let name = name.as_ref();
        if self.skipped > 0 {
            self.skipped += usize::from(!empty);
            return;
        }
        match name {
            "del" | "moveFrom" | "Fallback" | "instrText" | "delText" => {
                self.skipped += usize::from(!empty)
            }
            "tbl" if !empty => self.tables += 1,
            "tc" if !empty && self.tables == 1 => self.cells.push(Vec::new()),
            "p" => self.paragraph(empty),
            _ => self.inside(name, start, empty),
        }
    }

    fn paragraph(&mut self, empty: bool) {
        if self.open.is_empty() {
            self.count = self.count.saturating_add(1);
        }
        if !empty {
            self.open.push(Paragraph {
                line: Line {
                    number: self.count,
                    ..Line::default()
                },
                ..Paragraph::default()
            });
        }
    }

    fn inside(&mut self, name: &str, start: &BytesStart<'_>, empty: bool) {
        let value = || attribute_of(start, "val").unwrap_or_default();
        let Some(paragraph) = self.open.last_mut() else {
            return;
        };
        match name {
            "pStyle" => paragraph.style = value(),
            "numId" => paragraph.list.get_or_insert_default().0 = value(),
            "ilvl" => paragraph.list.get_or_insert_default().1 = value().parse().unwrap_or(0),
            "pPr" => paragraph.in_properties = !empty,
            "r" => {
                paragraph.run = paragraph.line.text.len();
                paragraph.underlined = false;
            }
            "u" if !paragraph.in_properties => {
                paragraph.underlined = !matches!(value().as_str(), "none" | "0");
            }
            "t" => self.in_text = !empty,
            "tab" | "ptab" if !paragraph.in_properties => paragraph.line.text.push('\t'),
            "br" | "cr" => paragraph.line.text.push('\n'),
            "noBreakHyphen" => paragraph.line.text.push('-'),
            "sym" => {
                // Ticks and crosses that people insert from the sign fonts.
                let code = attribute_of(start, "char").unwrap_or_default();
                match code.to_ascii_uppercase().trim_start_matches("F0") {
                    "FC" | "FE" | "50" | "52" => paragraph.line.text.push('√'),
                    "FB" | "FD" | "4F" | "51" | "54" => paragraph.line.text.push('×'),
                    _ => {}
                }
            }
            "docPr" => self.description = attribute_of(start, "descr").unwrap_or_default(),
            "blip" | "imagedata" => {
                let id = attribute_of(start, "embed").or_else(|| attribute_of(start, "id"));
                if let Some(target) = id.and_then(|id| self.targets.get(&id)) {
                    let described = std::mem::take(&mut self.description);
                    // Our own files keep the name in the description.
                    let name = if has_picture_end(&described) {
                        &described
                    } else {
                        target
                    };
                    let name = Gallery::default().add(name, Vec::new());
                    paragraph.line.text.push_str(&picture_mark(&name));
                    paragraph.line.media.push((name, target.clone()));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match name {
            "t" => self.in_text = false,
            "tbl" => self.tables = self.tables.saturating_sub(1),
            "tr" if self.tables == 1 => self.row(),
            "pPr" => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.in_properties = false;
                }
            }
            "r" => {
                if let Some(paragraph) = self.open.last_mut() {
                    underline(paragraph);
                }
            }
            "p" => self.close(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let (true, 0, Some(paragraph)) = (self.in_text, self.skipped, self.open.last_mut()) {
            // Line ends inside of text are layout of the file, not of the document.
            paragraph
                .line
                .text
                .extend(text.chars().map(|c| if c == '\n' { ' ' } else { c }));
        }
    }

    fn close(&mut self) {
        let Some(paragraph) = self.open.pop() else {
            return;
        };
        let mut line = paragraph.line;
        let list = match paragraph.list {
            Some((list, level)) if !list.is_empty() => Some((list, level)),
            _ => self.numbering.of_style(&paragraph.style),
        };
        if let Some((list, level)) = list
            && let Some(label) = self.numbering.next(&list, level)
        {
            line.text.insert_str(0, &label);
        }
        // A text box stands inside a paragraph.
        if let Some(outer) = self.open.last_mut() {
            outer.line.text.push('\n');
            outer.line.text.push_str(&line.text);
            outer.line.media.extend(line.media);
            outer.run = outer.line.text.len();
            return;
        }
        match self.cells.last_mut() {
            Some(cell) if self.tables > 0 => cell.push(line),
            _ => push(line, &mut self.lines),
        }
    }

    /// A row whose cells hold a paragraph each is one line; otherwise each paragraph is one.
    fn row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        if cells.iter().all(|cell| cell.len() <= 1) {
            let mut joined = Line::default();
            for line in cells.into_iter().flatten() {
                if joined.number == 0 {
                    joined.number = line.number;
                }
                if line.text.trim().is_empty() {
                    continue;
                }
                if !joined.text.is_empty() {
                    joined.text.push('\t');
                }
                joined.text.push_str(&line.text);
                joined.media.extend(line.media);
            }
            push(joined, &mut self.lines);
        } else {
            for line in cells.into_iter().flatten() {
                push(line, &mut self.lines);
            }
        }
    }
}

/// Underlined white space is a line to write on.
fn underline(paragraph: &mut Paragraph) {
    let text = &mut paragraph.line.text;
    let run = text.get(paragraph.run..).unwrap_or_default();
    if !paragraph.underlined || run.is_empty() || !run.chars().all(|c| is_blank(c) && c != '\n') {
        return;
    }
    text.truncate(paragraph.run);
    if !text.ends_with("____") {
        text.push_str("____");
    }
}

fn has_picture_end(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".png", ".jpg", ".jpeg", ".gif"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Adds a paragraph, cut at its forced line ends.
fn push(line: Line, lines: &mut Vec<Line>) {
    let mut media = line.media;
    for text in line.text.split('\n') {
        let here = media
            .iter()
            .filter(|(name, _)| text.contains(&picture_mark(name)))
            .cloned()
            .collect();
        lines.push(Line {
            number: line.number,
            text: text.to_owned(),
            media: here,
        });
    }
    media.clear();
}
