//! The store in a local folder.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chengzhi_kernel::FileHash;

use super::key::{ContentKey, Found};
use crate::durable::{make_folder, sync_file, sync_folder};

/// A folder of immutable files. All functions block; the callers run them off the async threads.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn open(root: PathBuf) -> io::Result<Self> {
        make_folder(&root.join("tmp"))?;
        Ok(Folder { root })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn path(&self, key: &ContentKey) -> PathBuf {
        self.root.join(key.path())
    }

    /// Bytes of a content, none when it is not there.
    pub(super) fn size(&self, key: &ContentKey) -> io::Result<Option<u64>> {
        match std::fs::metadata(self.path(key)) {
            Ok(meta) => Ok(Some(meta.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// True when the content is there with this length; its time is then renewed, so that nobody
    /// takes it for a forgotten one.
    pub(super) fn renew(&self, key: &ContentKey, size: u64, now: SystemTime) -> io::Result<bool> {
        if self.size(key)? != Some(size) {
            return Ok(false);
        }
        let file = std::fs::File::open(self.path(key))?;
        file.set_modified(now)?;
        Ok(true)
    }

    /// Writes beside, syncs, then renames into place and syncs the folder: a power cut leaves the
    /// whole file or none.
    pub(super) fn write(&self, key: &ContentKey, content: &[u8]) -> io::Result<()> {
        self.place(key, |part| {
            let mut file = std::fs::File::create(part)?;
            file.write_all(content)?;
            sync_file(&file)
        })
    }

    /// Takes over a file that lies elsewhere; `from` stays. A second name for the same bytes where
    /// the file system allows it, a copy otherwise.
    pub(super) fn adopt(&self, key: &ContentKey, from: &Path) -> io::Result<()> {
        self.place(key, |part| {
            if std::fs::hard_link(from, part).is_err() {
                std::fs::copy(from, part)?;
            }
            sync_file(&std::fs::File::open(part)?)
        })
    }

    fn place(
        &self,
        key: &ContentKey,
        make: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<()> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let part = self.root.join("tmp").join(format!(
            "{}-{}.part",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        let target = self.path(key);
        let folder = target.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        // A process of the same number may have left one of this name when it was killed.
        let _ = std::fs::remove_file(&part);
        let placed = make(&part)
            .and_then(|()| std::fs::rename(&part, &target))
            .and_then(|()| sync_folder(folder));
        // Renaming onto another name of the same bytes leaves the first one in place.
        let _ = std::fs::remove_file(&part);
        placed
    }

    /// Removes a content; true when it was there.
    pub(super) fn remove(&self, key: &ContentKey) -> io::Result<bool> {
        match std::fs::remove_file(self.path(key)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The originals on one of 256 shelves.
    pub(super) fn shelf(&self, shelf: u8) -> io::Result<Vec<Found>> {
        let folder = self.root.join(format!("{shelf:02x}"));
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some(hash) = name.to_str().and_then(FileHash::parse) else {
                continue;
            };
            let meta = entry.metadata()?;
            found.push(Found {
                hash,
                size: meta.len(),
                modified_micros: micros(meta.modified()?),
            });
        }
        Ok(found)
    }

    /// Removes parts that a killed process left.
    pub(super) fn clear_parts(&self, age: Duration, now: SystemTime) -> io::Result<usize> {
        let mut removed = 0;
        for entry in std::fs::read_dir(self.root.join("tmp"))? {
            let entry = entry?;
            let touched = entry.metadata()?.modified()?;
            if now
                .duration_since(touched)
                .is_ok_and(|passed| passed >= age)
            {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn micros(time: SystemTime) -> i64 {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH);
    since_1970.map_or(0, |passed| {
        i64::try_from(passed.as_micros()).unwrap_or(i64::MAX)
    })
}
