//! The six formats behind one door: detection, reading with a verdict per question, writing with a
//! list of what got lost.

use serde::Serialize;
use thiserror::Error;

use crate::archive::Archive;
use crate::decode::{MAX_FILE, decode};
use crate::model::{Kind, Question};
use crate::validate::{Fault, sentence};
use crate::{aiken, gift, moodle, qti, sheet, word};

/// Most questions of one file.
pub const MAX_ITEMS: usize = 200_000;

/// A file format for questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Moodle's GIFT text.
    Gift,
    /// Aiken text: choices only.
    Aiken,
    /// Moodle XML.
    MoodleXml,
    /// QTI 2.x: a package with imsmanifest.xml, or one bare assessmentItem.
    Qti,
    /// The Chinese Excel template.
    Xlsx,
    /// Word in the usual Chinese layout.
    Docx,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 6] = [
        Format::Gift,
        Format::Aiken,
        Format::MoodleXml,
        Format::Qti,
        Format::Xlsx,
        Format::Docx,
    ];

    /// The name for people.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Format::Gift => "GIFT",
            Format::Aiken => "Aiken",
            Format::MoodleXml => "Moodle XML",
            Format::Qti => "QTI",
            Format::Xlsx => "Excel",
            Format::Docx => "Word",
        }
    }

    /// The usual end of the file name, without dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Gift | Format::Aiken => "txt",
            Format::MoodleXml => "xml",
            Format::Qti => "zip",
            Format::Xlsx => "xlsx",
            Format::Docx => "docx",
        }
    }
}

/// Why nothing at all can be read. The text is Chinese and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// No content.
    #[error("文件是空的，请检查后重新选择")]
    Empty,
    /// Content, but nothing that looks like a question.
    #[error("文件中没有找到题目，请对照模板检查格式")]
    NoQuestion,
    /// Too many bytes.
    #[error("文件超过{}MB，请拆分后分次导入", MAX_FILE / 1024 / 1024)]
    TooLarge,
    /// Too many questions.
    #[error("文件中的题目超过{MAX_ITEMS}道，请拆分后分次导入")]
    TooManyItems,
    /// Neither UTF-8 nor GB18030.
    #[error("文字编码无法识别或不是文本文件，请另存为UTF-8编码后重试")]
    Encoding,
    /// None of the six formats.
    #[error("无法识别文件格式，可用GIFT、Aiken、Moodle XML、QTI、Excel（.xlsx）、Word（.docx）")]
    UnknownFormat,
    /// Another format than the one that was named.
    #[error("文件不是{0}格式，或已损坏")]
    NotThisFormat(&'static str),
    /// Old .doc/.xls, or a file with a password.
    #[error("旧版.doc、.xls或带密码的文件无法读取，请去掉密码并另存为.docx或.xlsx")]
    OldOffice,
    /// QTI 1 or 3.
    #[error("只支持QTI 2.x，请从原系统导出QTI 2.1或2.2")]
    QtiVersion,
    /// A zip that cannot be opened.
    #[error("压缩文件已损坏或带密码，无法打开，请重新导出或另存后重试")]
    BrokenArchive,
    /// Unpacks to far more than it should.
    #[error("压缩文件展开后过大，疑似压缩炸弹，不予读取")]
    ZipBomb,
    /// Thousands of entries.
    #[error("压缩文件中的条目过多，不予读取")]
    TooManyEntries,
    /// A document type declaration.
    #[error("XML中含有DOCTYPE声明或自定义实体，为安全起见不予读取，请删去后重试")]
    DocType,
    /// XML that breaks off where it must not.
    #[error("文件内部的XML已损坏，请重新导出或另存后重试")]
    BrokenXml,
    /// No header row with the columns that are needed.
    #[error("表格中没有找到表头，至少需要“题干”和“答案”两列，请使用下载的模板")]
    NoHeader,
}

/// The verdict on one question of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it begins, from 1: line of the text, row of the sheet, paragraph of the document; for
    /// a QTI package, the line of the manifest that names the item.
    pub line: u32,
    /// The kind, as far as it can be known.
    pub kind: Option<Kind>,
    /// The stem, as far as it can be known.
    pub stem: String,
    /// The key as [`crate::check`] prints it.
    pub answers: Vec<crate::check::Shown>,
    /// The question, or what is wrong with it (never an empty list).
    pub result: Result<Question, Vec<Fault>>,
    /// Of a broken question what could be read of it, for mending; its kind is a guess when
    /// [`Item::kind`] is `None`.
    pub draft: Option<Box<Question>>,
}

impl Item {
    /// Judges a question: `more` are faults that its format found; `kind` is `None` when the kind
    /// stands in the question for want of a better one.
    pub(crate) fn judge(
        line: u32,
        kind: Option<Kind>,
        question: Question,
        more: Vec<Fault>,
    ) -> Self {
        let mut faults = more;
        if kind.is_some() {
            for fault in question.validate() {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        } else if faults.is_empty() {
            faults.push(Fault::KindUnknown);
        }
        Self {
            line,
            kind,
            stem: question.stem.clone(),
            answers: crate::check::shown(&question.answer, &question.parts),
            draft: (!faults.is_empty()).then(|| Box::new(question.clone())),
            result: if faults.is_empty() {
                Ok(question)
            } else {
                Err(faults)
            },
        }
    }

    /// All faults as one sentence; `None` for a sound question.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.result
            .as_ref()
            .err()
            .and_then(|faults| sentence(faults))
    }
}

