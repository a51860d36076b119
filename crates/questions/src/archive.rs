//! Zip archives of strangers (.docx, .xlsx, QTI packages): bounded in entries, size and ratio.

use std::io::{Cursor, Read as _, Write as _};

use zip::read::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::decode::MAX_FILE;
use crate::format::Unreadable;

/// Most entries of an archive; a package has one or more for each question.
const MAX_ENTRIES: usize = 250_000;
/// Most bytes of one entry, unpacked.
const MAX_ENTRY: u64 = 160 * 1024 * 1024;
/// Most bytes that are unpacked from one archive.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// Unpacked to packed size from which an entry of more than [`RATIO_FROM`] bytes is a bomb. Sheets
/// of repeated rows reach about 100.
const MAX_RATIO: u64 = 400;
/// Entries smaller than this unpack as they like.
const RATIO_FROM: u64 = 4 * 1024 * 1024;

/// An opened archive that counts what it has given out.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive without unpacking anything.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_FILE {
            return Err(Unreadable::TooLarge);
        }
        // The directory is counted before anything is reserved for it.
        let headers = memchr::memmem::find_iter(bytes, b"PK\x01\x02");
        if headers.take(MAX_ENTRIES + 1).count() > MAX_ENTRIES {
            return Err(Unreadable::TooManyEntries);
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenArchive)?;
        Ok(Self {
            zip,
            left: MAX_UNPACKED,
        })
    }

    /// The names of the entries.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip
            .file_names()
            .filter_map(Result::ok)
            .map(std::borrow::Cow::into_owned)
            .collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The content of an entry; `None` when there is none of that name.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        let Some(index) = self.zip.index_for_name(name) else {
            return Ok(None);
        };
        let entry = self
            .zip
            .by_index(index)
            .map_err(|_| Unreadable::BrokenArchive)?;
        let packed = entry.compressed_size();
        let limit = self
            .left
            .min(MAX_ENTRY)
            .min(RATIO_FROM.max(packed.saturating_mul(MAX_RATIO)));
        let mut content = Vec::new();
        // What the directory states is not believed: one byte more than allowed is asked for.
        entry
            .take(limit.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|_| Unreadable::BrokenArchive)?;
        let size = content.len() as u64;
        if size > limit {
            return Err(Unreadable::ZipBomb);
        }
        self.left -= size;
        Ok(Some(content))
    }

    /// Whether the archive carries macros, which are never run and never read.
    pub(crate) fn has_macros(&self) -> bool {
        self.zip
            .file_names()
            .filter_map(Result::ok)
            .any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"))
    }
}

/// Writes an archive; the same entries give the same bytes, because no entry has a date.
pub(crate) fn pack<'a>(
    entries: impl IntoIterator<Item = (String, std::borrow::Cow<'a, [u8]>)>,
) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (name, content) in entries {
        zip.start_file(name, options)?;
        zip.write_all(&content)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        pack(
            entries
                .iter()
                .map(|(name, content)| ((*name).to_owned(), (*content).into())),
        )
        .unwrap()
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let bytes = packed(&[("a.xml", b"<a/>"), ("b/c.xml", b"")]);
        let mut archive = Archive::open(&bytes).unwrap();
        assert_eq!(
            archive.read("a.xml").unwrap().as_deref(),
            Some(&b"<a/>"[..])
        );
        assert_eq!(archive.read("b/c.xml").unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(archive.read("d").unwrap(), None);
        assert!(archive.has("a.xml") && !archive.has_macros());
        assert_eq!(packed(&[("a.xml", b"<a/>"), ("b/c.xml", b"")]), bytes);
    }

    #[test]
    fn bombs_and_broken_archives_are_refused() {
        let zeros = vec![b' '; 16 * 1024 * 1024];
        let bytes = packed(&[("a", &zeros)]);
        assert!(bytes.len() < 40_000);
        assert_eq!(
            Archive::open(&bytes).unwrap().read("a"),
            Err(Unreadable::ZipBomb)
        );
        let mut short = packed(&[("a", b"hello hello hello")]);
        assert!(Archive::open(&short[..short.len() - 8]).is_err());
        short[33] ^= 0xff;
        assert_eq!(
            Archive::open(&short).unwrap().read("a"),
            Err(Unreadable::BrokenArchive)
        );
        let many = b"PK\x01\x02".repeat(MAX_ENTRIES + 1);
        assert_eq!(Archive::open(&many).err(), Some(Unreadable::TooManyEntries));
    }
}
