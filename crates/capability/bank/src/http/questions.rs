//! Questions: list, page, drafts, proposals, decisions.

use axum::Extension;
use chengzhi_authz::need;
use chengzhi_http::fields::required;
use chengzhi_http::{Allow, Json, Paging, Path, Problem, ProblemBody, Query};
use chengzhi_questions::{Format, Kind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BankCountOut, BankMadeOut, Shared, code, must};
use crate::domain::life::{Level, State, Step};
use crate::store::laws;
use crate::store::versions::kind_of;
use crate::usecase::body::BankContent;
use crate::usecase::decide::decide;
use crate::usecase::index::Wanted;
use crate::usecase::view;
use crate::usecase::view_out::{BankListOut, BankNearOut, BankPageOut};
use crate::usecase::write::{DraftInput, hand_over, revise, save};

/// Which questions.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BankQuery {
    /// Words that must all stand in the question, its law or its article.
    text: Option<String>,
    /// Kind.
    kind: Option<String>,
    /// `basic`, `intermediate`, `advanced`.
    level: Option<String>,
    /// `draft`, `proposed`, `reviewed`, `in_use`, `quarantined`, `retired`.
    state: Option<String>,
    /// Field of law.
    field: Option<String>,
    /// Topic.
    topic: Option<String>,
    /// 1 to 5.
    difficulty: Option<u8>,
    /// Only what is 已核, only what is 未核.
    checked: Option<bool>,
    /// Law of the source.
    law: Option<String>,
    /// Its article.
    article: Option<String>,
}

impl BankQuery {
    pub(super) fn wanted(self) -> Result<Wanted, Problem> {
        Ok(Wanted {
            text: self.text.unwrap_or_default(),
            kind: code("kind", self.kind, kind_of)?,
            level: code("level", self.level, Level::from_code)?,
            state: code("state", self.state, State::from_code)?,
            field: self.field,
            topic: self.topic,
            difficulty: self.difficulty,
            checked: self.checked,
            law: self.law,
            article: self.article,
            ..Wanted::default()
        })
    }
}

/// Questions: those of the caller's units, and all that left review.
#[utoipa::path(get, path = "/bank/questions", tag = "bank", params(BankQuery, Paging), responses(
    (status = 200, body = BankListOut),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_bank_questions(
    allow: Allow<need::BankRead>,
    Extension(bank): Shared,
    Query(query): Query<BankQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<BankListOut>, Problem> {
    let wanted = query.wanted()?;
    let found = view::list(&bank, &allow.ctx, &allow.scope, wanted, paging).await?;
    Ok(Json(found))
}

/// A draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankDraftIn {
    /// `version` as read; 0 for a new one.
    version: i64,
    content: BankContent,
    /// `basic`, `intermediate`, `advanced`.
    level: String,
    /// What it changes against the version before.
    #[serde(default)]
    change_note: String,
}

impl BankDraftIn {
    fn input(self) -> Result<DraftInput, Problem> {
        Ok(DraftInput {
            version: self.version,
            level: must("level", &self.level, Level::from_code)?,
            content: self.content.question()?,
            change_note: self.change_note,
        })
    }
}

/// Enters a draft.
#[utoipa::path(post, path = "/bank/questions", tag = "bank", request_body = BankDraftIn, responses(
    (status = 200, body = BankMadeOut),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_bank_question(
    allow: Allow<need::BankPropose>,
    Json(body): Json<BankDraftIn>,
) -> Result<Json<BankMadeOut>, Problem> {
    let id = save(&allow.ctx, &allow.scope, None, body.input()?).await?;
    Ok(Json(BankMadeOut { id }))
}

