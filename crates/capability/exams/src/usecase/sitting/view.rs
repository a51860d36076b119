//! What a candidate's page gets.

use std::collections::BTreeMap;

use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::form::{Asked, AskedPart};
use crate::domain::marking::Answer;
use crate::domain::shuffle::{Shown, letter};

use super::live::Live;
use crate::usecase::pictures::{ExamPictureOut, pictures_out};

/// A sitting as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SittingOut {
    /// Attempt.
    pub attempt: i64,
    /// Title of the exam.
    pub title: String,
    /// `not_started`, `running`, `handed_in`, `collected`, `void`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Number of this device, to be sent back with answers.
    pub device: u32,
    /// Last stored number.
    pub sequence: u64,
    /// Its receipt.
    pub receipt: String,
    /// Its short form, for reading out.
    pub receipt_short: String,
    /// Seconds left.
    pub seconds: i64,
    /// The clock stands.
    pub paused: bool,
    /// Ended when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Questions with an answer.
    pub answered: usize,
    /// Questions.
    pub questions: usize,
    /// The paper, while it is sat.
    pub paper: Option<PaperOut>,
}

/// A paper in one candidate's order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaperOut {
    /// Sections in order.
    pub sections: Vec<SectionOut>,
}

/// A section.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SectionOut {
    /// 一、单选题.
    pub title: String,
    /// How it is answered and marked.
    pub note: String,
    /// Questions.
    pub questions: Vec<QuestionOut>,
}

/// A question without its key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionOut {
    /// To be sent back with an answer.
    pub question: i64,
    /// Number on the paper, from 1.
    pub number: usize,
    /// `single`, `multiple`, `true_false`, `fill_in`, `short_answer`, `case`.
    pub kind: String,
    /// What it is worth, hundredths.
    pub marks: i64,
    /// Facts of the case.
    pub background: Option<String>,
    /// Text.
    pub stem: String,
    /// Pictures that the texts name.
    pub pictures: Vec<ExamPictureOut>,
    /// Options in this candidate's order.
    pub options: Vec<PartOut>,
    /// Sub-questions of a case, each answered by itself.
    pub parts: Vec<QuestionPartOut>,
    /// Gaps of a fill-in.
    pub gaps: usize,
    /// The last saved answer: `{"options": ["A"]}`, `{"truth": true}`, `{"texts": ["…"]}`, `{"parts": [null, …]}`.
    #[schema(value_type = Option<Object>)]
    pub answer: Option<Answer>,
}

/// A sub-question of a case without its key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionPartOut {
    /// `single`, `multiple`, `true_false`, `fill_in`, `short_answer`.
    pub kind: String,
    /// What it is worth, hundredths.
    pub marks: i64,
    /// Text.
    pub stem: String,
    /// Options; their order is the same for everybody.
    pub options: Vec<PartOut>,
    /// Gaps of a fill-in.
    pub gaps: usize,
}

impl From<&AskedPart> for QuestionPartOut {
    fn from(part: &AskedPart) -> Self {
        QuestionPartOut {
            kind: part.kind.code().to_owned(),
            marks: part.marks.hundredths(),
            stem: part.stem.clone(),
            options: options(&part.options, 0..part.options.len()),
            gaps: part.gaps,
        }
    }
}

/// An option.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartOut {
    /// A.
    pub letter: String,
    /// Text.
    pub text: String,
}

/// How a sitting stands, with the paper while it is sat.
pub fn sitting_out(live: &Live, now: Timestamp) -> SittingOut {
    use crate::domain::sitting::State;
    let state = live.sitting.state_at(now);
    let remaining = live
        .sitting
        .clock
        .as_ref()
        .map(|clock| clock.remaining(now));
    let link = live.link();
    SittingOut {
        attempt: live.id.get(),
        title: live.printed.title.clone(),
        state: state.code().to_owned(),
        state_name: state.name().to_owned(),
        device: live.sitting.device,
        sequence: live.sitting.sequence,
        receipt: link.to_string(),
        receipt_short: link.short(),
        seconds: remaining.map_or(0, |left| left.seconds),
        paused: remaining.is_some_and(|left| left.paused),
        ended_at: live.sitting.ended,
        answered: live.answered(),
        questions: live.printed.form.questions.len(),
        paper: (state == State::Running).then(|| paper(live)),
    }
}

fn paper(live: &Live) -> PaperOut {
    let mut sections: Vec<SectionOut> = live
        .printed
        .form
        .sections
        .iter()
        .map(|head| SectionOut {
            title: head.title.clone(),
            note: head.note.clone(),
            questions: Vec::new(),
        })
        .collect();
    let asked: BTreeMap<_, &Asked> = live
        .printed
        .form
        .questions
        .iter()
        .map(|asked| (asked.question, asked))
        .collect();
    for (number, shown) in (1..).zip(live.printed.order(live.person)) {
        let (Some(asked), Some(section)) =
            (asked.get(&shown.question), sections.get_mut(shown.section))
        else {
            continue;
        };
        section
            .questions
            .push(question(live, asked, &shown, number));
    }
    PaperOut { sections }
}

/// Options in an order of their places, lettered from A on.
fn options(texts: &[String], order: impl Iterator<Item = usize>) -> Vec<PartOut> {
    order
        .enumerate()
        .filter_map(|(place, bank)| {
            Some(PartOut {
                letter: letter(place)?.to_string(),
                text: texts.get(bank)?.clone(),
            })
        })
        .collect()
}

fn question(live: &Live, asked: &Asked, shown: &Shown, number: usize) -> QuestionOut {
    let answer = live
        .answers
        .get(&asked.question)
        .and_then(|stored| asked.show(stored, shown).ok());
    QuestionOut {
        question: asked.question.get(),
        number,
        kind: asked.kind.code().to_owned(),
        marks: asked.marks.hundredths(),
        background: asked.background.clone(),
        stem: asked.stem.clone(),
        pictures: pictures_out(asked, &format!("exams/sittings/{}", live.id)),
        options: options(&asked.options, shown.options.iter().copied()),
        parts: asked.parts.iter().map(QuestionPartOut::from).collect(),
        gaps: asked.gaps,
        answer,
    }
}
