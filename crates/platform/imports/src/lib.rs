//! Sheets that are read first and stored later: every row gets a verdict, somebody looks at the verdicts, then the good
//! rows are stored. What a row means, and its verdict, is the capability's; reading, counting and the refusals that
//! every such import has are here.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::collections::BTreeMap;

use chengzhi_http::{Problem, Unknown, Upload};
use chengzhi_sheets::{Table, read_table};

/// A row with its verdict, as a capability keeps and sends it.
pub trait Judged {
    /// `new`, `changed`: would be stored; `same`, `empty`: nothing to store; `broken`: has a fault.
    fn verdict(&self) -> &str;

    /// Makes it `broken` and says why.
    fn refuse(&mut self, text: String);
}

/// Reads an uploaded sheet beside the server's threads: its first row are the columns, of which `required` must be
/// there; it may have `most` rows below.
///
/// # Errors
/// 422 on the field `file` for a sheet that cannot be used.
pub async fn read(
    upload: &Upload,
    required: &'static [&'static str],
    most: usize,
) -> Result<Table, Problem> {
    let bytes = upload.bytes.clone();
    tokio::task::spawn_blocking(move || read_table(&bytes, required, most))
        .await
        .map_err(|error| Unknown::log(&error))?
        .map_err(|error| Problem::field("file", error.to_string()))
}

/// 工号 that stand in the rows read so far, each with its first row.
#[derive(Debug, Default)]
pub struct Once(BTreeMap<String, u32>);

impl Once {
    /// Refuses a row whose 工号 stands in an earlier one; `line` is its row of the sheet.
    pub fn check(&mut self, staff_no: &str, line: u32, row: &mut impl Judged) {
        if let Some(first) = self.0.insert(staff_no.to_owned(), line) {
            row.refuse(format!("与第{first}行工号重复"));
        }
    }
}

/// Rows by what becomes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Would be stored.
    pub good: u32,
    /// As stored, or empty.
    pub same: u32,
    /// With a fault.
    pub broken: u32,
}

impl Tally {
    /// Counts the verdicts.
    #[must_use]
    pub fn of(rows: &[impl Judged]) -> Self {
        let count = |words: &[&str]| {
            let found = rows.iter().filter(|row| words.contains(&row.verdict()));
            u32::try_from(found.count()).unwrap_or(u32::MAX)
        };
        Tally {
            good: count(&["new", "changed"]),
            same: count(&["same", "empty"]),
            broken: count(&["broken"]),
        }
    }
}

/// Whether the good rows may be stored; `leave_out` says that broken rows may stay out. The refusals' codes begin with
/// `prefix`.
///
/// # Errors
/// 409 `…_broken` with the number of broken rows.
pub fn may_store(rows: &[impl Judged], leave_out: bool, prefix: &str) -> Result<(), Problem> {
    let broken = Tally::of(rows).broken;
    if broken == 0 || leave_out {
        return Ok(());
    }
    Err(Problem::conflict(
        &format!("{prefix}_broken"),
        format!("还有{broken}行有误。请改正后重新上传，或确认只导入无误的行。"),
    ))
}

/// 409 `…_nothing`: no row is to be stored.
#[must_use]
pub fn nothing(prefix: &str) -> Problem {
    Problem::conflict(&format!("{prefix}_nothing"), "没有可导入的行。")
}

/// 409 `…_done`: the sheet is stored already.
#[must_use]
pub fn done(prefix: &str) -> Problem {
    Problem::conflict(
        &format!("{prefix}_done"),
        "这张成绩表已经导入，无需重复导入。",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    struct Row(String);

    impl Judged for Row {
        fn verdict(&self) -> &str {
            &self.0
        }

        fn refuse(&mut self, _text: String) {
            "broken".clone_into(&mut self.0);
        }
    }

    fn rows(verdicts: &[&str]) -> Vec<Row> {
        verdicts
            .iter()
            .map(|word| Row((*word).to_owned()))
            .collect()
    }

    #[test]
    fn broken_rows_stay_out_only_by_word() {
        let sheet = rows(&["new", "changed", "same", "empty", "broken"]);
        let tally = Tally {
            good: 2,
            same: 2,
            broken: 1,
        };
        assert_eq!(Tally::of(&sheet), tally);
        let refused = may_store(&sheet, false, "exams.import").unwrap_err();
        assert_eq!(refused.code(), "exams.import_broken");
        assert!(refused.detail().contains("1行"), "{}", refused.detail());
        assert!(may_store(&sheet, true, "exams.import").is_ok());
        assert!(may_store(&rows(&["new"]), false, "exams.import").is_ok());
    }

    #[test]
    fn the_second_row_of_somebody_is_refused() {
        let mut once = Once::default();
        let mut list = rows(&["new", "new", "new"]);
        for (line, (staff_no, row)) in ["31001", "31002", "31001"]
            .iter()
            .zip(&mut list)
            .enumerate()
        {
            once.check(staff_no, u32::try_from(line).unwrap() + 2, row);
        }
        assert_eq!(list, rows(&["new", "new", "broken"]));
    }
}
