//! Small things several commands share, and the word lists that pages offer.

use chengzhi_db::{OutboxEvent, Tx};
pub use chengzhi_http::fields::{file_label, optional, required, year_of};
use chengzhi_http::{Ctx, Problem};
use chengzhi_organisation::facade::{POSTS, post_code};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::enrol::Seat;
use crate::domain::kind::{Kind, Subject};
use crate::domain::phase::Phase;
use crate::store::classes;

use super::bad_field;
use super::case::Case;

/// A code with its word.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassWordOut {
    /// Code.
    pub code: String,
    /// Word.
    pub name: String,
}

/// Word lists.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassWordsOut {
    /// Kinds of classes.
    pub kinds: Vec<ClassWordOut>,
    /// What is done in a course.
    pub subjects: Vec<ClassWordOut>,
    /// Where a class stands.
    pub phases: Vec<ClassWordOut>,
    /// Where a trainee stands.
    pub seats: Vec<ClassWordOut>,
    /// Posts for audiences.
    pub posts: Vec<ClassWordOut>,
    /// Ways of holding a class (B-87, B-108).
    pub forms: Vec<String>,
    /// Packs that a plan may name.
    pub packs: Vec<String>,
}

/// Ways of holding a class (B-87, B-108).
pub const FORMS: &[&str] = &[
    "线下封闭式集中培训",
    "集中轮训",
    "理论研讨",
    "专题讨论",
    "现场教学",
    "案例指导",
    "联合培训",
    "线上与线下结合",
    "小班教学",
];

/// Packs with the rules of closed trainings.
pub const PACKS: &[&str] = &["shanghai", "baoshan"];

fn words<'a>(list: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<ClassWordOut> {
    list.into_iter()
        .map(|(code, name)| ClassWordOut {
            code: code.to_owned(),
            name: name.to_owned(),
        })
        .collect()
}

/// The word lists.
#[must_use]
pub fn all_words() -> ClassWordsOut {
    ClassWordsOut {
        kinds: words(Kind::ALL.iter().map(|kind| (kind.code(), kind.name()))),
        subjects: words(
            Subject::ALL
                .iter()
                .map(|subject| (subject.code(), subject.name())),
        ),
        phases: words(Phase::ALL.iter().map(|phase| (phase.code(), phase.name()))),
        seats: words(Seat::ALL.iter().map(|seat| (seat.code(), seat.name()))),
        posts: words(POSTS.iter().copied()),
        forms: FORMS.iter().map(|form| (*form).to_owned()).collect(),
        packs: PACKS.iter().map(|pack| (*pack).to_owned()).collect(),
    }
}

/// Posts that an audience names in words: 班组长, 法制员, 督察员 …. Audiences without a post of their own (党务人员,
/// 年轻干部, 平台管理人员) give none and are chosen by hand.
#[must_use]
pub fn posts_in(audience: &str) -> Vec<String> {
    const SAID: &[&str] = &[
        "班组长",
        "法制干部",
        "法制员",
        "监督人员",
        "督察员",
        "监督员",
        "数据员",
    ];
    let mut found: Vec<String> = SAID
        .iter()
        .filter(|word| audience.contains(**word))
        .filter_map(|word| post_code(word))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Codes of posts that exist, each once.
///
/// # Errors
/// 422 for an unknown one.
pub fn known_posts(field: &str, codes: Vec<String>) -> Result<Vec<String>, Problem> {
    let mut kept: Vec<String> = Vec::new();
    for code in codes {
        if !POSTS.iter().any(|(known, _)| *known == code) {
            return Err(bad_field(
                field,
                format!("没有“{code}”这一职务，请重新选择。"),
            ));
        }
        if !kept.contains(&code) {
            kept.push(code);
        }
    }
    Ok(kept)
}

/// A kind by its code.
///
/// # Errors
/// 422 for an unknown one.
pub fn kind_of(code: &str) -> Result<Kind, Problem> {
    Kind::from_code(code).ok_or_else(|| bad_field("kind", "请选择培训班种类。"))
}

/// Adds what the actor did to a class's history.
///
/// # Errors
/// 500 from the engine.
pub async fn note_event(
    tx: &mut Tx,
    ctx: &Ctx,
    class: i64,
    event: &str,
    note: Option<&str>,
) -> Result<(), Problem> {
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    classes::add_event(tx, class, by, event, note, ctx.now).await?;
    Ok(())
}

/// The event that other capabilities may act on; one per class and version.
#[must_use]
pub fn outbox(topic: &str, case: &Case) -> OutboxEvent {
    let class = &case.class;
    OutboxEvent {
        id: 0,
        topic: topic.to_owned(),
        dedup_key: format!("{topic}:{}:{}", class.id, class.version),
        payload: serde_json::json!({
            "class_id": class.id,
            "unit_id": class.unit_id.get(),
            "kind": class.kind.code(),
            "title": class.title,
        })
        .to_string(),
    }
}
