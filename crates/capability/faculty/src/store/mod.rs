//! SQL, one file for each kind of row.

pub mod bookings;
pub mod calls;
pub mod cases;
pub mod checks;
pub mod counts;
pub mod courseware;
pub mod groups;
pub mod instructors;
pub mod invitations;
pub mod places;
pub mod samples;
pub mod taught;
pub mod teams;
pub mod trials;

use chengzhi_db::{DbError, Row};

/// Reads a code column into its word type.
fn word<T>(row: &Row, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
    let code: String = row.get(column)?;
    read(&code).ok_or_else(|| DbError::Decode {
        column: column.to_owned(),
        wanted: "known code",
    })
}

/// Reads a code column that may be null.
fn word_if<T>(
    row: &Row,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, DbError> {
    match row.get::<Option<String>>(column)? {
        None => Ok(None),
        Some(_) => word(row, column, read).map(Some),
    }
}

/// Lines of a text column.
fn lines(row: &Row, column: &str) -> Result<Vec<String>, DbError> {
    let text: String = row.get(column)?;
    Ok(text
        .split('\n')
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect())
}

/// `code=text` lines of a text column.
fn pairs(row: &Row, column: &str) -> Result<Vec<(String, String)>, DbError> {
    Ok(lines(row, column)?
        .into_iter()
        .filter_map(|line| {
            let (code, text) = line.split_once('=')?;
            Some((code.to_owned(), text.replace('\u{1f}', "\n")))
        })
        .collect())
}

/// Writes `code=text` lines; line feeds inside a text become unit separators.
fn join_pairs(pairs: &[(String, String)]) -> String {
    let lines: Vec<String> = pairs
        .iter()
        .map(|(code, text)| {
            let text: String = text.chars().filter(|c| *c != '\u{1f}').collect();
            format!("{code}={}", text.replace('\n', "\u{1f}"))
        })
        .collect();
    lines.join("\n")
}

/// First and last day of a year, for ranges of text dates.
fn year_days(year: i32) -> (String, String) {
    (format!("{year:04}-01-01"), format!("{year:04}-12-31"))
}

/// What a person typed, for `like`: everything in it stands for itself.
fn like(text: &str) -> String {
    let mut escaped = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped.push('%');
    escaped
}
