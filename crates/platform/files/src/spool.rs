//! Files on their way in: one spool file for each open upload.
//!
//! Who keeps the number of durable bytes (the database) tells it at each opening; whatever lies
//! behind it in the file is cut off then, so a part that was never acknowledged cannot be taken for
//! one that was. The file is locked while somebody writes; the lock ends with the process.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use chengzhi_kernel::FileHash;

use crate::Checksum;
use crate::durable::{make_folder, sync_file, sync_folder};

/// Bytes read at once when a hash must catch up.
const READ_BYTES: usize = 1024 * 1024;

/// The SHA-256 of the first `at` bytes of a file, kept in memory between the parts so that the
/// whole need not be read again at the end. Lost at a restart; then it is read again.
#[derive(Debug, Clone)]
struct Running {
    sum: Checksum,
    at: u64,
}

impl Default for Running {
    fn default() -> Self {
        Running {
            sum: Checksum::sha256(),
            at: 0,
        }
    }
}

/// The folder of open uploads. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Spool {
    root: PathBuf,
    running: Arc<Mutex<HashMap<String, Running>>>,
}

impl Spool {
    /// A spool in the folder, which [`Spool::prepare`] makes.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Spool {
            root: root.into(),
            running: Arc::default(),
        }
    }

    /// Makes the folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn prepare(&self) -> io::Result<()> {
        make_folder(&self.root)
    }

    /// The folder, to ask for the space left.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where an upload's bytes are.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.part"))
    }

    /// Makes an empty file; file and name are on disk when this returns.
    ///
    /// # Errors
    /// What the disk says.
    pub fn create(&self, name: &str) -> io::Result<()> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(self.path(name))?;
        sync_file(&file)?;
        sync_folder(&self.root)
    }

    /// Locks a spool file for writing. None when another writer holds it, in this process or
    /// another. Nothing is read or cut yet: how many bytes are durable is to be asked **after**
    /// this, because the one before may have moved on until the moment he let go; then
    /// [`SpoolWriter::resume`].
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when the file is gone; what the disk says.
    pub fn lock(&self, name: &str) -> io::Result<Option<SpoolWriter>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(self.path(name))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Some(SpoolWriter {
            file,
            at: 0,
            running: self.table().remove(name).unwrap_or_default(),
        }))
    }

    /// Keeps the running hash for the next part. Only for a writer whose bytes are all durable and
    /// recorded.
    pub fn keep_sum(&self, name: &str, writer: &SpoolWriter) {
        if writer.running.at == writer.at {
            self.table().insert(name.to_owned(), writer.running.clone());
        }
    }

    /// Removes an upload's bytes; nothing happens when they are gone.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        self.table().remove(name);
        match std::fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Names of spool files that nobody wrote to for `age`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn untouched_for(&self, age: Duration, now: SystemTime) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.root)? {
            let entry = entry?;
            let file_name = entry.file_name();
            let Some(name) = file_name.to_str().and_then(|n| n.strip_suffix(".part")) else {
                continue;
            };
            let touched = entry.metadata()?.modified()?;
            if now
                .duration_since(touched)
                .is_ok_and(|passed| passed >= age)
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        // The table only saves work: whatever a panicking thread left in it is still a true sum.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one who writes to a spool file; the lock ends when it is dropped.
#[derive(Debug)]
pub struct SpoolWriter {
    file: File,
    at: u64,
    running: Running,
}

impl SpoolWriter {
    /// Bytes in the file, synced or not.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Goes to `at`, the number of durable bytes; what lies behind is cut off.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] when the file is shorter than what was acknowledged; what
    /// the disk says.
    pub fn resume(&mut self, at: u64) -> io::Result<()> {
        if self.file.metadata()?.len() < at {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        self.cut(at)
    }

    /// Appends.
    ///
    /// # Errors
    /// What the disk says; the writer is of no use then.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        if self.running.at == self.at {
            self.running.sum.update(bytes);
            self.running.at += bytes.len() as u64;
        }
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Brings everything written to the disk.
    ///
    /// # Errors
    /// What the disk says; nothing may be acknowledged then.
    pub fn sync(&self) -> io::Result<()> {
        sync_file(&self.file)
    }

    /// Goes back to `at`: what was written behind it never was.
    ///
    /// # Errors
    /// What the disk says.
    pub fn cut(&mut self, at: u64) -> io::Result<()> {
        self.file.set_len(at)?;
        self.file.seek(SeekFrom::Start(at))?;
        self.at = at;
        if self.running.at > at {
            self.running = Running::default();
        }
        Ok(())
    }

    /// The first bytes, at most `length`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn head(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::with_capacity(length);
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(length as u64).read_to_end(&mut head)?;
        self.file.seek(SeekFrom::Start(self.at))?;
        Ok(head)
    }

    /// SHA-256 of the whole; reads what the running sum has not seen.
    ///
    /// # Errors
    /// What the disk says.
    pub fn digest(&mut self) -> io::Result<FileHash> {
        self.file.seek(SeekFrom::Start(self.running.at))?;
        let mut buffer = vec![0; READ_BYTES];
        while self.running.at < self.at {
            let read = self.file.read(&mut buffer)?;
            if read == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            let bytes = buffer.get(..read).unwrap_or_default();
            self.running.sum.update(bytes);
            self.running.at += read as u64;
        }
        let digest = hex::encode(self.running.sum.clone().finish());
        FileHash::parse(&digest).ok_or_else(|| io::Error::other("not a SHA-256"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool() -> (tempfile::TempDir, Spool) {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().join("spool"));
        spool.prepare().unwrap();
        spool.create("a").unwrap();
        (folder, spool)
    }

    fn writer(spool: &Spool, at: u64) -> SpoolWriter {
        let mut writer = spool.lock("a").unwrap().unwrap();
        writer.resume(at).unwrap();
        writer
    }

    #[test]
    fn what_was_not_acknowledged_is_cut_off_at_the_next_opening() {
        let (_folder, spool) = spool();
        writer(&spool, 0).write(b"abcdef").unwrap();
        let mut next = writer(&spool, 3);
        assert_eq!(next.at(), 3);
        next.write(b"X").unwrap();
        assert_eq!(std::fs::read(spool.path("a")).unwrap(), b"abcX");
    }

    #[test]
    fn a_second_writer_is_turned_away_until_the_first_is_done() {
        let (_folder, spool) = spool();
        let first = spool.lock("a").unwrap().unwrap();
        assert!(spool.lock("a").unwrap().is_none());
        drop(first);
        assert!(spool.lock("a").unwrap().is_some());
    }

    #[test]
    fn a_lock_alone_cuts_nothing_off() {
        let (_folder, spool) = spool();
        writer(&spool, 0).write(b"abcdef").unwrap();
        drop(spool.lock("a").unwrap().unwrap());
        assert_eq!(std::fs::read(spool.path("a")).unwrap(), b"abcdef");
    }

    #[test]
    fn the_hash_of_the_whole_is_right_with_and_without_the_running_sum() {
        let whole = "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab";
        for (first_kept, bad_kept) in [(true, false), (true, true), (false, false)] {
            let (_folder, spool) = spool();
            let mut first = writer(&spool, 0);
            first.write(b"abcd").unwrap();
            if first_kept {
                spool.keep_sum("a", &first);
            }
            drop(first);
            // A part that did not count: its bytes must not be in the sum.
            let mut bad = writer(&spool, 4);
            bad.write(b"zz").unwrap();
            if bad_kept {
                spool.keep_sum("a", &bad);
            }
            drop(bad);
            let mut last = writer(&spool, 4);
            last.write(b"zzzz").unwrap();
            last.cut(4).unwrap();
            last.write(b"efgh").unwrap();
            assert_eq!(last.digest().unwrap().as_str(), whole);
        }
    }

    #[test]
    fn bytes_lost_from_the_disk_are_noticed() {
        let (_folder, spool) = spool();
        let lost = spool.lock("a").unwrap().unwrap().resume(5).unwrap_err();
        assert_eq!(lost.kind(), io::ErrorKind::UnexpectedEof);
        let gone = spool.lock("b").unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn removing_twice_is_no_error_and_old_files_are_found() {
        let (_folder, spool) = spool();
        let now = std::fs::metadata(spool.path("a"))
            .unwrap()
            .modified()
            .unwrap();
        let hour = Duration::from_secs(3600);
        assert!(spool.untouched_for(hour, now).unwrap().is_empty());
        assert_eq!(spool.untouched_for(hour, now + hour).unwrap(), ["a"]);
        spool.remove("a").unwrap();
        spool.remove("a").unwrap();
    }
}
