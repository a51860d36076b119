//! Tables on paper: any list (花名册, 通报), and the list of results (成绩单).

use chengzhi_kernel::{Date, Quantity};
use serde::Serialize;
use serde_json::Value;

use super::{check_rows, own_fields, words};
use crate::{Document, DocumentError};

/// Columns of one table: more do not fit on a page.
const MAX_COLUMNS: usize = 20;
/// The share of cells a column is made wide enough for where the page is narrow; the longest names
/// wrap.
const USUAL_PERCENT: usize = 90;

/// Where a column's texts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Texts of different lengths.
    Left,
    /// Short texts of equal length: names, dates, verdicts.
    Center,
    /// Numbers.
    Right,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub struct ReportColumn {
    /// Its heading.
    pub title: String,
    /// Where its texts stand.
    pub align: Align,
    /// Its share of what the fitting columns leave, or none for a column as wide as its texts.
    /// Give long texts a share, so that they wrap.
    pub share: Option<u8>,
}

impl ReportColumn {
    /// A column as wide as its texts.
    pub fn fitting(title: impl Into<String>, align: Align) -> Self {
        ReportColumn {
            title: title.into(),
            align,
            share: None,
        }
    }

    /// A column of long texts with a share of the width.
    pub fn sharing(title: impl Into<String>, align: Align, share: u8) -> Self {
        ReportColumn {
            title: title.into(),
            align,
            share: Some(share),
        }
    }
}

/// A table with a title, for lists and circulars. Its head stands on every page.
#[derive(Debug, Clone, Serialize)]
pub struct TableReport {
    /// The title.
    pub title: String,
    /// A line below it: a class, a month. Empty: none.
    pub subtitle: String,
    /// Paragraphs before the table.
    pub introduction: Vec<String>,
    /// The columns, at most 20.
    pub columns: Vec<ReportColumn>,
    /// The rows; each has a text for each column.
    pub rows: Vec<Vec<String>>,
    /// Numbered notes (注) after the table.
    pub notes: Vec<String>,
    /// Whether the page lies on its side, for many columns.
    pub landscape: bool,
    /// The unit that signs below. Empty: none.
    pub issuer: String,
    /// The day below it.
    #[serde(serialize_with = "words::as_plain_option")]
    pub date: Option<Date>,
}

impl Document for TableReport {
    fn template(&self) -> &'static str {
        "table_report.typ"
    }

    fn name(&self) -> &'static str {
        "表格文书"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        check_rows(self.rows.len())?;
        if self.columns.is_empty() || self.columns.len() > MAX_COLUMNS {
            return Err(DocumentError::Content(format!(
                "表格应有 1 至 {MAX_COLUMNS} 列"
            )));
        }
        if let Some(place) = self.rows.iter().position(|r| r.len() != self.columns.len()) {
            return Err(DocumentError::Content(format!(
                "表格第 {} 行有 {} 格，应有 {} 格",
                place + 1,
                self.rows.get(place).map_or(0, Vec::len),
                self.columns.len()
            )));
        }
        let mut data = own_fields(self)?;
        for (place, column) in self.columns.iter().enumerate() {
            let mut widths: Vec<u32> = self
                .rows
                .iter()
                .filter_map(|row| row.get(place))
                .map(|text| words::width(text))
                .collect();
            widths.sort_unstable();
            let usual = widths.len() * USUAL_PERCENT / 100;
            data["columns"][place]["widest"] = widths.last().copied().unwrap_or(0).into();
            data["columns"][place]["usual"] = widths.get(usual).copied().unwrap_or(0).into();
            data["columns"][place]["titled"] = words::width(&column.title).into();
        }
        Ok(data)
    }
}

/// A candidate's line.
#[derive(Debug, Clone)]
pub struct ScoreRow {
    /// His unit.
    pub unit: String,
    /// His name.
    pub name: String,
    /// The number of his ticket. Empty: none.
    pub number: String,
    /// His mark for each subject; none for one not taken.
    pub scores: Vec<Option<Quantity>>,
    /// 合格, 不合格, 缺考.
    pub verdict: String,
    /// Anything else.
    pub note: String,
}

