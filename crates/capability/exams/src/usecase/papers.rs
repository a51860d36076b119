//! Papers: the blueprint, the search for forms that meet it, what they look like (issue 5 §2).

use std::collections::BTreeMap;

use chengzhi_http::{Ctx, Problem, Unknown};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::blueprint::{Blueprint, Kind};
use crate::domain::form::{AskedPart, Form};
use crate::domain::forms::{self, Forms};
use crate::domain::session::State;
use crate::domain::shuffle::letter;
use crate::domain::solver::{Conflict, UNDECIDED};
use crate::domain::{Marks, QuestionId};
use crate::store::sessions::Session;
use crate::store::{sessions, sitters};

use super::bank;
use super::case::Case;
use super::content::{self, Built, key_words, lettered};
use super::pictures::{ExamPictureOut, pictures_out};

/// Blueprint of a session.
///
/// # Errors
/// 500 for one that cannot be read.
pub(super) fn blueprint(session: &Session) -> Result<Option<Blueprint>, Problem> {
    session
        .blueprint
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error| Unknown::log(&error))
}

/// Papers of a session.
///
/// # Errors
/// 500 for ones that cannot be read.
pub(super) fn built(session: &Session) -> Result<Option<Built>, Problem> {
    session
        .papers
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error| Unknown::log(&error))
}

/// Full marks of a session's papers, as far as they are known.
pub(super) fn full_marks(session: &Session) -> Option<Marks> {
    let plan = blueprint(session).ok().flatten()?;
    Some(plan.marks())
}

/// What building papers came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamBuildOut {
    /// Forms were built and stored.
    pub built: bool,
    /// The gist.
    pub text: String,
    /// Demands that cannot be met together, a sentence each.
    pub conflict: Vec<String>,
    /// Every one of them is needed for the conflict.
    pub conflict_minimal: bool,
    /// Single changes after which papers can be built, a sentence each.
    pub ways_out: Vec<String>,
}

fn impossible(conflict: Conflict) -> ExamBuildOut {
    ExamBuildOut {
        built: false,
        text: conflict.text,
        conflict: conflict.parts.into_iter().map(|part| part.text).collect(),
        conflict_minimal: conflict.minimal,
        ways_out: conflict
            .relaxations
            .into_iter()
            .map(|way| way.text)
            .collect(),
    }
}

/// Stores a blueprint and builds so many parallel forms from the bank, or says why there are none. Built papers replace
/// earlier ones.
///
/// # Errors
/// 404 for others; 409 once it is sealed; 422 for a blueprint that cannot be read.
pub async fn build(
    ctx: &Ctx,
    id: i64,
    version: i64,
    plan: Blueprint,
    count: u32,
) -> Result<ExamBuildOut, Problem> {
    plan.check()
        .map_err(|deny| Problem::invalid(deny.code, deny.text))?;
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(&[State::Draft, State::Reviewing], "组卷")?;
    let items = bank::items(&mut tx, case.session.level.as_deref()).await?;
    drop(tx);
    let seed = u64::from_le_bytes(
        chengzhi_http::random_bytes::<8>().map_err(|error| Unknown::log(&error))?,
    );
    let (plan, items, made) = tokio::task::spawn_blocking(move || {
        let made = forms::build(&plan, &items, count, seed);
        (plan, items, made)
    })
    .await
    .map_err(|error| Unknown::log(&error))?;
    let made = made.map_err(|deny| Problem::invalid(deny.code, deny.text))?;
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(&[State::Draft, State::Reviewing], "组卷")?;
    case.session.blueprint =
        Some(serde_json::to_string(&plan).map_err(|error| Unknown::log(&error))?);
    let out = match made {
        Forms::Built { papers, report } => {
            let facts = content::facts(&papers, &items);
            let built = Built { papers, facts };
            case.session.papers =
                Some(serde_json::to_string(&built).map_err(|error| Unknown::log(&error))?);
            case.session.report =
                Some(serde_json::to_string(&report).map_err(|error| Unknown::log(&error))?);
            ExamBuildOut {
                built: true,
                text: report.text,
                conflict: Vec::new(),
                conflict_minimal: false,
                ways_out: Vec::new(),
            }
        }
        Forms::Impossible(conflict) => {
            case.session.papers = None;
            case.session.report = None;
            impossible(conflict)
        }
        Forms::Undecided => ExamBuildOut {
            built: false,
            text: UNDECIDED.to_owned(),
            conflict: Vec::new(),
            conflict_minimal: false,
            ways_out: Vec::new(),
        },
    };
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.papers", case.subject())
            .unit(case.session.unit)
            .detail(json!({"built": out.built, "forms": count, "text": out.text})),
    );
    tx.commit().await?;
    Ok(out)
}

