//! What a template can see: the templates built in, its data, its pictures and the fonts. Nothing
//! else: no file, no package, no clock.

use std::collections::HashMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use super::fonts::FontSet;

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

/// The templates, parsed once.
static SOURCES: LazyLock<HashMap<&'static str, Source>> = LazyLock::new(|| {
    templates![
        "common.typ",
        "class_notice.typ",
        "timetable.typ",
        "attendance_sheet.typ",
        "certificate.typ",
        "admission_ticket.typ",
        "exam_paper.typ",
        "answer_sheet.typ",
        "table_report.typ",
    ]
    .into_iter()
    .filter_map(|(name, text)| Some((name, Source::new(file_id(name)?, text.to_owned()))))
    .collect()
});

/// Where a template reads its data.
const DATA: &str = "data.json";

fn file_id(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// A built-in template.
pub(super) fn template(name: &str) -> Option<Source> {
    SOURCES.get(name).cloned()
}

/// One document being set.
pub(super) struct Press<'a> {
    fonts: &'a FontSet,
    main: Source,
    data: Bytes,
    pictures: HashMap<String, Bytes>,
}

impl<'a> Press<'a> {
    pub(super) fn new(
        fonts: &'a FontSet,
        main: Source,
        data: Vec<u8>,
        pictures: Vec<(String, Vec<u8>)>,
    ) -> Self {
        Press {
            fonts,
            main,
            data: Bytes::new(data),
            pictures: pictures
                .into_iter()
                .map(|(name, content)| (name, Bytes::new(content)))
                .collect(),
        }
    }
}

impl World for Press<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        match id.root() {
            VirtualRoot::Project => SOURCES
                .get(id.vpath().get_without_slash())
                .cloned()
                .ok_or(FileError::AccessDenied),
            VirtualRoot::Package(_) => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.vpath().get_without_slash();
        if *id.root() != VirtualRoot::Project {
            return Err(FileError::AccessDenied);
        }
        if name == DATA {
            return Ok(self.data.clone());
        }
        self.pictures
            .get(name)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::fonts::FontSource;
    use typst_layout::PagedDocument;

    fn compile(text: &str) -> Result<usize, String> {
        let fonts = FontSet::find(&FontSource::System).unwrap();
        let main = Source::new(file_id("probe.typ").unwrap(), text.to_owned());
        let press = Press::new(&fonts, main, b"{\"a\":1}".to_vec(), Vec::new());
        typst::compile::<PagedDocument>(&press)
            .output
            .map(|document| document.pages().len())
            .map_err(|errors| errors[0].message.to_string())
    }

    #[test]
    fn a_template_sees_its_data_and_nothing_else() {
        assert_eq!(compile("#json(\"data.json\").a"), Ok(1));
        for text in [
            "#read(\"/etc/passwd\")",
            "#read(\"../../../../etc/passwd\")",
            "#read(\"other.json\")",
            "#image(\"/photo.png\")",
            "#include \"/etc/hosts\"",
            "#import \"@preview/cetz:0.3.0\"",
            "#import \"@local/any:0.1.0\"",
            "#datetime.today()",
        ] {
            assert!(compile(text).is_err(), "{text}");
        }
    }
}
