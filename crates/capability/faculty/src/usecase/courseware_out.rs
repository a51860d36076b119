//! Courseware as sent.

use chengzhi_kernel::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::instructor_out::FacultyTaughtOut;

/// An article that courseware rests on, as sent and received.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FacultyLaw {
    /// Law, `中华人民共和国行政处罚法`.
    pub law: String,
    /// Article, `第三十三条`.
    pub article: String,
    /// Its edition, `2021年修订`.
    #[serde(default)]
    pub edition: String,
}

/// A block of content with its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyBlockOut {
    /// Stable code.
    pub code: String,
    /// Its word.
    pub name: String,
    /// Text.
    pub text: String,
}

/// A file of a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyFileOut {
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Type.
    pub mime: String,
    /// SHA-256.
    pub hash: String,
    /// Plays it, for some hours; on a version's own page only.
    pub url: Option<String>,
}

/// A version in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyCoursewareOut {
    /// Row.
    pub id: i64,
    /// Versions of one thing share this.
    pub series_id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// Who keeps it.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Kind.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Title.
    pub title: String,
    /// Field.
    pub field: String,
    /// Its word.
    pub field_name: String,
    /// What it is about.
    pub summary: String,
    /// Who made it.
    pub author: String,
    /// Length of a film.
    pub minutes: Option<i64>,
    /// Where it is found.
    pub link: String,
    /// Its file.
    pub file: Option<FacultyFileOut>,
    /// `draft`, `in_use`, `superseded`, `withdrawn`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// In use since.
    pub in_use_from: Option<Date>,
    /// Articles it rests on.
    pub laws: Vec<FacultyLaw>,
    /// Lessons in which any version of it was used.
    pub used: u32,
    /// True when it came from a call.
    pub from_call: bool,
    /// To be sent back with commands.
    pub version: i64,
}

/// A page of the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyCoursewaresOut {
    /// Rows in all pages.
    pub total: i64,
    /// Rows of this page.
    pub rows: Vec<FacultyCoursewareOut>,
}

/// A version of the same thing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyVersionOut {
    /// Row.
    pub id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// In use since.
    pub in_use_from: Option<Date>,
    /// Out of use since.
    pub ended_on: Option<Date>,
}

/// A version's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyCoursewarePageOut {
    /// The row.
    pub courseware: FacultyCoursewareOut,
    /// Content by block.
    pub blocks: Vec<FacultyBlockOut>,
    /// The instructor whose it is.
    pub instructor_id: Option<i64>,
    /// His name.
    pub instructor_name: String,
    /// The group that developed it.
    pub group_id: Option<i64>,
    /// Its name.
    pub group_name: String,
    /// Out of use since.
    pub ended_on: Option<Date>,
    /// Why.
    pub end_reason: String,
    /// Who entered it.
    pub by_name: String,
    /// All versions, newest first.
    pub versions: Vec<FacultyVersionOut>,
    /// Where it was used, newest first.
    pub used: Vec<FacultyTaughtOut>,
    /// Bases whose excellent course it is.
    pub bases: Vec<String>,
    /// What the caller may do: `change`, `upload`, `release`, `supersede`, `withdraw`.
    pub may: Vec<String>,
}
