//! Room on the disk.

use std::io;
use std::path::Path;
use std::sync::Arc;

/// Size and free bytes of the file system that holds a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Bytes in all.
    pub total: u64,
    /// Bytes that this program may still write.
    pub free: u64,
}

/// Asks for the space at a path; the disk itself in the program, a number in tests.
pub type SpaceProbe = Arc<dyn Fn(&Path) -> io::Result<Space> + Send + Sync>;

/// Asks the operating system.
///
/// # Errors
/// When the path cannot be reached.
pub fn disk_space(path: &Path) -> io::Result<Space> {
    let found = rustix::fs::statvfs(path)?;
    Ok(Space {
        total: found.f_blocks.saturating_mul(found.f_frsize),
        free: found.f_bavail.saturating_mul(found.f_frsize),
    })
}