/// What a file held: at least one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The format that was read.
    pub format: Format,
    /// One verdict per question, in the order of the file.
    pub items: Vec<Item>,
    /// Sentences about the file as a whole, such as macros that were ignored.
    pub notes: Vec<String>,
}

impl Parsed {
    pub(crate) fn new(
        format: Format,
        items: Vec<Item>,
        notes: Vec<String>,
    ) -> Result<Self, Unreadable> {
        match items.len() {
            0 => Err(Unreadable::NoQuestion),
            n if n > MAX_ITEMS => Err(Unreadable::TooManyItems),
            _ => Ok(Self {
                format,
                items,
                notes,
            }),
        }
    }

    /// The sound questions.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.items
            .iter()
            .filter_map(|item| item.result.as_ref().ok())
    }
}

/// Something of a question that a format cannot carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Place of the question among those that were to be written, from 0.
    pub question: usize,
    /// What got lost, in Chinese.
    pub what: String,
}

/// A written file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it does not carry; a question that could not be written at all has one entry that
    /// begins with 整题.
    pub lost: Vec<Lost>,
}

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP: &[u8] = b"PK\x03\x04";

/// The format of a file by its content.
///
/// # Errors
/// [`Unreadable`] when it is none of the six or cannot be looked into.
pub fn detect(bytes: &[u8]) -> Result<Format, Unreadable> {
    if bytes.len() > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(OLE) {
        return Err(Unreadable::OldOffice);
    }
    if bytes.starts_with(ZIP) {
        let archive = Archive::open(bytes)?;
        if archive.has("word/document.xml") {
            return Ok(Format::Docx);
        }
        if archive.has("xl/workbook.xml") {
            return Ok(Format::Xlsx);
        }
        let names = archive.names();
        if names.iter().any(|name| name.ends_with("imsmanifest.xml")) {
            return Ok(Format::Qti);
        }
        return match names.iter().find(|name| name.ends_with(".xml")) {
            Some(name) if name.starts_with("word/") => Ok(Format::Docx),
            Some(name) if name.starts_with("xl/") => Ok(Format::Xlsx),
            Some(_) => Ok(Format::Qti),
            None => Err(Unreadable::UnknownFormat),
        };
    }
    detect_text(&decode(bytes)?)
}

fn detect_text(text: &str) -> Result<Format, Unreadable> {
    let start = text.trim_start();
    if start.starts_with('<') {
        let has = |needle: &str| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
        if has("<questestinterop") || has("<qti-assessment-item") {
            return Err(Unreadable::QtiVersion);
        }
        if has("assessmentItem") || has("imsmanifest") {
            return Ok(Format::Qti);
        }
        if has("<quiz") || has("<question") {
            return Ok(Format::MoodleXml);
        }
        if crate::xml::has_doctype(text) {
            return Err(Unreadable::DocType);
        }
    }
    if aiken::looks_like(text) {
        return Ok(Format::Aiken);
    }
    if gift::looks_like(text) {
        return Ok(Format::Gift);
    }
    Err(Unreadable::UnknownFormat)
}

/// Reads a file. Without a format, [`detect`] tells it.
///
/// # Errors
/// [`Unreadable`] when nothing can be read or no question is found; a broken question is a verdict,
/// not an error.
pub fn parse(bytes: &[u8], format: Option<Format>) -> Result<Parsed, Unreadable> {
    if bytes.len() > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(OLE) {
        return Err(Unreadable::OldOffice);
    }
    let format = match format {
        Some(format) => format,
        None => detect(bytes)?,
    };
    let zipped = bytes.starts_with(ZIP);
    match format {
        Format::Gift | Format::Aiken | Format::MoodleXml if zipped => {
            Err(Unreadable::NotThisFormat(format.chinese()))
        }
        Format::Xlsx | Format::Docx if !zipped => Err(Unreadable::NotThisFormat(format.chinese())),
        Format::Gift => Parsed::new(format, gift::read(&decode(bytes)?)?, Vec::new()),
        Format::Aiken => Parsed::new(format, aiken::read(&decode(bytes)?)?, Vec::new()),
        Format::MoodleXml => Parsed::new(format, moodle::read(&decode(bytes)?)?, Vec::new()),
        Format::Qti if zipped => {
            let (items, notes) = qti::read_package(Archive::open(bytes)?)?;
            Parsed::new(format, items, notes)
        }
        Format::Qti => Parsed::new(format, qti::read_items(&decode(bytes)?)?, Vec::new()),
        Format::Xlsx => {
            let (items, notes) = sheet::read(Archive::open(bytes)?)?;
            Parsed::new(format, items, notes)
        }
        Format::Docx => {
            let (items, notes) = word::read(Archive::open(bytes)?)?;
            Parsed::new(format, items, notes)
        }
    }
}

/// Writes questions. What is read back from the file equals what was given, but for what is listed
/// as lost: each question is read back before it is written.
#[must_use]
pub fn write(questions: &[Question], format: Format) -> Written {
    match format {
        Format::Gift => gift::write(questions),
        Format::Aiken => aiken::write(questions),
        Format::MoodleXml => moodle::write(questions),
        Format::Qti => qti::write(questions),
        Format::Xlsx => sheet::write(questions),
        Format::Docx => word::write(questions),
    }
}
