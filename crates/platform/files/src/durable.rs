//! What "on disk" means: content is synced, and for a new name the folder that holds it.
//!
//! Builds with debug assertions (development and tests, never a release) let a test switch syncing
//! off with `CHENGZHI_TEST_NO_SYNC=1`: the test that traces the system calls must fail then, which
//! shows that it looks.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

/// False only in a build with debug assertions whose environment switches syncing off.
fn syncing() -> bool {
    static ON: OnceLock<bool> = OnceLock::new();
    *ON.get_or_init(|| {
        !(cfg!(debug_assertions)
            && std::env::var_os("CHENGZHI_TEST_NO_SYNC").is_some_and(|value| value == "1"))
    })
}

/// Brings a file's content and length to the disk.
///
/// # Errors
/// What the disk says; the content may then be lost at a power cut.
pub(crate) fn sync_file(file: &File) -> io::Result<()> {
    if syncing() { file.sync_all() } else { Ok(()) }
}

/// Brings the names in a folder to the disk.
///
/// # Errors
/// As [`sync_file`].
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    sync_file(&File::open(folder)?)
}

/// Makes a folder with those above it, each name synced.
///
/// # Errors
/// As [`sync_file`].
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().filter(|path| !path.as_os_str().is_empty());
    if let Some(parent) = parent {
        make_folder(parent)?;
    }
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(parent.unwrap_or(Path::new(".")))
}

/// Runs file work off the async threads.
///
/// # Errors
/// What the work says, or that it was ended.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
