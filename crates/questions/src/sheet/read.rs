//! Rows to questions.

use super::cells::{self, Row};
use super::columns::{Columns, Holds, header};
use crate::archive::Archive;
use crate::assemble::{Raw, assemble};
use crate::draft::{Draft, kind_by_word};
use crate::format::{Item, MAX_ITEMS, Unreadable};
use crate::model::{Kind, letter};
use crate::text::{cite, compact};
use crate::validate::Fault;

/// Rows above the header that a title may take.
const TITLE_ROWS: usize = 10;

/// Reads every sheet that has the columns.
pub(crate) fn read(mut archive: Archive<'_>) -> Result<(Vec<Item>, Vec<String>), Unreadable> {
    let mut notes = Vec::new();
    if archive.has_macros() {
        notes.push("文件含有宏，已忽略，未运行。".to_owned());
    }
    let sheets = cells::read(&mut archive)?;
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        return Err(Unreadable::Empty);
    }
    let mut raws: Vec<Raw> = Vec::new();
    let mut used: Vec<&str> = Vec::new();
    for sheet in &sheets {
        let found = sheet
            .rows
            .iter()
            .take(TITLE_ROWS)
            .enumerate()
            .find_map(|(index, row)| header(&row.cells).map(|columns| (index + 1, columns)));
        let Some((below, columns)) = found else {
            continue;
        };
        let own = questions(
            sheet.rows.get(below..).unwrap_or_default(),
            &columns,
            kind_by_word(&sheet.name),
        );
        if !own.is_empty() {
            used.push(&sheet.name);
        }
        raws.extend(own);
        if raws.len() > MAX_ITEMS {
            return Err(Unreadable::TooManyItems);
        }
    }
    if used.is_empty()
        && !sheets
            .iter()
            .any(|sheet| sheet.rows.iter().any(|row| header(&row.cells).is_some()))
    {
        return Err(Unreadable::NoHeader);
    }
    if used.len() > 1 {
        notes.push(format!(
            "题目来自{}个工作表：{}。",
            used.len(),
            used.join("、")
        ));
    }
    Ok((assemble(raws), notes))
}

/// The questions of the rows below a header; `kind` is that of the sheet's name.
pub(super) fn questions(rows: &[Row], columns: &Columns, kind: Option<Kind>) -> Vec<Raw> {
    let mut drafts: Vec<Draft> = Vec::new();
    for row in rows {
        let (draft, part) = draft(row, columns, kind);
        if draft.stem.is_empty() && draft.options.is_empty() && draft.answer.is_none() {
            continue;
        }
        match drafts
            .last_mut()
            .filter(|open| part && open.kind == Some(Kind::Case))
        {
            Some(case) => case.parts.push(draft),
            None => {
                let mut draft = draft;
                if part {
                    draft.faults.push(Fault::format("小题上方没有案例题"));
                }
                drafts.push(draft);
            }
        }
    }
    drafts.into_iter().map(Draft::finish).collect()
}

/// One row, and whether it is a sub-question.
fn draft(row: &Row, columns: &Columns, kind: Option<Kind>) -> (Draft, bool) {
    let mut draft = Draft {
        line: row.number,
        kind,
        ..Draft::default()
    };
    let mut part = false;
    let mut options: Vec<(usize, String)> = Vec::new();
    let mut law = crate::model::Source::default();
    for (cell, holds) in row.cells.iter().zip(columns) {
        let (Some(holds), false) = (holds, cell.is_empty()) else {
            continue;
        };
        let text = cell.clone();
        match holds {
            Holds::Kind => {
                let word = compact(cell);
                let own = match word
                    .strip_prefix("小题")
                    .or_else(|| word.strip_prefix("案例小题"))
                {
                    Some(rest) => {
                        part = true;
                        rest.trim_matches(['-', ':', '(', ')']).to_owned()
                    }
                    None => word,
                };
                draft.kind = kind_by_word(&own);
                if draft.kind.is_none()
                    && !matches!(own.as_str(), "" | "选择题" | "选择" | "客观题")
                {
                    draft
                        .faults
                        .push(Fault::KindForeign(cell.chars().take(20).collect()));
                }
            }
            Holds::Stem => draft.stem = text,
            Holds::Option(at) => options.push((*at, text)),
            Holds::Options => options.extend(split_options(cell).into_iter().enumerate()),
            Holds::Answer => draft.answer = Some(text),
            Holds::Explanation => draft.explanation = text,
            Holds::Field => draft.field_of_law = text,
            Holds::Topic => draft.topic = text,
            Holds::Difficulty => draft.difficulty = text,
            Holds::Law => law.law = text,
            Holds::Article => law.article = text,
            Holds::Version => law.version = text,
            Holds::Author => draft.author = text,
        }
    }
    draft.citation = if law.article.is_empty() && law.version.is_empty() {
        law.law
    } else {
        let bare = law
            .law
            .strip_prefix('《')
            .and_then(|rest| rest.strip_suffix('》'));
        if let Some(bare) = bare.map(str::to_owned) {
            law.law = bare;
        }
        if law.law.is_empty() {
            draft.faults.push(Fault::SourceWithoutLaw);
        }
        // 51 stands for 第五十一条 in many a sheet; it is kept as it was typed.
        cite(&law)
    };
    options.sort_by_key(|(at, _)| *at);
    for (at, text) in options {
        let expected = draft.options.len();
        if at != expected
            && !draft
                .faults
                .iter()
                .any(|f| matches!(f, Fault::OptionsOutOfOrder { .. }))
        {
            draft.faults.push(Fault::OptionsOutOfOrder {
                expected: letter(expected),
                found: letter(at),
            });
        }
        draft.options.push(text);
    }
    (draft, part)
}

/// All options in one cell: a line each, or with `|` between, each with or without its letter.
fn split_options(cell: &str) -> Vec<String> {
    let lettered = crate::word::options_of(cell);
    if lettered.len() > 1 {
        return lettered;
    }
    let sign = if cell.contains('\n') { '\n' } else { '|' };
    cell.split([sign, '｜'])
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect()
}
