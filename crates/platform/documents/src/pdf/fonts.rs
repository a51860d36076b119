//! The fonts a server has: found once, read when a document needs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing::warn;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

use crate::DocumentError;

/// Where fonts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FontSource {
    /// Every font file in this folder and below.
    Folder(PathBuf),
    /// The Chinese fonts of the system, at the places where distributions put them.
    System,
}

/// Where distributions and administrators put fonts.
const SYSTEM_FOLDERS: [&str; 3] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/X11/fonts",
];

/// How the file names of Chinese fonts begin, in lower case: Noto and Source Han, WenQuanYi, the
/// fonts of domestic systems and offices. Other files are not opened, for there may be thousands.
const SYSTEM_NAMES: [&str; 14] = [
    "notosanscjk",
    "notoserifcjk",
    "notosanssc",
    "notoserifsc",
    "sourcehan",
    "wqy",
    "simsun",
    "simfang",
    "simhei",
    "fangsong",
    "fzfs",
    "fzxbs",
    "fzhei",
    "cesi",
];

/// Endings of families that draw Chinese characters in the way of other regions, or with one
/// width: a collection holds them beside the family we want.
const OTHER_REGIONS: [&str; 4] = [" JP", " KR", " TC", " HK"];

/// Folders below folders that are looked into.
const MAX_DEPTH: usize = 6;

/// The faces found. The font files stay on disk until a document asks for a face.
#[derive(Debug)]
pub(super) struct FontSet {
    book: LazyHash<FontBook>,
    faces: Vec<Face>,
    files: Vec<FontFile>,
}

#[derive(Debug)]
struct Face {
    file: usize,
    index: u32,
    font: OnceLock<Option<Font>>,
}

#[derive(Debug)]
struct FontFile {
    path: PathBuf,
    /// The faces of a collection share its bytes.
    content: Mutex<Option<Bytes>>,
}

impl FontSet {
    /// Looks for faces with Chinese characters.
    pub(super) fn find(source: &FontSource) -> Result<Self, DocumentError> {
        let folders: Vec<PathBuf> = match source {
            FontSource::Folder(folder) => vec![folder.clone()],
            FontSource::System => SYSTEM_FOLDERS.iter().map(PathBuf::from).collect(),
        };
        let mut paths = Vec::new();
        for folder in &folders {
            font_files(folder, MAX_DEPTH, &mut paths);
        }
        if *source == FontSource::System {
            paths.retain(|path| named_chinese(path));
        }
        // The order decides between faces of one family, so it must not come from the disk.
        paths.sort();
        let mut set = FontSet {
            book: LazyHash::new(FontBook::new()),
            faces: Vec::new(),
            files: Vec::new(),
        };
        let mut book = FontBook::new();
        for path in paths {
            match fs::read(&path) {
                Ok(content) => set.add(path, &content, &mut book),
                Err(error) => warn!(path = %path.display(), %error, "font file cannot be read"),
            }
        }
        if set.faces.is_empty() {
            return Err(DocumentError::NoFont { searched: folders });
        }
        set.book = LazyHash::new(book);
        Ok(set)
    }

    fn add(&mut self, path: PathBuf, content: &[u8], book: &mut FontBook) {
        let before = self.faces.len();
        for index in 0..ttf_parser::fonts_in_collection(content).unwrap_or(1) {
            // Typst's own description walks every character of a face, so only of faces we want.
            let wanted = ttf_parser::Face::parse(content, index).is_ok_and(|face| wanted(&face));
            if let Some(info) = wanted.then(|| FontInfo::new(content, index)).flatten() {
                book.push(info);
                self.faces.push(Face {
                    file: self.files.len(),
                    index,
                    font: OnceLock::new(),
                });
            }
        }
        if self.faces.len() > before {
            self.files.push(FontFile {
                path,
                content: Mutex::new(None),
            });
        }
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    /// The face at this place of the book, read now if it was not before.
    pub(super) fn font(&self, index: usize) -> Option<Font> {
        let face = self.faces.get(index)?;
        face.font
            .get_or_init(|| {
                let file = self.files.get(face.file)?;
                match file.content() {
                    Ok(content) => Font::new(content, face.index),
                    Err(error) => {
                        warn!(%error, "font file went away");
                        None
                    }
                }
            })
            .clone()
    }
}

impl FontFile {
    fn content(&self) -> Result<Bytes, DocumentError> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = &*content {
            return Ok(content.clone());
        }
        let read = fs::read(&self.path).map_err(|error| DocumentError::FontFile {
            path: self.path.clone(),
            reason: error.to_string(),
        })?;
        Ok(content.insert(Bytes::new(read)).clone())
    }
}

/// Font files below a folder. What cannot be listed is passed over.
fn font_files(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Follows links: administrators link folders of fonts.
        if path.is_dir() {
            if depth > 0 {
                font_files(&path, depth - 1, found);
            }
        } else if path
            .extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| ["ttf", "otf", "ttc", "otc"].contains(&e.to_lowercase().as_str()))
        {
            found.push(path);
        }
    }
}

fn named_chinese(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .map(str::to_lowercase)
        .is_some_and(|name| SYSTEM_NAMES.iter().any(|start| name.starts_with(start)))
}

/// Whether a face has our characters, in the shapes of the mainland, each with its own width.
fn wanted(face: &ttf_parser::Face<'_>) -> bool {
    let family = face
        .names()
        .into_iter()
        .filter(|name| {
            matches!(
                name.name_id,
                ttf_parser::name_id::FAMILY | ttf_parser::name_id::TYPOGRAPHIC_FAMILY
            )
        })
        .filter_map(|name| name.to_string())
        .collect::<Vec<_>>();
    let foreign = family.iter().any(|name| {
        name.contains(" Mono") || OTHER_REGIONS.iter().any(|region| name.ends_with(region))
    });
    !foreign && "城管执法学".chars().all(|c| face.glyph_index(c).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_fonts_names_the_package_and_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("broken.ttf"), b"no font at all").unwrap();
        let error = FontSet::find(&FontSource::Folder(folder.path().to_owned())).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, DocumentError::NoFont { .. }));
        assert!(text.contains("没有找到中文字体"), "{text}");
        assert!(text.contains("fonts-noto-cjk"), "{text}");
        assert!(
            text.contains(&folder.path().display().to_string()),
            "{text}"
        );
    }

    #[test]
    fn other_regions_and_equal_widths_are_left_out() {
        let set = FontSet::find(&FontSource::System).unwrap();
        let families: Vec<&str> = set.book().families().map(|(name, _)| name).collect();
        assert!(!families.is_empty());
        for family in families {
            assert!(
                !family.ends_with(" JP") && !family.contains(" Mono"),
                "{family}"
            );
        }
        assert!(set.font(0).is_some());
        assert!(set.font(usize::MAX).is_none());
    }
}
