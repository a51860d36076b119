//! Tables of training classes.

pub mod certificates;
pub mod checks;
pub mod classes;
pub mod closings;
pub mod evaluations;
pub mod extras;
pub mod filings;
pub mod leaves;
pub mod lessons;
pub mod outlooks;
pub mod outsiders;
pub mod plans;
pub mod requests;
pub mod results;
pub mod scan_reads;
pub mod scans;
pub mod taken;
pub mod trainees;

use chengzhi_db::DbError;

/// A stored word that nobody knows.
fn unknown(column: &str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted: "known word",
    }
}

/// Codes kept as one text.
fn codes(text: &str) -> Vec<String> {
    text.split(',')
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect()
}
