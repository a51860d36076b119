//! Automatic numbers: Word stores `1.` and `A.` as list levels, not as text.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::format::Unreadable;
use crate::xml::attribute_of;

/// One level of a list.
#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

/// The lists of a document and where each stands.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    levels: HashMap<(String, usize), Level>,
    /// List to its definition.
    lists: HashMap<String, String>,
    /// Lists that begin anew at a level.
    restarts: HashMap<(String, usize), u32>,
    counters: HashMap<String, [Option<u32>; 9]>,
    begun: HashMap<(String, usize), ()>,
    /// Paragraph style to list and level.
    styles: HashMap<String, (String, usize)>,
}

impl Numbering {
    /// Reads `numbering.xml` and `styles.xml`, each empty when the document has none.
    pub(super) fn read(numbering: &str, styles: &str) -> Result<Self, Unreadable> {
        let mut found = Self::default();
        found.definitions(numbering)?;
        found.style_lists(styles)?;
        Ok(found)
    }

    fn definitions(&mut self, text: &str) -> Result<(), Unreadable> {
        let mut reader = Reader::from_str(text);
        let (mut definition, mut list, mut level) = (String::new(), String::new(), 0_usize);
        let mut in_override = false;
        loop {
            match reader.read_event().map_err(|_| Unreadable::BrokenXml)? {
                Event::DocType(_) => return Err(Unreadable::DocType),
                Event::Eof => return Ok(()),
                Event::End(end) if end.local_name().as_ref() == "lvlOverride" => {
                    in_override = false
                }
                Event::Start(start) | Event::Empty(start) => {
                    let value = || attribute_of(&start, "val").unwrap_or_default();
                    let place = || {
                        attribute_of(&start, "ilvl")
                            .and_then(|l| l.parse().ok())
                            .unwrap_or(0)
                    };
                    match start.local_name().as_ref() {
                        "abstractNum" => {
                            definition = attribute_of(&start, "abstractNumId").unwrap_or_default();
                            list.clear();
                        }
                        "num" => list = attribute_of(&start, "numId").unwrap_or_default(),
                        "abstractNumId" => {
                            self.lists.insert(list.clone(), value());
                        }
                        "lvlOverride" => {
                            level = place();
                            in_override = true;
                        }
                        "startOverride" => {
                            let from = value().parse().unwrap_or(1);
                            self.restarts.insert((list.clone(), level), from);
                        }
                        "lvl" if !in_override => level = place(),
                        "start" if !in_override => {
                            self.level(&definition, level).start = value().parse().unwrap_or(1)
                        }
                        "numFmt" if !in_override => self.level(&definition, level).format = value(),
                        "lvlText" if !in_override => self.level(&definition, level).text = value(),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    fn level(&mut self, definition: &str, level: usize) -> &mut Level {
        self.levels
            .entry((definition.to_owned(), level))
            .or_insert_with(|| Level {
                start: 1,
                ..Level::default()
            })
    }

    fn style_lists(&mut self, text: &str) -> Result<(), Unreadable> {
        let mut reader = Reader::from_str(text);
        let mut style = String::new();
        loop {
            match reader.read_event().map_err(|_| Unreadable::BrokenXml)? {
                Event::DocType(_) => return Err(Unreadable::DocType),
                Event::Eof => return Ok(()),
                Event::Start(start) | Event::Empty(start) => {
                    let value = || attribute_of(&start, "val").unwrap_or_default();
                    match start.local_name().as_ref() {
                        "style" => style = attribute_of(&start, "styleId").unwrap_or_default(),
                        "numId" => self.styles.entry(style.clone()).or_default().0 = value(),
                        "ilvl" => {
                            let level = value().parse().unwrap_or(0);
                            self.styles.entry(style.clone()).or_default().1 = level;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// The list of a style, for paragraphs that name none themselves.
    pub(super) fn of_style(&self, style: &str) -> Option<(String, usize)> {
        self.styles
            .get(style)
            .filter(|(list, _)| !list.is_empty())
            .cloned()
    }

    /// The number of the next paragraph of a list, as the reader sees it; `None` for bullets and
    /// for list 0, which means none.
    pub(super) fn next(&mut self, list: &str, level: usize) -> Option<String> {
        let definition = self.lists.get(list)?.clone();
        let shape = self.levels.get(&(definition.clone(), level))?.clone();
        let counters = self.counters.entry(definition.clone()).or_default();
        let restart = self.restarts.get(&(list.to_owned(), level)).copied();
        let fresh = self.begun.insert((list.to_owned(), level), ()).is_none();
        let place = counters.get_mut(level)?;
        let number = match (restart.filter(|_| fresh), *place) {
            (Some(from), _) => from,
            (None, Some(last)) => last.saturating_add(1),
            (None, None) => shape.start,
        };
        *place = Some(number);
        counters
            .iter_mut()
            .skip(level + 1)
            .for_each(|deeper| *deeper = None);
        let counters = *counters;
        if matches!(shape.format.as_str(), "bullet" | "none") {
            return None;
        }
        let mut label = shape.text.clone();
        for (at, counter) in counters.iter().enumerate().take(level + 1) {
            let format = self
                .levels
                .get(&(definition.clone(), at))
                .map_or("", |l| l.format.as_str());
            let shown = shown(counter.unwrap_or(1), format);
            label = label.replace(&format!("%{}", at + 1), &shown);
        }
        if label.ends_with(|c: char| c.is_alphanumeric()) {
            label.push('.');
        }
        Some(label)
    }
}

fn shown(number: u32, format: &str) -> String {
    let letter = |base: u8| {
        let index = u8::try_from((number.max(1) - 1) % 26).unwrap_or(0);
        char::from(base + index).to_string()
    };
    match format {
        "upperLetter" => letter(b'A'),
        "lowerLetter" => letter(b'a'),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32('①' as u32 + number - 1).map_or_else(|| number.to_string(), String::from)
        }
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "ideographDigital"
        | "chineseLegalSimplified" => chinese(number),
        _ => number.to_string(),
    }
}

/// 一 … 九十九; larger numbers in digits.
pub(super) fn chinese(number: u32) -> String {
    let digit = |n: u32| {
        "零一二三四五六七八九"
            .chars()
            .nth(n as usize)
            .map(String::from)
            .unwrap_or_default()
    };
    match number {
        0..=9 => digit(number),
        10 => "十".to_owned(),
        11..=19 => format!("十{}", digit(number - 10)),
        20..=99 if number.is_multiple_of(10) => format!("{}十", digit(number / 10)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_as_word_shows_them() {
        let xml = r#"<w:numbering xmlns:w="w">
          <w:abstractNum w:abstractNumId="0">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1、"/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/></w:lvl>
          </w:abstractNum>
          <w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>
          <w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>
          <w:num w:numId="6"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
          <w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>
        </w:numbering>"#;
        let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="ListNumber"><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style></w:styles>"#;
        let mut lists = Numbering::read(xml, styles).unwrap();
        let mut got = |list: &str, level| lists.next(list, level).unwrap_or_default();
        assert_eq!(
            [
                got("5", 0),
                got("5", 1),
                got("5", 1),
                got("5", 0),
                got("5", 1),
                got("6", 0),
                got("7", 0),
                got("0", 0)
            ],
            ["1、", "A.", "B.", "2、", "A.", "1、", "", ""]
        );
        assert_eq!(lists.of_style("ListNumber"), Some(("5".to_owned(), 0)));
        assert_eq!(
            (chinese(3), chinese(12), chinese(40), chinese(45)),
            ("三".into(), "十二".into(), "四十".into(), "四十五".into())
        );
    }
}
