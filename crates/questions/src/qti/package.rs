//! Packages: a manifest, item files, pictures beside them.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::read::{item, item_chunks};
use super::write::{IDENTIFIER, item as item_xml};
use crate::archive::{Archive, pack};
use crate::assemble::{Raw, assemble};
use crate::decode::decode;
use crate::format::{Item, MAX_ITEMS, Unreadable, Written};
use crate::lossless::carry;
use crate::media::percent_decoded;
use crate::model::{Picture, Question};
use crate::validate::Fault;
use crate::xml::{Chunk, chunks, has_doctype, tree};

/// An item file that the package names.
struct Entry {
    line: u32,
    path: String,
}

/// Reads a package.
pub(crate) fn read_package(
    mut archive: Archive<'_>,
) -> Result<(Vec<Item>, Vec<String>), Unreadable> {
    let entries = entries(&mut archive)?;
    if entries.len() > MAX_ITEMS {
        return Err(Unreadable::TooManyItems);
    }
    let mut raws = Vec::new();
    for entry in entries {
        entry_items(&mut archive, &entry, &mut raws)?;
    }
    Ok((assemble(raws), Vec::new()))
}

/// The item files by the manifest; without one, every file that holds an item.
fn entries(archive: &mut Archive<'_>) -> Result<Vec<Entry>, Unreadable> {
    let mut names = archive.names();
    names.sort();
    let manifest = names
        .iter()
        .filter(|name| *name == "imsmanifest.xml" || name.ends_with("/imsmanifest.xml"))
        .min_by_key(|name| name.len())
        .cloned();
    let mut found = Vec::new();
    if let Some(path) = &manifest
        && let Some(bytes) = archive.read(path)?
    {
        let text = decode(&bytes)?;
        if has_doctype(&text) {
            return Err(Unreadable::DocType);
        }
        for chunk in chunks(&text, "resource") {
            let Ok(resource) = tree(chunk.text) else {
                continue;
            };
            let kind = resource.attribute("type").unwrap_or_default();
            if let (true, Some(href)) =
                (kind.starts_with("imsqti_item"), resource.attribute("href"))
            {
                found.push(Entry {
                    line: chunk.line,
                    path: resolve(path, href),
                });
            }
        }
    }
    if found.is_empty() {
        for name in names
            .into_iter()
            .filter(|name| name.to_ascii_lowercase().ends_with(".xml"))
        {
            if Some(&name) == manifest.as_ref() {
                continue;
            }
            let bytes = archive.read(&name)?.unwrap_or_default();
            if memchr::memmem::find(&bytes, b"assessmentItem").is_some() {
                found.push(Entry {
                    line: u32::try_from(found.len() + 1).unwrap_or(u32::MAX),
                    path: name,
                });
            }
        }
    }
    Ok(found)
}

fn entry_items(
    archive: &mut Archive<'_>,
    entry: &Entry,
    raws: &mut Vec<Raw>,
) -> Result<(), Unreadable> {
    let mut broken = |reason: String| {
        let mut raw = Raw::new(entry.line);
        raw.faults.push(Fault::format(reason));
        raws.push(raw);
    };
    let bytes = match archive.read(&entry.path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            broken(format!("清单中的文件{}不在压缩包里", entry.path));
            return Ok(());
        }
        // A single damaged entry is the fault of that item.
        Err(Unreadable::BrokenArchive) => {
            broken(format!("{}：文件已损坏，无法解压", entry.path));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let text = match decode(&bytes) {
        Ok(text) if has_doctype(&text) => {
            broken(format!("{}：{}", entry.path, Unreadable::DocType));
            return Ok(());
        }
        Ok(text) => text,
        Err(error) => {
            broken(format!("{}：{error}", entry.path));
            return Ok(());
        }
    };
    let found = item_chunks(&text);
    if found.is_empty() {
        broken(format!("{}：文件中没有assessmentItem", entry.path));
    }
    for chunk in found {
        let mut stop = None;
        let mut fetch = |source: &str| match archive.read(&resolve(&entry.path, source)) {
            Ok(content) => content,
            Err(error) => {
                stop = Some(error);
                None
            }
        };
        let chunk = Chunk {
            line: entry.line,
            ..chunk
        };
        let mut raw = item(chunk, &mut fetch);
        if stop.is_some_and(|error| error != Unreadable::BrokenArchive) {
            return Err(Unreadable::ZipBomb);
        }
        if raw.kind.is_none()
            && let Some(Fault::Format(text)) = raw.faults.first_mut()
            && text.starts_with("XML")
        {
            *text = format!("{}：{text}", entry.path);
        }
        raws.push(raw);
    }
    Ok(())
}

/// A path relative to a file of the package, without `.` and `..`.
fn resolve(file: &str, href: &str) -> String {
    let href = percent_decoded(href.split(['?', '#']).next().unwrap_or_default());
    let mut parts: Vec<&str> = match href.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => file.split('/').collect(),
    };
    parts.pop();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// An item before it has a place.
struct Piece {
    xml: String,
    pictures: Vec<Picture>,
}

/// Writes a package.
pub(crate) fn write(questions: &[Question]) -> Written {
    let emit = |question: &Question| {
        Ok(Piece {
            xml: item_xml(question)?,
            pictures: question.pictures.clone(),
        })
    };
    let reread = |piece: &Piece| {
        let mut fetch = |source: &str| {
            let name = percent_decoded(source);
            let picture = piece.pictures.iter().find(|picture| picture.name == name)?;
            Some(picture.content.clone())
        };
        let found = item_chunks(&piece.xml).into_iter();
        assemble(found.map(|chunk| item(chunk, &mut fetch)).collect())
    };
    let mut carried = carry(questions, true, emit, reread);
    let mut manifest = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"http://www.imsglobal.org/xsd/imscp_v1p1\" \
         identifier=\"MANIFEST\">\n<metadata><schema>QTIv2.2 Package</schema><schemaversion>1.0.0</schemaversion></metadata>\n\
         <organizations/>\n<resources>\n",
    );
    let mut files: Vec<(String, Cow<'_, [u8]>)> = Vec::new();
    for (index, (_, piece)) in carried.pieces.iter_mut().enumerate() {
        let name = format!("Q{:06}", index + 1);
        let path = format!("items/{name}/item.xml");
        let _ = writeln!(
            manifest,
            "<resource identifier=\"{name}\" type=\"imsqti_item_xmlv2p2\" href=\"{path}\"><file href=\"{path}\"/>"
        );
        let xml = piece.xml.replacen(IDENTIFIER, &name, 1);
        files.push((path, Cow::Owned(xml.into_bytes())));
        for picture in std::mem::take(&mut piece.pictures) {
            let _ = writeln!(
                manifest,
                "<file href=\"items/{name}/{}\"/>",
                crate::media::percent_encoded(&picture.name)
            );
            files.push((
                format!("items/{name}/{}", picture.name),
                Cow::Owned(picture.content),
            ));
        }
        manifest.push_str("</resource>\n");
    }
    manifest.push_str("</resources>\n</manifest>\n");
    files.insert(
        0,
        (
            "imsmanifest.xml".to_owned(),
            Cow::Owned(manifest.into_bytes()),
        ),
    );
    Written {
        // Packing into memory fails only beyond 4 GiB, which no list of questions reaches.
        bytes: pack(files).unwrap_or_default(),
        lost: carried.lost,
    }
}
