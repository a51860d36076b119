//! What every handler shares: the state, the request context with its permission and scope, the
//! extractors with Chinese errors, and the problem document.
//!
//! ```ignore
//! async fn confirm_study_record(ctx: Allow<need::StudyReview>, Path(id): Path<i64>, Json(body): Json<ConfirmIn>)
//!     -> Result<Json<RecordOut>, Problem> { … }
//! ```
//! The signature states the access rule; `ctx.scope` is the set of rows that the right reaches.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod client;
mod context;
mod download;
mod extract;
pub mod fields;
mod page;
mod problem;
mod secret;
mod state;
mod unread;
mod words;

pub use client::{ClientAddress, SameOrigin};
pub use context::{Allow, Ctx, SignedIn};
pub use download::{XLSX, download};
pub use extract::{Json, Path, Query, Upload, upload_named};
pub use page::{Page, Paging};
pub use problem::{FieldError, Problem, ProblemBody, Unknown};
pub use secret::{NoRandomness, random_bytes};
pub use state::{AppState, Authenticator, BusinessClock, CSRF_HEADER, SystemClock};
pub use words::{ClauseOut, DueOut};