/// A sub-question of a case, with its key: for organisers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamPartOut {
    /// Word of its kind.
    pub kind_name: String,
    /// Marks, hundredths.
    pub marks: i64,
    /// Text.
    pub stem: String,
    /// Options with letters.
    pub options: Vec<String>,
    /// The key in words; empty where somebody has to read the answer.
    pub key: String,
}

impl From<&AskedPart> for ExamPartOut {
    fn from(part: &AskedPart) -> Self {
        ExamPartOut {
            kind_name: part.kind.name().to_owned(),
            marks: part.marks.hundredths(),
            stem: part.stem.clone(),
            options: lettered(&part.options),
            key: part.key.as_ref().map(key_words).unwrap_or_default(),
        }
    }
}

/// A question on a paper, with its key: for organisers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamPaperQuestionOut {
    /// Version of the question.
    pub question: i64,
    /// Number on the paper.
    pub number: usize,
    /// Place of its section.
    pub section: usize,
    /// Kind.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Marks, hundredths.
    pub marks: i64,
    /// Text.
    pub stem: String,
    /// Pictures that the texts name.
    pub pictures: Vec<ExamPictureOut>,
    /// Options with letters.
    pub options: Vec<String>,
    /// Sub-questions of a case.
    pub parts: Vec<ExamPartOut>,
    /// The key in words; empty where somebody has to read the answer.
    pub key: String,
    /// Field of law.
    pub field: String,
    /// Topic.
    pub topic: String,
    /// 1 to 5.
    pub difficulty: u8,
    /// Law and article.
    pub source: String,
    /// Quarantined or retired in the bank since.
    pub quarantined: bool,
}

/// A form.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamFormOut {
    /// A, B, …
    pub name: String,
    /// Full marks, hundredths.
    pub marks: i64,
    /// Expected share of the marks, thousandths.
    pub expected_rate: Option<u16>,
    /// Questions in the bank's order.
    pub questions: Vec<ExamPaperQuestionOut>,
}

/// Papers of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamPapersOut {
    /// The blueprint; as sent.
    #[schema(value_type = Option<Object>)]
    pub blueprint: Option<serde_json::Value>,
    /// Forms.
    pub forms: Vec<ExamFormOut>,
    /// Gist of the report.
    pub text: String,
    /// Places that repeat a question of another form.
    pub repeats: u32,
    /// Pairs of forms: names, shared questions, near-duplicates.
    pub pairs: Vec<ExamFormPairOut>,
    /// Questions by how often they will have been on a paper: uses, questions.
    pub exposure: Vec<ExamExposureOut>,
}

/// Two forms.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamFormPairOut {
    /// A与B.
    pub names: String,
    /// Questions on both.
    pub shared: usize,
    /// Near-duplicates.
    pub alike: u32,
}

/// How worn questions are.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamExposureOut {
    /// Papers with these forms.
    pub uses: u32,
    /// Questions.
    pub questions: usize,
}

/// The name of a form: A, B, ….
#[must_use]
pub fn form_name(place: usize) -> String {
    letter(place).map(String::from).unwrap_or_default()
}

