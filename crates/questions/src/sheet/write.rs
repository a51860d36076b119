//! Questions to rows, and the template.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError,
};

use super::cells::Row;
use super::columns::{Columns, Holds};
use super::read;
use crate::assemble::assemble;
use crate::draft::{answer_for_people, part_questions};
use crate::format::Written;
use crate::lossless::carry;
use crate::model::{Kind, Question, letter};
use crate::text::trim;

/// Options of an empty template.
const USUAL_OPTIONS: usize = 6;
/// Most UTF-16 units of a cell.
const MAX_CELL: usize = 32_767;

const NOTES: [&str; 10] = [
    "一、每行一道题，第1行表头不要改动。题型填单选题、多选题、判断题、填空题、简答题、案例题。",
    "二、单选题、多选题从“选项A”起依次填写，中间不留空；答案填字母，如 B 或 ABD。",
    "三、判断题不填选项，答案填对或错。",
    "四、填空题在题干中用 ____ 或（　）标出空；多个空的答案用“；”分开，同一空的不同写法用“|”分开。",
    "五、简答题的答案填参考答案，确无参考答案的填“略”。",
    "六、案例题先用一行写案情，题型填案例题；下面每行一个小题，题型填小题单选题、小题多选题、小题判断题、小题填空题或小题简答题。",
    "七、难度填1至5的整数，5最难，可不填。",
    "八、依据法律填全称（不加书名号），条填“第五十一条第一款”，版本填修订年份，可不填。",
    "九、文字中的“；”“|”“/”如属于答案本身，请在前面加反斜杠。",
    "十、表格不能带图片；有图片的题请用Word导入。",
];

/// The columns in the order of the template.
fn columns(options: usize) -> Vec<(Holds, String, f64)> {
    let mut columns = vec![
        (Holds::Kind, "题型".to_owned(), 12.0),
        (Holds::Stem, "题干".to_owned(), 60.0),
    ];
    columns.extend((0..options).map(|at| (Holds::Option(at), format!("选项{}", letter(at)), 18.0)));
    columns.extend([
        (Holds::Answer, "答案".to_owned(), 16.0),
        (Holds::Explanation, "解析".to_owned(), 40.0),
        (Holds::Field, "法律门类".to_owned(), 14.0),
        (Holds::Topic, "知识点".to_owned(), 14.0),
        (Holds::Difficulty, "难度".to_owned(), 6.0),
        (Holds::Law, "依据法律".to_owned(), 24.0),
        (Holds::Article, "条".to_owned(), 16.0),
        (Holds::Version, "版本".to_owned(), 10.0),
        (Holds::Author, "作者".to_owned(), 10.0),
    ]);
    columns
}

fn row(question: &Question, part: bool, columns: &[(Holds, String, f64)]) -> Vec<String> {
    let source = question.source.as_ref();
    columns
        .iter()
        .map(|(holds, _, _)| match holds {
            Holds::Kind => format!(
                "{}{}",
                if part { "小题" } else { "" },
                question.kind.chinese()
            ),
            Holds::Stem => question.stem.clone(),
            Holds::Option(at) => question.options.get(*at).cloned().unwrap_or_default(),
            Holds::Answer => answer_for_people(question.kind, &question.answer),
            Holds::Explanation => question.explanation.clone(),
            Holds::Field => question.field_of_law.clone(),
            Holds::Topic => question.topic.clone(),
            Holds::Difficulty => question
                .difficulty
                .map(|level| level.to_string())
                .unwrap_or_default(),
            Holds::Law => source.map(|source| source.law.clone()).unwrap_or_default(),
            Holds::Article => source
                .map(|source| source.article.clone())
                .unwrap_or_default(),
            Holds::Version => source
                .map(|source| source.version.clone())
                .unwrap_or_default(),
            Holds::Author => question.author.clone(),
            Holds::Options => String::new(),
        })
        .collect()
}

/// Writes a workbook; sheets carry no pictures.
pub(crate) fn write(questions: &[Question]) -> Written {
    let most = questions
        .iter()
        .flat_map(|question| {
            let parts = question.parts.iter().map(|part| part.options.len());
            parts.chain([question.options.len()])
        })
        .max()
        .unwrap_or(0)
        .clamp(USUAL_OPTIONS, 26);
    let columns = columns(most);
    let holds: Columns = columns.iter().map(|(holds, _, _)| Some(*holds)).collect();
    let emit = |question: &Question| {
        let mut rows = vec![row(question, false, &columns)];
        rows.extend(part_questions(question).map(|part| row(&part, true, &columns)));
        let long = |cell: &String| cell.len() > MAX_CELL && cell.encode_utf16().count() > MAX_CELL;
        if rows.iter().flatten().any(long) {
            return Err("文字超过一个单元格能容纳的长度".to_owned());
        }
        Ok(rows)
    };
    let reread = |rows: &Vec<Vec<String>>| {
        let rows: Vec<Row> = rows
            .iter()
            .zip(2..)
            .map(|(cells, number)| Row {
                number,
                cells: cells.iter().map(|cell| trim(cell).to_owned()).collect(),
            })
            .collect();
        assemble(read::questions(&rows, &holds, None))
    };
    let carried = carry(questions, false, emit, reread);
    let rows: Vec<Vec<String>> = carried
        .pieces
        .into_iter()
        .flat_map(|(_, rows)| rows)
        .collect();
    Written {
        // The library refuses only cells longer than the limit that `emit` keeps.
        bytes: book(&columns, &rows).unwrap_or_default(),
        lost: carried.lost,
    }
}

/// The empty template with its explanations.
#[must_use]
pub fn template() -> Vec<u8> {
    book(&columns(USUAL_OPTIONS), &[]).unwrap_or_default()
}

fn book(columns: &[(Holds, String, f64)], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same questions give the same file: no clock is read.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xEA_F0_F8))
        .set_align(FormatAlign::VerticalCenter);
    // "@" keeps what is typed from becoming a number or a date.
    let plain = Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let sheet = book.add_worksheet();
    sheet.set_name("题目")?;
    sheet.set_freeze_panes(1, 0)?;
    for (index, (_, title, width)) in columns.iter().enumerate() {
        let at = u16::try_from(index).unwrap_or(u16::MAX);
        sheet.set_column_width(at, *width)?;
        sheet.set_column_format(at, &plain)?;
        sheet.write_string_with_format(0, at, title, &head)?;
    }
    let mut kinds: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| kind.chinese().to_owned())
        .collect();
    kinds.extend(
        Kind::ALL[..5]
            .iter()
            .map(|kind| format!("小题{}", kind.chinese())),
    );
    let choice = DataValidation::new().allow_list_strings(&kinds)?;
    sheet.add_data_validation(1, 0, 9_999, 0, &choice)?;
    for (index, row) in rows.iter().enumerate() {
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        for (column, cell) in row.iter().enumerate() {
            if !cell.is_empty() {
                let at = u16::try_from(column).unwrap_or(u16::MAX);
                sheet.write_string_with_format(line, at, cell, &plain)?;
            }
        }
    }
    let notes = book.add_worksheet();
    notes.set_name("填写说明")?;
    notes.set_column_width(0, 100)?;
    for (index, note) in NOTES.iter().enumerate() {
        notes.write_string(u32::try_from(index).unwrap_or(u32::MAX), 0, *note)?;
    }
    book.save_to_buffer()
}