/// A version's page.
#[utoipa::path(get, path = "/bank/questions/{id}", tag = "bank", responses(
    (status = 200, body = BankPageOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_bank_question(
    allow: Allow<need::BankRead>,
    Extension(bank): Shared,
    Path(id): Path<i64>,
) -> Result<Json<BankPageOut>, Problem> {
    Ok(Json(view::page(&bank, &allow.ctx, &allow.scope, id).await?))
}

/// Changes a draft.
#[utoipa::path(put, path = "/bank/questions/{id}", tag = "bank", request_body = BankDraftIn, responses(
    (status = 200, body = BankMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_bank_question(
    allow: Allow<need::BankPropose>,
    Path(id): Path<i64>,
    Json(body): Json<BankDraftIn>,
) -> Result<Json<BankMadeOut>, Problem> {
    let id = save(&allow.ctx, &allow.scope, Some(id), body.input()?).await?;
    Ok(Json(BankMadeOut { id }))
}

/// Begins the next version of a question, as a proposal to change it.
#[utoipa::path(post, path = "/bank/questions/{id}/revise", tag = "bank", responses(
    (status = 200, body = BankMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn revise_bank_question(
    allow: Allow<need::BankPropose>,
    Path(id): Path<i64>,
) -> Result<Json<BankMadeOut>, Problem> {
    let id = revise(&allow.ctx, &allow.scope, id).await?;
    Ok(Json(BankMadeOut { id }))
}

/// A version as read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankChosen {
    id: i64,
    /// `version` as read.
    version: i64,
}

/// Versions chosen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankChosenIn {
    rows: Vec<BankChosen>,
}

fn pairs(rows: &[BankChosen]) -> Vec<(i64, i64)> {
    rows.iter().map(|row| (row.id, row.version)).collect()
}

/// Hands drafts to the city: all or none.
#[utoipa::path(post, path = "/bank/proposals", tag = "bank", request_body = BankChosenIn, responses(
    (status = 200, body = BankCountOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn propose_bank_questions(
    allow: Allow<need::BankPropose>,
    Json(body): Json<BankChosenIn>,
) -> Result<Json<BankCountOut>, Problem> {
    let rows = pairs(&body.rows);
    hand_over(&allow.ctx, &allow.scope, &rows, Step::Propose).await?;
    Ok(Json(BankCountOut { count: rows.len() }))
}

/// Gives drafts up: all or none.
#[utoipa::path(post, path = "/bank/withdrawals", tag = "bank", request_body = BankChosenIn, responses(
    (status = 200, body = BankCountOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn withdraw_bank_questions(
    allow: Allow<need::BankPropose>,
    Json(body): Json<BankChosenIn>,
) -> Result<Json<BankCountOut>, Problem> {
    let rows = pairs(&body.rows);
    hand_over(&allow.ctx, &allow.scope, &rows, Step::Retire).await?;
    Ok(Json(BankCountOut { count: rows.len() }))
}

/// A decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankDecisionIn {
    rows: Vec<BankChosen>,
    /// `review`, `send_back`, `put_in_use`, `quarantine`, `restore`, `retire`.
    step: String,
    #[serde(default)]
    reason: String,
}

/// Decides about versions: all or none.
#[utoipa::path(post, path = "/bank/decisions", tag = "bank", request_body = BankDecisionIn, responses(
    (status = 200, body = BankCountOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_bank_questions(
    allow: Allow<need::BankDecide>,
    Extension(bank): Shared,
    Json(body): Json<BankDecisionIn>,
) -> Result<Json<BankCountOut>, Problem> {
    let step = must("step", &body.step, Step::from_code)?;
    if matches!(step, Step::Propose | Step::Supersede) {
        return Err(Problem::field("step", "选项不在目录内，请重新选择。"));
    }
    let rows = pairs(&body.rows);
    decide(&bank, &allow.ctx, &rows, step, &body.reason).await?;
    Ok(Json(BankCountOut { count: rows.len() }))
}

/// What is being typed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankNearIn {
    stem: String,
    #[serde(default)]
    options: Vec<String>,
    /// The question being changed, which is not like itself.
    except: Option<i64>,
}

/// Questions that say nearly the same as what is being typed.
#[utoipa::path(post, path = "/bank/near", tag = "bank", request_body = BankNearIn, responses(
    (status = 200, body = Vec<BankNearOut>),
))]
pub(super) async fn find_near_bank_questions(
    allow: Allow<need::BankPropose>,
    Extension(bank): Shared,
    Json(body): Json<BankNearIn>,
) -> Result<Json<Vec<BankNearOut>>, Problem> {
    let found = view::near(&bank, &allow.ctx, &body.stem, &body.options, body.except).await?;
    Ok(Json(found))
}

