//! What other capabilities add to the archive of a class.

use async_trait::async_trait;
use chengzhi_http::{Ctx, Problem};

/// A paper of another capability.
#[derive(Debug, Clone)]
pub struct Appendix {
    /// Path in the archive.
    pub path: String,
    /// Kind of file.
    pub mime: &'static str,
    /// Title in the index.
    pub title: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Whoever has papers about classes.
#[async_trait]
pub trait Appendices: Send + Sync {
    /// Papers about a class that the caller may read.
    async fn of_class(&self, ctx: &Ctx, class: i64) -> Result<Vec<Appendix>, Problem>;
}