/// A list of results (成绩单).
#[derive(Debug, Clone)]
pub struct ScoreList {
    /// The exam or class.
    pub title: String,
    /// A line below it. Empty: none.
    pub subtitle: String,
    /// The subjects: a column each, right-aligned.
    pub subjects: Vec<String>,
    /// The candidates, in the order of printing.
    pub rows: Vec<ScoreRow>,
    /// Numbered notes after the table, for instance the pass mark.
    pub notes: Vec<String>,
    /// The unit that signs below.
    pub issuer: String,
    /// The day below it.
    pub date: Date,
}

impl ScoreList {
    /// The list as a table, to be changed before it is printed.
    #[must_use]
    pub fn report(&self) -> TableReport {
        let numbered = self.rows.iter().any(|row| !row.number.is_empty());
        let noted = self.rows.iter().any(|row| !row.note.is_empty());
        let mut columns = vec![
            ReportColumn::fitting("序号", Align::Right),
            ReportColumn::sharing("单位", Align::Left, 3),
            ReportColumn::fitting("姓名", Align::Center),
        ];
        if numbered {
            columns.push(ReportColumn::fitting("准考证号", Align::Center));
        }
        for subject in &self.subjects {
            columns.push(ReportColumn::fitting(subject, Align::Right));
        }
        columns.push(ReportColumn::fitting("结论", Align::Center));
        if noted {
            columns.push(ReportColumn::sharing("备注", Align::Left, 2));
        }
        let line = |(place, row): (usize, &ScoreRow)| {
            let mut cells = vec![(place + 1).to_string(), row.unit.clone(), row.name.clone()];
            if numbered {
                cells.push(row.number.clone());
            }
            let score =
                |score: &Option<Quantity>| score.map_or("—".to_owned(), |s| s.to_string());
            cells.extend(row.scores.iter().map(score));
            cells.push(row.verdict.clone());
            if noted {
                cells.push(row.note.clone());
            }
            cells
        };
        TableReport {
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            introduction: Vec::new(),
            landscape: self.subjects.len() > 4,
            columns,
            rows: self.rows.iter().enumerate().map(line).collect(),
            notes: self.notes.clone(),
            issuer: self.issuer.clone(),
            date: Some(self.date),
        }
    }
}

impl Document for ScoreList {
    fn template(&self) -> &'static str {
        "table_report.typ"
    }

    fn name(&self) -> &'static str {
        "成绩单"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        self.report().data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(rows: Vec<Vec<Option<Quantity>>>) -> ScoreList {
        ScoreList {
            title: "成绩单".to_owned(),
            subtitle: String::new(),
            subjects: vec!["法律".to_owned(), "实务".to_owned()],
            rows: rows
                .into_iter()
                .map(|scores| ScoreRow {
                    unit: "一中队".to_owned(),
                    name: "王某".to_owned(),
                    number: String::new(),
                    scores,
                    verdict: "合格".to_owned(),
                    note: String::new(),
                })
                .collect(),
            notes: Vec::new(),
            issuer: "局".to_owned(),
            date: Date::from_ymd_opt(2024, 11, 20).unwrap(),
        }
    }

    #[test]
    fn a_list_of_results_shows_columns_that_hold_something() {
        let data = scores(vec![vec![Some(Quantity::from_thousandths(85_500)), None]])
            .data()
            .unwrap();
        let titles: Vec<&str> = data["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["title"].as_str().unwrap())
            .collect();
        assert_eq!(titles, ["序号", "单位", "姓名", "法律", "实务", "结论"]);
        assert_eq!(data["rows"][0][3], "85.5");
        assert_eq!(data["rows"][0][4], "—");
    }

    #[test]
    fn a_row_with_too_few_cells_is_named() {
        let error = scores(vec![vec![None, None], vec![None]])
            .data()
            .unwrap_err()
            .to_string();
        assert!(error.contains("第 2 行有 5 格，应有 6 格"), "{error}");
    }
}