/// A code with its word.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BankWordOut {
    code: String,
    name: String,
}

/// A topic with its field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BankTopicOut {
    /// Field of law.
    field: String,
    /// Topic.
    topic: String,
    /// Versions that have it.
    count: usize,
}

/// What lists of the bank offer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BankWordsOut {
    kinds: Vec<BankWordOut>,
    levels: Vec<BankWordOut>,
    states: Vec<BankWordOut>,
    /// File formats.
    formats: Vec<BankWordOut>,
    /// Fields of law.
    fields: Vec<String>,
    topics: Vec<BankTopicOut>,
    /// Names of the laws that the bank holds.
    laws: Vec<String>,
}

fn word(code: &str, name: &str) -> BankWordOut {
    BankWordOut {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

/// Code of a format, as in addresses.
pub(super) fn format_code(format: Format) -> &'static str {
    match format {
        Format::Gift => "gift",
        Format::Aiken => "aiken",
        Format::MoodleXml => "moodle-xml",
        Format::Qti => "qti",
        Format::Xlsx => "xlsx",
        Format::Docx => "docx",
    }
}

/// Words of the bank: kinds, levels, states, fields, topics, laws.
#[utoipa::path(get, path = "/bank/words", tag = "bank", responses((status = 200, body = BankWordsOut)))]
pub(super) async fn list_bank_words(
    allow: Allow<need::BankRead>,
    Extension(bank): Shared,
) -> Result<Json<BankWordsOut>, Problem> {
    let mut tx = allow.ctx.db().read().await?;
    bank.refresh(&mut tx).await?;
    let topics = bank.topics().await;
    Ok(Json(BankWordsOut {
        kinds: Kind::ALL
            .iter()
            .map(|kind| word(kind.name(), kind.chinese()))
            .collect(),
        levels: Level::ALL
            .iter()
            .map(|level| word(level.code(), level.name()))
            .collect(),
        states: State::ALL
            .iter()
            .filter(|state| **state != State::Superseded)
            .map(|state| word(state.code(), state.name()))
            .collect(),
        formats: Format::ALL
            .iter()
            .map(|format| word(format_code(*format), format.chinese()))
            .collect(),
        fields: laws::fields(&mut tx).await?,
        topics: topics
            .into_iter()
            .map(|(field, topic, count)| BankTopicOut {
                field,
                topic,
                count,
            })
            .collect(),
        laws: laws::all(&mut tx)
            .await?
            .into_iter()
            .map(|law| law.name)
            .collect(),
    }))
}

/// A field of law.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankFieldIn {
    name: String,
}

/// Adds a field of law.
#[utoipa::path(post, path = "/bank/fields", tag = "bank", request_body = BankFieldIn, responses(
    (status = 200, body = BankCountOut),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_bank_field(
    allow: Allow<need::BankDecide>,
    Json(body): Json<BankFieldIn>,
) -> Result<Json<BankCountOut>, Problem> {
    let name = required("name", "法律门类", &body.name, 20)?;
    let ctx = &allow.ctx;
    let mut tx = ctx.db().write().await?;
    if !laws::add_field(&mut tx, &name).await? {
        return Err(Problem::field("name", "目录中已有这个法律门类。"));
    }
    tx.audit(ctx.audit("bank.field_add", format!("bank_field:{name}")));
    tx.commit().await?;
    Ok(Json(BankCountOut { count: 1 }))
}
