//! PDF through Typst. A [`Typesetter`] holds the fonts and is shared by all.

mod fonts;
mod text;
mod world;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chengzhi_kernel::Timestamp;
use chrono::{Datelike as _, Timelike as _};
use serde_json::Value;
use tokio::sync::Semaphore;
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::DocumentError;
use fonts::FontSet;
pub use fonts::FontSource;
use world::Press;

/// Documents set at the same time. Each takes a core and some 20 MB.
const AT_ONCE: usize = 2;

/// Seconds after which a caller of [`Typesetter::render_async`] gets an error.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Bytes of a document's texts. Some thousand rows have less than half of it.
const MAX_DATA: usize = 4 * 1024 * 1024;

/// Renders for which Typst keeps what it computed. It makes the same template faster; without an
/// end it would keep everything.
const CACHE_RENDERS: usize = 3;

/// Pages from which on nothing is kept: it would be hundreds of megabytes.
const LARGE: usize = 20;

/// Minutes Shanghai is before UTC.
const SHANGHAI_MINUTES: i32 = 480;

/// A picture for a template: its name there and its content (SVG, JPEG or PNG).
pub type Picture = (String, Vec<u8>);

/// A typed document: what a template can be filled with.
pub trait Document: Send + Sync {
    /// The template's file name, one of those built in.
    fn template(&self) -> &'static str;

    /// What it is, for errors and the title in the PDF: 签到表.
    fn name(&self) -> &'static str;

    /// The data for the template. Texts in it are only ever printed, never read as markup.
    ///
    /// # Errors
    /// [`DocumentError::Content`] when the content cannot be set.
    fn data(&self) -> Result<Value, DocumentError>;

    /// Pictures the template asks for by name. None by default.
    ///
    /// # Errors
    /// As [`Document::data`]; [`DocumentError::QrTooLong`].
    fn pictures(&self) -> Result<Vec<Picture>, DocumentError> {
        Ok(Vec::new())
    }
}

/// A PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its pages.
    pub pages: usize,
}

/// Sets documents. Cheap to clone; the clones share fonts and the limit on work at once.
#[derive(Debug, Clone)]
pub struct Typesetter {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: FontSource,
    /// Found at the first document. A failure is not kept: fonts may be installed meanwhile.
    fonts: Mutex<Option<Arc<FontSet>>>,
    permits: Arc<Semaphore>,
    time_limit: Duration,
}

impl Typesetter {
    /// A typesetter with fonts from there. Nothing is read yet.
    #[must_use]
    pub fn new(source: FontSource) -> Self {
        Self::with_time_limit(source, TIME_LIMIT)
    }

    /// As [`Typesetter::new`], with another time limit for [`Typesetter::render_async`].
    #[must_use]
    pub fn with_time_limit(source: FontSource, time_limit: Duration) -> Self {
        Typesetter {
            inner: Arc::new(Inner {
                source,
                fonts: Mutex::new(None),
                permits: Arc::new(Semaphore::new(AT_ONCE)),
                time_limit,
            }),
        }
    }

    /// Whether there are fonts to set Chinese with: for the check at the program's start.
    ///
    /// # Errors
    /// [`DocumentError::NoFont`].
    pub fn check(&self) -> Result<(), DocumentError> {
        self.fonts().map(|_| ())
    }

    /// Sets a document. Blocks for some milliseconds to seconds: on a blocking thread only, or
    /// through [`Typesetter::render_async`]. The same document, instant and fonts give the same
    /// bytes; `made_at` becomes the creation date in the PDF.
    ///
    /// # Errors
    /// [`DocumentError`]: no fonts, content that cannot be set, a broken picture.
    pub fn render(
        &self,
        document: &dyn Document,
        made_at: Timestamp,
    ) -> Result<Pdf, DocumentError> {
        let failed = |details| DocumentError::Typesetting {
            template: document.name(),
            details,
        };
        let paged = self.lay_out(document)?;
        let bytes = typst_pdf::pdf(&paged, &options(made_at)).map_err(|e| failed(said(&e)));
        let pages = paged.pages().len();
        comemo::evict(if pages > LARGE { 0 } else { CACHE_RENDERS });
        Ok(Pdf {
            bytes: bytes?,
            pages,
        })
    }

    fn lay_out(&self, document: &dyn Document) -> Result<PagedDocument, DocumentError> {
        let failed = |details| DocumentError::Typesetting {
            template: document.name(),
            details,
        };
        let fonts = self.fonts()?;
        let main = world::template(document.template())
            .ok_or_else(|| failed(format!("no template {}", document.template())))?;
        let mut data = document.data()?;
        text::clean(&mut data);
        let data = serde_json::to_vec(&data).map_err(|error| failed(error.to_string()))?;
        if data.len() > MAX_DATA {
            return Err(DocumentError::Content(format!(
                "{}的内容过长，请分批生成",
                document.name()
            )));
        }
        let press = Press::new(&fonts, main, data, document.pictures()?);
        typst::compile::<PagedDocument>(&press)
            .output
            .map_err(|errors| failed(said(&errors)))
    }

    /// [`Typesetter::render`] beside the async runtime, two documents at once, with a time limit
    /// that counts the waiting. Work that outlives its caller ends on its own and keeps its place
    /// among the two until then.
    ///
    /// # Errors
    /// As [`Typesetter::render`], and [`DocumentError::TimedOut`].
    pub async fn render_async(
        &self,
        document: impl Document + 'static,
        made_at: Timestamp,
    ) -> Result<Pdf, DocumentError> {
        let name = document.name();
        let failed = |details: String| DocumentError::Typesetting {
            template: name,
            details,
        };
        let work = async {
            let permit = Arc::clone(&self.inner.permits)
                .acquire_owned()
                .await
                .map_err(|error| failed(error.to_string()))?;
            let typesetter = self.clone();
            tokio::task::spawn_blocking(move || {
                let _permit = permit;
                typesetter.render(&document, made_at)
            })
            .await
            .map_err(|error| failed(error.to_string()))?
        };
        let limit = self.inner.time_limit;
        tokio::time::timeout(limit, work)
            .await
            .unwrap_or(Err(DocumentError::TimedOut {
                seconds: limit.as_secs(),
            }))
    }

    fn fonts(&self) -> Result<Arc<FontSet>, DocumentError> {
        let mut fonts = self
            .inner
            .fonts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(fonts) = &*fonts {
            return Ok(Arc::clone(fonts));
        }
        let found = Arc::new(FontSet::find(&self.inner.source)?);
        Ok(Arc::clone(fonts.insert(found)))
    }
}

fn options(made_at: Timestamp) -> PdfOptions {
    let wall = made_at.wall();
    let part = |value: u32| u8::try_from(value).unwrap_or(0);
    let timestamp = Datetime::from_ymd_hms(
        wall.year(),
        part(wall.month()),
        part(wall.day()),
        part(wall.hour()),
        part(wall.minute()),
        part(wall.second()),
    )
    .and_then(|time| typst_pdf::Timestamp::new_local(time, SHANGHAI_MINUTES));
    PdfOptions {
        creator: Smart::Custom(Some("城执".to_owned())),
        timestamp,
        ..PdfOptions::default()
    }
}

fn said(errors: &[SourceDiagnostic]) -> String {
    errors
        .iter()
        .map(|error| error.message.to_string())
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests;