/// The papers of a session, for who holds it.
///
/// # Errors
/// 404 for others.
pub async fn view(ctx: &Ctx, id: i64) -> Result<ExamPapersOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    let session = &case.session;
    let plan = blueprint(session)?;
    let mut built = built(session)?.unwrap_or_default();
    let all: Vec<QuestionId> = built.facts.keys().copied().collect();
    let quarantined = bank::quarantined(&mut tx, &all).await?;
    let sealed = match sessions::rounds(&mut tx, id).await?.first() {
        Some((exam, _)) => sitters::forms(&mut tx, *exam)
            .await?
            .into_iter()
            .map(|(_, _, content)| serde_json::from_str(&content))
            .collect::<Result<Vec<Form>, _>>()
            .map_err(|error| Unknown::log(&error))?,
        None => Vec::new(),
    };
    let forms: Vec<Form> = if sealed.is_empty() {
        let contents = bank::contents(&mut tx, &all).await?;
        for (question, fact) in &mut built.facts {
            if let Some(content) = contents.get(question) {
                content::tell(fact, content);
            }
        }
        let plan = plan.as_ref();
        built
            .papers
            .iter()
            .filter_map(|paper| content::form(plan?, paper, &contents).ok())
            .collect()
    } else {
        sealed
    };
    let report: serde_json::Value = session
        .report
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let rates = report["rates"].as_array().cloned().unwrap_or_default();
    let out = forms
        .iter()
        .enumerate()
        .map(|(place, form)| ExamFormOut {
            name: form_name(place),
            marks: form.questions.iter().map(|asked| asked.marks.0).sum(),
            expected_rate: rates
                .get(place)
                .and_then(serde_json::Value::as_u64)
                .and_then(|rate| u16::try_from(rate).ok()),
            questions: questions(id, form, &built, &quarantined),
        })
        .collect();
    Ok(ExamPapersOut {
        blueprint: plan
            .map(serde_json::to_value)
            .transpose()
            .map_err(|error| Unknown::log(&error))?,
        forms: out,
        text: report["text"].as_str().unwrap_or_default().to_owned(),
        repeats: number(&report["repeats"]),
        pairs: pairs(&report),
        exposure: exposure(&report),
    })
}

fn number(value: &serde_json::Value) -> u32 {
    value
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(0)
}

fn pairs(report: &serde_json::Value) -> Vec<ExamFormPairOut> {
    let place = |value: &serde_json::Value| form_name(number(value) as usize);
    report["pairs"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|pair| ExamFormPairOut {
            names: format!("{}与{}", place(&pair["forms"][0]), place(&pair["forms"][1])),
            shared: pair["shared"].as_array().map_or(0, Vec::len),
            alike: number(&pair["alike"]),
        })
        .collect()
}

fn exposure(report: &serde_json::Value) -> Vec<ExamExposureOut> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for one in report["uses"].as_array().into_iter().flatten() {
        *counts.entry(number(&one["after"])).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(uses, questions)| ExamExposureOut { uses, questions })
        .collect()
}

fn questions(
    id: i64,
    form: &Form,
    built: &Built,
    quarantined: &[QuestionId],
) -> Vec<ExamPaperQuestionOut> {
    (1..)
        .zip(&form.questions)
        .map(|(number, asked)| {
            let fact = built
                .facts
                .get(&asked.question)
                .cloned()
                .unwrap_or_default();
            ExamPaperQuestionOut {
                question: asked.question.get(),
                number,
                section: asked.section,
                kind: asked.kind.code().to_owned(),
                kind_name: Kind::name(asked.kind).to_owned(),
                marks: asked.marks.hundredths(),
                stem: asked.stem.clone(),
                pictures: pictures_out(asked, &format!("exam-sessions/{id}")),
                options: lettered(&asked.options),
                parts: asked.parts.iter().map(ExamPartOut::from).collect(),
                key: asked.key.as_ref().map(key_words).unwrap_or_default(),
                field: fact.field,
                topic: fact.topic,
                difficulty: fact.difficulty,
                source: fact.source,
                quarantined: quarantined.contains(&asked.question),
            }
        })
        .collect()
}
