//! Texts as typed, and the words that pages choose from.

use chengzhi_http::Problem;
use chengzhi_kernel::{Month, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::bad_field;
use crate::domain::courseware::CoursewareKind;
use crate::domain::fields::{self, FIELDS};
use crate::domain::instructor::{Kind, State, YearResult};
use crate::domain::place::{PlaceKind, PlaceState};

/// Trims a text and checks that it is there and not too long.
///
/// # Errors
/// 422 for the field.
pub fn required(field: &str, label: &str, text: &str, limit: usize) -> Result<String, Problem> {
    let text = optional(field, label, text, limit)?;
    if text.is_empty() {
        return Err(bad_field(field, format!("请填写{label}。")));
    }
    Ok(text)
}

/// Trims a text and checks its length.
///
/// # Errors
/// 422 for the field.
pub fn optional(field: &str, label: &str, text: &str, limit: usize) -> Result<String, Problem> {
    let text = text.trim();
    let length = text.chars().count();
    if length > limit {
        return Err(bad_field(
            field,
            format!("{label}现有{length}个字，最多{limit}个字，请精简。"),
        ));
    }
    Ok(text.to_owned())
}

/// A text of one line.
///
/// # Errors
/// 422 for the field.
pub fn line(field: &str, label: &str, text: &str, limit: usize) -> Result<String, Problem> {
    required(field, label, &text.replace(['\n', '\r'], " "), limit)
}

/// Known codes of fields, each once.
///
/// # Errors
/// 422 for one nobody knows.
pub fn field_codes(codes: Vec<String>) -> Result<Vec<String>, Problem> {
    let mut kept = Vec::new();
    for code in codes {
        if fields::name(&code).is_none() {
            return Err(bad_field("fields", "授课领域不在目录内，请重新选择。"));
        }
        if !kept.contains(&code) {
            kept.push(code);
        }
    }
    Ok(kept)
}

/// A link: empty, or an address that a browser opens.
///
/// # Errors
/// 422 for anything else.
pub fn link(text: &str) -> Result<String, Problem> {
    let text = optional("link", "链接", text, 500)?;
    let web = ["http://", "https://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    if !text.is_empty() && (!web || text.chars().any(char::is_whitespace)) {
        return Err(bad_field("link", "请填写完整网址，中间没有空格。"));
    }
    Ok(text)
}

/// A year that has months.
///
/// # Errors
/// 422 for anything else.
pub fn year_of(year: Option<i32>, now: Timestamp) -> Result<i32, Problem> {
    let year = year.unwrap_or_else(|| Month::of(now.date()).year());
    Month::new(year, 1)
        .map(Month::year)
        .ok_or_else(|| bad_field("year", "年份不在可用范围内。"))
}

/// A code with its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacultyWordOut {
    /// Stable code.
    pub code: String,
    /// Word on pages.
    pub name: String,
}

impl FacultyWordOut {
    /// A code with its word.
    #[must_use]
    pub fn new(code: &str, name: &str) -> Self {
        FacultyWordOut {
            code: code.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// A kind of courseware with the blocks of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacultyKindOut {
    /// Stable code.
    pub code: String,
    /// Word on pages.
    pub name: String,
    /// Blocks of its content; empty without a template.
    pub blocks: Vec<FacultyWordOut>,
    /// Sorts of files that fit it: `film`, `sound`, `document`, `slides`, `picture`.
    pub takes: Vec<FacultyWordOut>,
}

/// All words that pages choose from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyWordsOut {
    /// Kinds of instructors.
    pub instructor_kinds: Vec<FacultyWordOut>,
    /// Their states.
    pub instructor_states: Vec<FacultyWordOut>,
    /// Results of a year.
    pub year_results: Vec<FacultyWordOut>,
    /// What can be taught.
    pub fields: Vec<FacultyWordOut>,
    /// Kinds of places.
    pub place_kinds: Vec<FacultyWordOut>,
    /// Their states.
    pub place_states: Vec<FacultyWordOut>,
    /// Kinds of courseware.
    pub courseware_kinds: Vec<FacultyKindOut>,
}

/// Gives them.
#[must_use]
pub fn words() -> FacultyWordsOut {
    FacultyWordsOut {
        instructor_kinds: Kind::ALL
            .iter()
            .map(|one| FacultyWordOut::new(one.code(), one.name()))
            .collect(),
        instructor_states: State::ALL
            .iter()
            .map(|one| FacultyWordOut::new(one.code(), one.name()))
            .collect(),
        year_results: YearResult::ALL
            .iter()
            .map(|one| FacultyWordOut::new(one.code(), one.name()))
            .collect(),
        fields: FIELDS
            .iter()
            .map(|(code, name)| FacultyWordOut::new(code, name))
            .collect(),
        place_kinds: PlaceKind::ALL
            .iter()
            .map(|one| FacultyWordOut::new(one.code(), one.name()))
            .collect(),
        place_states: PlaceState::ALL
            .iter()
            .map(|one| FacultyWordOut::new(one.code(), one.name()))
            .collect(),
        courseware_kinds: CoursewareKind::ALL
            .iter()
            .map(|one| FacultyKindOut {
                code: one.code().to_owned(),
                name: one.name().to_owned(),
                blocks: one
                    .blocks()
                    .iter()
                    .map(|(code, name)| FacultyWordOut::new(code, name))
                    .collect(),
                takes: one
                    .takes()
                    .iter()
                    .map(|sort| FacultyWordOut::new(sort.code(), sort.name()))
                    .collect(),
            })
            .collect(),
    }
}
