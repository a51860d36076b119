//! The forms for people: comma-separated text, a workbook, an aligned table.

use chengzhi_kernel::Quantity;
use chengzhi_rules::assess::{ComponentResult, Outcome, State};
use chengzhi_sheets::{Column, SheetData, Value, write_xlsx};

use super::judge::Line;

const HEADER: [&str; 20] = [
    "工号",
    "姓名",
    "区局",
    "中队",
    "考核",
    "结果",
    "网训应学学时",
    "网训应得学分",
    "网训已得学时",
    "网训已得学分",
    "集训应学学时",
    "集训应得学分",
    "集训已得学时",
    "集训已得学分",
    "科队应学月份",
    "科队应学学时",
    "科队已得学时",
    "科队缺学月份",
    "依据",
    "原因",
];

/// Which columns hold numbers.
const NUMBERS: [usize; 10] = [6, 7, 8, 9, 10, 11, 12, 13, 15, 16];

/// One person's cells.
pub type PlainRow = Vec<Cell>;

/// A cell.
pub enum Cell {
    /// Text.
    Text(String),
    /// Hours or credits.
    Number(Quantity),
}

/// The cells of one person.
#[must_use]
pub fn row(line: &Line<'_>) -> PlainRow {
    let a = &line.assessment;
    let own = |bytes: &[u8]| Cell::Text(String::from_utf8_lossy(bytes).into_owned());
    let word = |text: &str| Cell::Text(text.to_owned());
    let mut cells = vec![
        own(&line.person.staff_no),
        own(&line.person.name),
        own(&line.person.district),
        own(&line.person.squad),
        word(match a.state {
            State::Full => "全年考核",
            State::Partial => "部分考核",
            State::NotAssessed => "不考核",
        }),
        word(match a.result {
            Some(Outcome::Met) => "达标",
            Some(Outcome::NotMet) => "未达标",
            None => "",
        }),
    ];
    let mut component = |c: &ComponentResult| {
        let parts = [
            c.required_hours,
            c.required_credits,
            c.earned_hours,
            c.earned_credits,
        ];
        cells.extend(parts.into_iter().map(Cell::Number));
    };
    component(&a.online);
    component(&a.district);
    let months = |set: chengzhi_rules::assess::MonthSet| {
        let list: Vec<String> = set.iter().map(|m| m.to_string()).collect();
        Cell::Text(list.join("、"))
    };
    cells.push(months(a.squad.months));
    cells.push(Cell::Number(a.squad.required_hours));
    cells.push(Cell::Number(a.squad.earned_hours));
    cells.push(months(a.squad.missing));
    let clauses: Vec<&str> = line.reasons.iter().map(|r| r.clause.as_str()).collect();
    let texts: Vec<&str> = line.reasons.iter().map(|r| r.text.as_str()).collect();
    cells.push(Cell::Text(clauses.join("；")));
    cells.push(Cell::Text(texts.join("；")));
    cells
}

/// Appends one person as a line of comma-separated text.
pub fn write_csv(line: &Line<'_>, out: &mut Vec<u8>) {
    for (index, cell) in row(line).iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match cell {
            Cell::Number(q) => out.extend_from_slice(q.to_string().as_bytes()),
            Cell::Text(text) => csv_text(text, out),
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn csv_text(text: &str, out: &mut Vec<u8>) {
    if text.contains([',', '"', '\n', '\r']) {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Puts the header before the lines.
pub fn frame_csv(mut parts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut framed = vec![format!("{}\r\n", HEADER.join(",")).into_bytes()];
    framed.append(&mut parts);
    framed
}

/// A workbook with one sheet.
#[must_use]
pub fn workbook(year: i32, rows: Vec<PlainRow>) -> Vec<u8> {
    let columns = HEADER.iter().enumerate().map(|(index, title)| {
        if NUMBERS.contains(&index) {
            Column::number(*title, 12)
        } else {
            Column::text(*title, if index >= 18 { 60 } else { 14 })
        }
    });
    let value = |cell: Cell| match cell {
        Cell::Text(text) if text.is_empty() => Value::Empty,
        Cell::Text(text) => Value::text(text),
        Cell::Number(q) => Value::number(q.thousandths()),
    };
    let sheet = SheetData {
        title: format!("{year}年学时学分考核"),
        columns: columns.collect(),
        rows: rows
            .into_iter()
            .map(|row| row.into_iter().map(value).collect())
            .collect(),
        notes: Vec::new(),
    };
    write_xlsx(&[sheet]).unwrap_or_default()
}

/// An aligned table of the main columns with a closing line of totals.
#[must_use]
pub fn table(rows: &[PlainRow]) -> String {
    const SHOWN: [usize; 9] = [0, 1, 4, 5, 8, 12, 16, 17, 19];
    const TITLES: [&str; 9] = [
        "工号",
        "姓名",
        "考核",
        "结果",
        "网训",
        "集训",
        "科队",
        "缺学月份",
        "原因",
    ];
    let cell = |row: &PlainRow, index: usize| match row.get(index) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(q)) => match row.get(index - if index == 16 { 1 } else { 2 }) {
            Some(Cell::Number(required)) => format!("{q}/{required}"),
            _ => q.to_string(),
        },
        None => String::new(),
    };
    let mut lines = vec![TITLES.map(str::to_owned).to_vec()];
    lines.extend(
        rows.iter()
            .map(|row| SHOWN.iter().map(|i| cell(row, *i)).collect::<Vec<_>>()),
    );
    let widths: Vec<usize> = (0..SHOWN.len())
        .map(|i| {
            lines
                .iter()
                .filter_map(|l| l.get(i))
                .map(|c| width(c))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for line in &lines {
        for (index, (text, wide)) in line.iter().zip(&widths).enumerate() {
            out.push_str(text);
            if index + 1 < line.len() {
                out.push_str(&" ".repeat(wide - width(text) + 2));
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    let count = |index: usize, word: &str| {
        rows.iter()
            .filter(|r| matches!(r.get(index), Some(Cell::Text(t)) if t == word))
            .count()
    };
    out.push_str(&format!(
        "共{}人：全年考核{}人，部分考核{}人，不考核{}人；达标{}人，未达标{}人\n",
        rows.len(),
        count(4, "全年考核"),
        count(4, "部分考核"),
        count(4, "不考核"),
        count(5, "达标"),
        count(5, "未达标")
    ));
    out
}

/// Columns a text takes on a terminal: two for Chinese, one otherwise.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| if (c as u32) < 0x1100 { 1 } else { 2 })
        .sum()
}
