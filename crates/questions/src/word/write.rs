//! Writing a document.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::document::Line;
use super::layout::questions;
use super::numbering::chinese;
use super::read::finish;
use crate::archive::pack;
use crate::assemble::assemble;
use crate::draft::{answer_for_people, part_questions};
use crate::format::{Item, Lost, Written};
use crate::lossless::{Carried, carry};
use crate::model::{Kind, Picture, Question, letter, picture_mark, pictures_in};
use crate::text::cite;
use crate::xml::escaped;

/// A question as paragraphs; the first begins behind its number.
struct Piece {
    kind: Kind,
    paragraphs: Vec<String>,
    pictures: Vec<Picture>,
}

/// Writes a document, a heading before each run of questions of one kind.
pub(crate) fn write(questions_in: &[Question]) -> Written {
    let emit = |question: &Question| {
        Ok(Piece {
            kind: question.kind,
            paragraphs: paragraphs(question),
            pictures: question.pictures.clone(),
        })
    };
    let mut carried = carry(questions_in, true, emit, |piece| reread(&[piece]));
    keep_apart(&mut carried);
    let mut document = Document::default();
    let (mut section, mut last, mut number) = (0, None, 0_usize);
    for (_, piece) in &carried.pieces {
        if last.replace(piece.kind) != Some(piece.kind) {
            section += 1;
            number = 0;
            document.heading(&format!("{}、{}", chinese(section), piece.kind.chinese()));
        }
        number += 1;
        document.question(number, piece);
    }
    Written {
        // Packing into memory fails only beyond 4 GiB, which no list of questions reaches.
        bytes: document.pack().unwrap_or_default(),
        lost: carried.lost,
    }
}

/// Reads pieces back as one document.
fn reread(pieces: &[&Piece]) -> Vec<Item> {
    let mut lines: Vec<Line> = Vec::new();
    let mut put = |text: &str| {
        for text in text.split('\n') {
            let named = pictures_in(text).map(|name| (name.to_owned(), name.to_owned()));
            lines.push(Line {
                number: u32::try_from(lines.len() + 1).unwrap_or(u32::MAX),
                text: text.to_owned(),
                media: named.collect(),
            });
        }
    };
    let (mut last, mut number) = (None, 0_usize);
    for piece in pieces {
        if last.replace(piece.kind) != Some(piece.kind) {
            number = 0;
            put(&format!("一、{}", piece.kind.chinese()));
        }
        number += 1;
        for (index, paragraph) in piece.paragraphs.iter().enumerate() {
            if index == 0 {
                put(&format!("{number}. {paragraph}"));
            } else {
                put(paragraph);
            }
        }
    }
    let mut owners = pieces.iter();
    let found = questions(&lines).into_iter().map(|sketch| {
        let owner = owners.next();
        finish(sketch, &mut |name| {
            let picture = owner?
                .pictures
                .iter()
                .find(|picture| picture.name == name)?;
            Some(picture.content.clone())
        })
    });
    assemble(found.collect())
}

/// Questions that read well alone may run into each other: a list at the end of one, the number of
/// the next. The second of such a pair is left out.
fn keep_apart(carried: &mut Carried<Piece>) {
    let alone: Vec<Vec<Item>> = carried
        .pieces
        .iter()
        .map(|(_, piece)| reread(&[piece]))
        .collect();
    let mut alone: Vec<Option<Item>> = alone.into_iter().map(|mut items| items.pop()).collect();
    for _ in 0..MOST_CLASHES {
        let pieces: Vec<&Piece> = carried.pieces.iter().map(|(_, piece)| piece).collect();
        let together = reread(&pieces);
        let same = |(own, item): (&Option<Item>, &Item)| {
            own.as_ref().is_some_and(|own| own.result == item.result)
        };
        let good = alone
            .iter()
            .zip(&together)
            .take_while(|pair| same(*pair))
            .count();
        if good == pieces.len() && together.len() == good {
            return;
        }
        // The last good one may have swallowed the next, or lost its end to it.
        let at = (good + 1).min(pieces.len().saturating_sub(1));
        if at >= carried.pieces.len() {
            return;
        }
        let (question, _) = carried.pieces.remove(at);
        alone.remove(at);
        carried.lost.push(Lost {
            question,
            what: "整题：放在前一题之后无法分清，请单独导出".to_owned(),
        });
    }
}

/// Clashes that are looked for; beyond them a document is given as it is.
const MOST_CLASHES: usize = 100;

fn paragraphs(question: &Question) -> Vec<String> {
    let mut out = vec![question.stem.clone()];
    body(question, &mut out);
    let mut put = |label: &str, text: &str| {
        if !text.is_empty() {
            out.push(format!("{label}：{text}"));
        }
    };
    put("法律门类", &question.field_of_law);
    put("知识点", &question.topic);
    put(
        "难度",
        &question
            .difficulty
            .map(|level| level.to_string())
            .unwrap_or_default(),
    );
    put(
        "依据",
        &question.source.as_ref().map(cite).unwrap_or_default(),
    );
    put("作者", &question.author);
    // The origin of a case stands above its sub-questions: below, it would be theirs.
    for (part, number) in part_questions(question).zip(1..) {
        out.push(format!(
            "（{number}）【{}】{}",
            part.kind.chinese(),
            part.stem
        ));
        body(&part, &mut out);
    }
    out
}

