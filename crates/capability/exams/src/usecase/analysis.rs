//! Item analysis of a session and weak fields of law. What is learned about questions is learned from first attempts: who
//! sits again has seen some of them.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::analysis::{self as figures, Item, Replies, Reply, Sheet, reliability};
use crate::domain::form::{Asked, Form, says_something};
use crate::domain::marking::{Answer, Key};
use crate::domain::session::State;
use crate::domain::shuffle::letter;
use crate::domain::weakness::{FieldRate, by_field};
use crate::domain::{AttemptId, QuestionId};

use super::case::Case;
use super::content::Fact;
use super::judge::{Hall, hall};
use super::papers::{built, form_name};

fn sheet(asked: &Asked) -> Sheet {
    let right = match &asked.key {
        Some(Key::Options(letters) | Key::AnyOf(letters)) => letters.clone(),
        _ => BTreeSet::new(),
    };
    Sheet {
        question: asked.question,
        full: asked.marks,
        options: (0..asked.options.len()).filter_map(letter).collect(),
        right,
    }
}

/// Replies of everybody who sat one form.
fn replies(hall: &Hall, form: i64, seconds: &Seconds) -> Vec<Replies> {
    hall.candidates
        .iter()
        .filter_map(|row| {
            let attempt = hall.of(row.candidate.person).first()?;
            (attempt.form == form).then_some(attempt)
        })
        .filter_map(|attempt| {
            let counted = hall.count(attempt, &hall.changes, None)?;
            let sheet = hall.sheets.get(&attempt.id);
            let mut replies = Replies::new();
            for given in &counted.given {
                let answer = sheet.and_then(|sheet| sheet.answers.get(&given.question));
                let Some(answer) = answer.filter(|answer| says_something(answer)) else {
                    continue;
                };
                let chosen = match answer {
                    Answer::Options(chosen) => chosen.clone(),
                    _ => BTreeSet::new(),
                };
                let spent = seconds
                    .get(&attempt.id)
                    .and_then(|one| one.get(&given.question));
                let reply = Reply {
                    got: given.got.unwrap_or_default(),
                    chosen,
                    seconds: spent.copied(),
                };
                replies.insert(given.question, reply);
            }
            Some(replies)
        })
        .collect()
}

/// Seconds that each attempt spent on each question until its first answer.
pub(super) type Seconds = BTreeMap<AttemptId, BTreeMap<QuestionId, u32>>;

/// From the answer before (or the start) to the first answer of each question.
pub(super) fn seconds(hall: &Hall) -> Seconds {
    let mut found = Seconds::new();
    for attempt in hall.firsts() {
        let Some(saved) = hall.times.get(&attempt.id) else {
            continue;
        };
        let mut last = attempt.sitting(&hall.terms).clock.map(|clock| clock.start);
        let own = found.entry(attempt.id).or_default();
        for (question, at) in saved {
            if let Some(before) = last {
                let spent = u32::try_from(at.seconds_since(before).max(0)).unwrap_or(u32::MAX);
                own.entry(*question).or_insert(spent);
            }
            last = Some(*at);
        }
    }
    found
}

/// All items over all forms, for the bank: a question on several forms is judged over all who had it.
#[must_use]
pub fn items(hall: &Hall) -> Vec<Item> {
    let none = Seconds::new();
    let mut found: BTreeMap<QuestionId, Item> = BTreeMap::new();
    for (id, form) in &hall.forms {
        for item in items_of(hall, *id, form, &none) {
            // The form on which more candidates had it says more.
            match found.get(&item.question) {
                Some(known) if known.candidates >= item.candidates => {}
                _ => {
                    found.insert(item.question, item);
                }
            }
        }
    }
    found.into_values().collect()
}

fn items_of(hall: &Hall, id: i64, form: &Form, seconds: &Seconds) -> Vec<Item> {
    let sheets: Vec<Sheet> = form.questions.iter().map(sheet).collect();
    figures::analyse(&sheets, &replies(hall, id, seconds))
}

/// An option's row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamOptionOut {
    /// Letter.
    pub letter: String,
    /// Right.
    pub right: bool,
    /// Candidates.
    pub count: u32,
    /// In the upper group.
    pub upper: u32,
    /// In the lower group.
    pub lower: u32,
}

/// A question's figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamItemOut {
    /// Version of the question.
    pub question: i64,
    /// Number on the form.
    pub number: usize,
    /// Text.
    pub stem: String,
    /// Field of law.
    pub field: String,
    /// Candidates.
    pub candidates: u32,
    /// Difficulty p, thousandths.
    pub difficulty: i32,
    /// Corrected item-total correlation, thousandths.
    pub discrimination: Option<i32>,
    /// Upper-lower index, thousandths.
    pub upper_lower: i32,
    /// Without an answer.
    pub blank: u32,
    /// Median seconds.
    pub median_seconds: Option<u32>,
    /// Options.
    pub options: Vec<ExamOptionOut>,
    /// What is weak; empty when nothing is.
    pub text: String,
}

/// A form's figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamFormFiguresOut {
    /// A, B, ….
    pub name: String,
    /// Candidates.
    pub candidates: u32,
    /// Mean total, hundredths of marks.
    pub mean: i64,
    /// Standard deviation, hundredths.
    pub deviation: i64,
    /// Cronbach's alpha, thousandths.
    pub alpha: Option<i32>,
    /// KR-20, thousandths.
    pub kr20: Option<i32>,
    /// Standard error of measurement, hundredths.
    pub error: Option<i64>,
    /// Caution.
    pub text: String,
    /// Questions.
    pub items: Vec<ExamItemOut>,
}

