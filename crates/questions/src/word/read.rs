//! Opening a document.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::document::lines;
use super::layout::{Sketch, questions};
use super::numbering::Numbering;
use crate::archive::Archive;
use crate::assemble::{Raw, assemble};
use crate::format::{Item, MAX_ITEMS, Unreadable};
use crate::media::Gallery;
use crate::xml::attribute_of;

/// Reads the questions of a document.
pub(crate) fn read(mut archive: Archive<'_>) -> Result<(Vec<Item>, Vec<String>), Unreadable> {
    let mut notes = Vec::new();
    if archive.has_macros() {
        notes.push("文件含有宏，已忽略，未运行。".to_owned());
    }
    let document =
        part(&mut archive, "word/document.xml")?.ok_or(Unreadable::NotThisFormat("Word"))?;
    let numbers = part(&mut archive, "word/numbering.xml")?.unwrap_or_default();
    let styles = part(&mut archive, "word/styles.xml")?.unwrap_or_default();
    let targets = match part(&mut archive, "word/_rels/document.xml.rels")? {
        Some(text) => relationships(&text)?,
        None => HashMap::new(),
    };
    let mut numbering = Numbering::read(&numbers, &styles)?;
    let lines = lines(&document, &mut numbering, &targets)?;
    if lines.iter().all(|line| line.text.trim().is_empty()) {
        return Err(Unreadable::Empty);
    }
    let sketches = questions(&lines);
    if sketches.len() > MAX_ITEMS {
        return Err(Unreadable::TooManyItems);
    }
    let mut raws = Vec::with_capacity(sketches.len());
    for sketch in sketches {
        let mut stop = None;
        raws.push(finish(sketch, &mut |path| {
            let path = match path.strip_prefix('/') {
                Some(path) => path.to_owned(),
                None => format!("word/{path}"),
            };
            archive.read(&path).unwrap_or_else(|error| {
                stop = Some(error);
                None
            })
        }));
        // A damaged picture is missing from its question; a bomb ends the reading.
        if stop == Some(Unreadable::ZipBomb) {
            return Err(Unreadable::ZipBomb);
        }
    }
    Ok((assemble(raws), notes))
}

/// Understands a sketch; `fetch` gives the content of a picture by its path.
pub(super) fn finish(sketch: Sketch, fetch: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Raw {
    let mut gallery = Gallery::default();
    for (name, path) in sketch.media {
        if let Some(content) = fetch(&path) {
            gallery.add(&name, content);
        }
    }
    let mut raw = sketch.draft.finish();
    raw.question.pictures = gallery.pictures;
    raw
}

/// A part of the document as text.
fn part(archive: &mut Archive<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    match archive.read(name)? {
        Some(bytes) => utf8(bytes).map(Some),
        None => Ok(None),
    }
}

/// Office writes UTF-8 and nothing else.
pub(crate) fn utf8(bytes: Vec<u8>) -> Result<String, Unreadable> {
    let text = String::from_utf8(bytes).map_err(|_| Unreadable::BrokenXml)?;
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}

/// The targets inside of the archive; what points outside is not followed.
fn relationships(text: &str) -> Result<HashMap<String, String>, Unreadable> {
    let mut found = HashMap::new();
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|_| Unreadable::BrokenXml)? {
            Event::DocType(_) => return Err(Unreadable::DocType),
            Event::Eof => return Ok(found),
            Event::Start(start) | Event::Empty(start) => {
                if attribute_of(&start, "TargetMode").as_deref() == Some("External") {
                    continue;
                }
                if let (Some(id), Some(target)) =
                    (attribute_of(&start, "Id"), attribute_of(&start, "Target"))
                {
                    found.insert(id, target);
                }
            }
            _ => {}
        }
    }
}
