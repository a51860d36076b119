//! A sealed form as it is printed for a room without network: its text, its pictures from the bank.

use std::collections::BTreeMap;

use chengzhi_db::{Tx, digest};
use chengzhi_documents::model::{
    ExamPaper, PaperPicture, PaperQuestion, PaperSection, QuestionKind,
};
use chengzhi_http::Problem;
use chengzhi_kernel::Quantity;

use crate::domain::blueprint::Kind;
use crate::domain::form::{Asked, AskedPart, Form};
use crate::domain::{Marks, QuestionId};

use super::bank;
use super::case::Case;
use super::papers::form_name;

const fn amount(marks: Marks) -> Quantity {
    Quantity::from_thousandths(marks.0 * 10)
}

const fn kind(kind: Kind) -> QuestionKind {
    match kind {
        Kind::Single => QuestionKind::Single,
        Kind::Multiple => QuestionKind::Multiple,
        Kind::TrueFalse => QuestionKind::TrueFalse,
        Kind::FillIn => QuestionKind::FillIn,
        Kind::ShortAnswer => QuestionKind::ShortAnswer,
        Kind::Case => QuestionKind::Case,
    }
}

/// Bytes of pictures by their digests.
pub type Drawn = BTreeMap<String, Vec<u8>>;

/// The pictures of a form, from the bank. One that it does not have any more leaves its name in the text.
pub(super) async fn drawn(tx: &mut Tx, form: &Form) -> Result<Drawn, Problem> {
    let with: Vec<QuestionId> = form
        .questions
        .iter()
        .filter(|asked| !asked.pictures.is_empty())
        .map(|asked| asked.question)
        .collect();
    Ok(bank::contents(tx, &with)
        .await?
        .into_values()
        .flat_map(|content| content.pictures)
        .map(|picture| (digest(&picture.content), picture.content))
        .collect())
}

fn pictures(asked: &Asked, drawn: &Drawn) -> Vec<PaperPicture> {
    asked
        .pictures
        .iter()
        .filter_map(|one| {
            Some(PaperPicture {
                name: one.name.clone(),
                mark: one.digest.clone(),
                content: drawn.get(&one.digest)?.clone(),
            })
        })
        .collect()
}

/// Lines for a written answer on paper.
const fn lines(kind: Kind) -> u8 {
    match kind {
        Kind::ShortAnswer => 8,
        Kind::Case => 14,
        _ => 0,
    }
}

fn part(asked: &AskedPart, pictures: &[PaperPicture]) -> PaperQuestion {
    PaperQuestion {
        kind: Some(kind(asked.kind)),
        stem: asked.stem.clone(),
        marks: amount(asked.marks),
        options: asked.options.clone(),
        pictures: pictures.to_vec(),
        lines: lines(asked.kind),
        parts: Vec::new(),
    }
}

fn question(asked: &Asked, drawn: &Drawn) -> PaperQuestion {
    let pictures = pictures(asked, drawn);
    PaperQuestion {
        kind: None,
        stem: match &asked.background {
            Some(background) => format!("{background}\n{}", asked.stem),
            None => asked.stem.clone(),
        },
        marks: amount(asked.marks),
        options: asked.options.clone(),
        lines: lines(asked.kind),
        parts: asked.parts.iter().map(|one| part(one, &pictures)).collect(),
        pictures,
    }
}

/// A sealed form as a paper to be printed, in the bank's order: the same for everybody in the room.
#[must_use]
pub fn exam_paper(case: &Case, form: &Form, place: usize, drawn: &Drawn) -> ExamPaper {
    let mut sections: Vec<PaperSection> = Vec::new();
    let mut last = None;
    for asked in &form.questions {
        if last != Some((asked.section, asked.kind)) {
            last = Some((asked.section, asked.kind));
            sections.push(PaperSection {
                kind: kind(asked.kind),
                instruction: String::new(),
                questions: Vec::new(),
            });
        }
        if let Some(section) = sections.last_mut() {
            section.questions.push(question(asked, drawn));
        }
    }
    ExamPaper {
        exam: case.session.title.clone(),
        subject: String::new(),
        form: format!("{}卷", form_name(place)),
        minutes: u32::try_from(case.session.terms.duration / 60).unwrap_or(0),
        instructions: vec![
            "答题前请在密封线内填写单位、姓名和准考证号。".to_owned(),
            "答案写在答题纸上，写在试卷上无效。".to_owned(),
            "考试结束后试卷和答题纸一并交回。".to_owned(),
        ],
        answers_on_paper: false,
        sections,
    }
}