/// A field of law.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamFieldOut {
    /// Name.
    pub field: String,
    /// Answers.
    pub answers: u32,
    /// Share of the marks, thousandths.
    pub rate: u16,
    /// Weak.
    pub weak: bool,
}

/// As sent.
#[must_use]
pub fn field_out(rates: Vec<FieldRate>) -> Vec<ExamFieldOut> {
    rates
        .into_iter()
        .map(|rate| ExamFieldOut {
            field: rate.field,
            answers: rate.answers,
            rate: rate.rate,
            weak: rate.weak,
        })
        .collect()
}

/// A unit's weak fields.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamUnitFieldsOut {
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Who sat.
    pub people: usize,
    /// Fields, the weakest first.
    pub fields: Vec<ExamFieldOut>,
}

/// Figures of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamAnalysisOut {
    /// Form after form.
    pub forms: Vec<ExamFormFiguresOut>,
    /// Fields over everybody, the weakest first.
    pub fields: Vec<ExamFieldOut>,
}

/// Item analysis of a session.
///
/// # Errors
/// 404 for others; 409 before it is marked.
pub async fn analysis(ctx: &Ctx, id: i64) -> Result<ExamAnalysisOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    case.only_in(&[State::Marking, State::Published], "查看题目分析")?;
    let hall = hall(&mut tx, &case).await?;
    let seconds = seconds(&hall);
    let facts = built(&case.session)?.unwrap_or_default().facts;
    drop(tx);
    let work = move || {
        let forms = hall
            .forms
            .iter()
            .enumerate()
            .map(|(place, (form, content))| {
                form_figures(&hall, (place, *form, content), &seconds, &facts)
            })
            .collect();
        ExamAnalysisOut {
            forms,
            fields: field_out(fields_of(&hall, &facts, |_| true)),
        }
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| chengzhi_http::Unknown::log(&error))
}

fn form_figures(
    hall: &Hall,
    (place, id, form): (usize, i64, &Form),
    seconds: &Seconds,
    facts: &BTreeMap<QuestionId, Fact>,
) -> ExamFormFiguresOut {
    let sheets: Vec<Sheet> = form.questions.iter().map(sheet).collect();
    let replies = replies(hall, id, seconds);
    let whole = reliability(&sheets, &replies);
    let items = figures::analyse(&sheets, &replies);
    ExamFormFiguresOut {
        name: form_name(place),
        candidates: whole.as_ref().map_or(0, |one| one.candidates),
        mean: whole.as_ref().map_or(0, |one| one.mean),
        deviation: whole.as_ref().map_or(0, |one| one.deviation),
        alpha: whole.as_ref().and_then(|one| one.alpha),
        kr20: whole.as_ref().and_then(|one| one.kr20),
        error: whole.as_ref().and_then(|one| one.error),
        text: whole.map(|one| one.text).unwrap_or_default(),
        items: items
            .into_iter()
            .filter_map(|item| item_out(form, facts, item))
            .collect(),
    }
}

fn item_out(form: &Form, facts: &BTreeMap<QuestionId, Fact>, item: Item) -> Option<ExamItemOut> {
    let place = form
        .questions
        .iter()
        .position(|asked| asked.question == item.question)?;
    Some(ExamItemOut {
        question: item.question.get(),
        number: place + 1,
        stem: form.questions.get(place)?.stem.clone(),
        field: facts
            .get(&item.question)
            .map(|fact| fact.field.clone())
            .unwrap_or_default(),
        candidates: item.candidates,
        difficulty: item.difficulty,
        discrimination: item.discrimination,
        upper_lower: item.upper_lower,
        blank: item.blank,
        median_seconds: item.median_seconds,
        options: item
            .options
            .iter()
            .map(|option| ExamOptionOut {
                letter: option.letter.to_string(),
                right: option.right,
                count: option.count,
                upper: option.upper,
                lower: option.lower,
            })
            .collect(),
        text: item.text,
    })
}

/// Fields of law over the candidates that `takes`.
#[must_use]
pub fn fields_of(
    hall: &Hall,
    facts: &BTreeMap<QuestionId, Fact>,
    takes: impl Fn(&crate::store::candidates::CandidateRow) -> bool,
) -> Vec<FieldRate> {
    let mut answers = Vec::new();
    for row in hall.candidates.iter().filter(|row| takes(row)) {
        let counted = hall.judge(row, None).ok().and_then(|one| one.counted);
        for given in counted.into_iter().flat_map(|counted| counted.given) {
            if let (Some(fact), Some(got)) = (facts.get(&given.question), given.got) {
                answers.push((fact.field.as_str(), given.full, got));
            }
        }
    }
    by_field(answers)
}

/// Weak fields unit by unit, for the units that the scope reads (缺什么补什么).
///
/// # Errors
/// 404 for sessions of others; 409 before results are out.
pub async fn unit_fields(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
) -> Result<Vec<ExamUnitFieldsOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    case.only_in(&[State::Published], "查看薄弱环节")?;
    let hall = hall(&mut tx, &case).await?;
    let facts = built(&case.session)?.unwrap_or_default().facts;
    let units: BTreeSet<UnitId> = hall
        .candidates
        .iter()
        .map(|row| row.candidate.unit)
        .filter(|unit| scope.has_unit(*unit))
        .collect();
    Ok(units
        .into_iter()
        .map(|unit| ExamUnitFieldsOut {
            unit_id: unit.get(),
            unit_name: case.tree.name(unit).to_owned(),
            people: hall
                .candidates
                .iter()
                .filter(|row| row.candidate.unit == unit)
                .filter(|row| hall.attempts.contains_key(&row.candidate.person))
                .count(),
            fields: field_out(fields_of(&hall, &facts, |row| row.candidate.unit == unit)),
        })
        .collect())
}