/// Options, key and explanation.
fn body(question: &Question, out: &mut Vec<String>) {
    for (index, option) in question.options.iter().enumerate() {
        out.push(format!("{}. {option}", letter(index)));
    }
    let key = answer_for_people(question.kind, &question.answer);
    if !key.is_empty() {
        out.push(format!("答案：{key}"));
    }
    if !question.explanation.is_empty() {
        out.push(format!("解析：{}", question.explanation));
    }
}

#[derive(Default)]
struct Document {
    body: String,
    media: Vec<(String, Vec<u8>)>,
    relationships: String,
}

impl Document {
    fn heading(&mut self, text: &str) {
        let _ = write!(
            self.body,
            "<w:p><w:pPr><w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr>\
             <w:t>{}</w:t></w:r></w:p>",
            escaped(text)
        );
    }

    fn question(&mut self, number: usize, piece: &Piece) {
        for (index, paragraph) in piece.paragraphs.iter().enumerate() {
            self.body.push_str("<w:p>");
            if index == 0 {
                self.body
                    .push_str("<w:pPr><w:keepNext/><w:spacing w:before=\"120\"/></w:pPr>");
                self.text(&format!("{number}. "));
            }
            self.flow(paragraph, &piece.pictures);
            self.body.push_str("</w:p>");
        }
    }

    /// Text with pictures at their marks.
    fn flow(&mut self, text: &str, pictures: &[Picture]) {
        let mut rest = text;
        for name in pictures_in(text) {
            let mark = picture_mark(name);
            let (Some((before, after)), Some(picture)) = (
                rest.split_once(&mark),
                pictures.iter().find(|picture| picture.name == name),
            ) else {
                continue;
            };
            self.text(before);
            self.picture(picture);
            rest = after;
        }
        self.text(rest);
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.body.push_str("<w:r>");
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.body.push_str("<w:br/>");
            }
            for (place, piece) in line.split('\t').enumerate() {
                if place > 0 {
                    self.body.push_str("<w:tab/>");
                }
                if !piece.is_empty() {
                    let _ = write!(
                        self.body,
                        "<w:t xml:space=\"preserve\">{}</w:t>",
                        escaped(piece)
                    );
                }
            }
        }
        self.body.push_str("</w:r>");
    }

    fn picture(&mut self, picture: &Picture) {
        let number = self.media.len() + 1;
        let end = picture.media_type.strip_prefix("image/").unwrap_or("png");
        let path = format!("media/image{number}.{end}");
        let _ = write!(
            self.relationships,
            "<Relationship Id=\"rIdP{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" \
             Target=\"{path}\"/>"
        );
        let (wide, high) = extent(&picture.content);
        let name = escaped(&picture.name);
        let _ = write!(
            self.body,
            "<w:r><w:drawing><wp:inline><wp:extent cx=\"{wide}\" cy=\"{high}\"/><wp:docPr id=\"{number}\" name=\"图{number}\" descr=\"{name}\"/>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr>\
             <pic:cNvPr id=\"{number}\" name=\"{name}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rIdP{number}\"/>\
             <a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{wide}\" cy=\"{high}\"/>\
             </a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>\
             </w:drawing></w:r>"
        );
        self.media
            .push((format!("word/{path}"), picture.content.clone()));
    }

    fn pack(self) -> Result<Vec<u8>, zip::result::ZipError> {
        let document = format!(
            "{XML}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
             xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
             xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
             xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>{}\
             <w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" \
             w:left=\"1440\" w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
            self.body
        );
        let relationships = format!(
            "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rIdS\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" \
             Target=\"styles.xml\"/>{}</Relationships>",
            self.relationships
        );
        let own = |name: &str, text: String| (name.to_owned(), Cow::Owned(text.into_bytes()));
        let mut files: Vec<(String, Cow<'_, [u8]>)> = vec![
            own("[Content_Types].xml", format!("{XML}{TYPES}")),
            own("_rels/.rels", format!("{XML}{ROOT}")),
            own("word/document.xml", document),
            own("word/_rels/document.xml.rels", relationships),
            own("word/styles.xml", format!("{XML}{STYLES}")),
        ];
        files.extend(
            self.media
                .into_iter()
                .map(|(name, content)| (name, Cow::Owned(content))),
        );
        pack(files)
    }
}

/// Width and height in English Metric Units, from the pixels that a PNG or GIF states at 96 per
/// inch, no wider than the page; a square of 4 cm where they are not known.
fn extent(content: &[u8]) -> (u64, u64) {
    const PER_PIXEL: u64 = 9_525;
    const WIDEST: u64 = 5_400_000;
    let byte = |at: usize| content.get(at).copied().map(u64::from);
    let png = || Some((byte(18)? << 8 | byte(19)?, byte(22)? << 8 | byte(23)?));
    let gif = || Some((byte(6)? | byte(7)? << 8, byte(8)? | byte(9)? << 8));
    let size = match content.first() {
        Some(0x89) => png(),
        Some(b'G') => gif(),
        _ => None,
    };
    let (wide, high) = size.filter(|(w, h)| *w > 0 && *h > 0).unwrap_or((151, 151));
    let (wide, high) = (wide * PER_PIXEL, high * PER_PIXEL);
    if wide > WIDEST {
        (WIDEST, (high * WIDEST / wide).max(1))
    } else {
        (wide, high)
    }
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>\
<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/><Default Extension=\"gif\" ContentType=\"image/gif\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/></Types>";

const ROOT: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
Target=\"word/document.xml\"/></Relationships>";

const STYLES: &str = "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:docDefaults><w:rPrDefault><w:rPr>\
<w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:eastAsia=\"宋体\"/><w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>\
<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults>\
<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style></w:styles>";
