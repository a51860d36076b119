//! Drafts: entered, changed, begun as the next version of a question, handed to the city.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::fields::{optional, required};
use chengzhi_http::{Ctx, Problem};
use chengzhi_questions::Question;
use serde_json::json;

use super::access::{own_draft, own_unit, sees};
use super::body::faults;
use super::lawbook::LawBook;
use super::pictures::spoiled_among;
use super::{doer, refused};
use crate::domain::Deny;
use crate::domain::life::{Level, State, Step, next};
use crate::store::cites;
use crate::store::stories;
use crate::store::versions::{self, NewVersion, Version};
use crate::store::{laws, tick};

/// A draft as entered.
#[derive(Debug, Clone)]
pub struct DraftInput {
    /// As read; 0 for a new one.
    pub version: i64,
    /// The question.
    pub content: Question,
    /// Level.
    pub level: Level,
    /// What it changes against the version before.
    pub change_note: String,
}

/// The question checked, with its law named in full.
async fn sound(tx: &mut Tx, mut content: Question) -> Result<(Question, LawBook), Problem> {
    let fields = laws::fields(tx).await?;
    if let Some(text) = faults(&content, &fields) {
        return Err(Problem::invalid("bank.faulty", text));
    }
    content.topic = required("topic", "知识点", &content.topic, 40)?;
    content.author = optional("author", "作者", &content.author, 40)?;
    let book = LawBook::of(tx, [&content]).await?;
    book.complete(&mut content);
    Ok((content, book))
}

/// Enters a draft, or changes one of the caller's units. Gives its row.
///
/// # Errors
/// 404 outside the scope; 409 for a version that has left the draft or an old one; 422 with what is
/// wrong with the question.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    id: Option<i64>,
    input: DraftInput,
) -> Result<i64, Problem> {
    if let Some(text) = spoiled_among(&input.content.pictures).await {
        return Err(Problem::invalid("bank.faulty", text));
    }
    let mut tx = ctx.db().write().await?;
    let stored = match id {
        None => None,
        Some(id) => Some(own_draft(&mut tx, scope, id, input.version).await?),
    };
    let (mut content, book) = sound(&mut tx, input.content).await?;
    let change_note = optional("change_note", "修改说明", &input.change_note, 300)?;
    let seq = tick(&mut tx).await?;
    let unchecked = book.unchecked(&content);
    let mut cites = book.cites(&content);
    let id = match stored {
        Some(row) => {
            let row = Version {
                content,
                level: input.level,
                unchecked,
                change_note,
                ..row
            };
            versions::put_content(&mut tx, &row, ctx.actor.account_id, seq).await?;
            row.id
        }
        None => {
            if content.author.is_empty() {
                content.author.clone_from(&ctx.actor.name);
            }
            let question_id = *versions::insert_questions(&mut tx, 1, ctx.now)
                .await?
                .first()
                .ok_or_else(Problem::not_found)?;
            let new = NewVersion {
                question_id,
                number: 1,
                unit_id: own_unit(ctx)?,
                content,
                level: input.level,
                unchecked,
                state: State::Draft,
                change_note,
            };
            insert_one(&mut tx, ctx, new, seq, "起草").await?
        }
    };
    for cite in &mut cites {
        cite.version_id = id;
    }
    cites::put(&mut tx, &[id], &cites).await?;
    tx.audit(ctx.audit("bank.save", format!("bank_version:{id}")));
    tx.commit().await?;
    Ok(id)
}

async fn insert_one(
    tx: &mut Tx,
    ctx: &Ctx,
    new: NewVersion,
    seq: i64,
    event: &str,
) -> Result<i64, Problem> {
    let made = versions::insert(tx, &[new], doer(ctx), ctx.now, seq).await?;
    stories::note(tx, &made, (event, ""), doer(ctx), ctx.now).await?;
    made.first().copied().ok_or_else(Problem::not_found)
}

/// Begins the next version of a question as a copy of one that is in use, quarantined or retired: the
/// way in which a district proposes a change (B-60). Gives its row.
///
/// # Errors
/// 404 when it is not seen; 409 when somebody's next version is already under way.
pub async fn revise(ctx: &Ctx, scope: &Scope, id: i64) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let row = versions::take(&mut tx, id)
        .await?
        .filter(|row| sees(scope, row))
        .ok_or_else(Problem::not_found)?;
    if !matches!(
        row.state,
        State::InUse | State::Quarantined | State::Retired
    ) {
        return Err(refused(Deny::new(
            "bank.revise",
            format!("这一版{}，请在现行的一版上新建。", row.state.name()),
        )));
    }
    let all = versions::of_question(&mut tx, row.question_id).await?;
    if let Some(open) = all
        .iter()
        .find(|one| matches!(one.state, State::Draft | State::Proposed | State::Reviewed))
    {
        return Err(refused(Deny::new(
            "bank.revision_open",
            format!(
                "第{}版{}（{}），请等它办结后再提修改。",
                open.number,
                open.state.name(),
                open.created_by_name
            ),
        )));
    }
    let number = all.iter().map(|one| one.number).max().unwrap_or(0) + 1;
    let seq = tick(&mut tx).await?;
    let mut content = row.content;
    // The text that counts now, not the one that was read then.
    if let Some(source) = &mut content.source {
        source.version.clear();
    }
    let book = LawBook::of(&mut tx, [&content]).await?;
    book.complete(&mut content);
    let mut cites = book.cites(&content);
    let new = NewVersion {
        question_id: row.question_id,
        number,
        unit_id: own_unit(ctx)?,
        unchecked: book.unchecked(&content),
        content,
        level: row.level,
        state: State::Draft,
        change_note: String::new(),
    };
    let made = insert_one(&mut tx, ctx, new, seq, "新建一版").await?;
    for cite in &mut cites {
        cite.version_id = made;
    }
    cites::put(&mut tx, &[made], &cites).await?;
    tx.audit(
        ctx.audit("bank.revise", format!("bank_version:{made}"))
            .detail(json!({"question": row.question_id, "number": number})),
    );
    tx.commit().await?;
    Ok(made)
}

/// Hands drafts to the city, or gives them up: all of them or none.
///
/// # Errors
/// 404 outside the scope; 409 by state or version.
pub async fn hand_over(
    ctx: &Ctx,
    scope: &Scope,
    rows: &[(i64, i64)],
    step: Step,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut ids = Vec::new();
    for (id, version) in rows {
        let row = own_draft(&mut tx, scope, *id, *version).await?;
        if step == Step::Propose && row.number > 1 && row.change_note.is_empty() {
            return Err(Problem::field(
                "change_note",
                "请先写明修改说明，再提请审定。",
            ));
        }
        ids.push(row.id);
    }
    let state = next(State::Draft, step).map_err(refused)?;
    let seq = tick(&mut tx).await?;
    versions::put_state(&mut tx, &ids, (state, ""), None, seq).await?;
    stories::note(&mut tx, &ids, (step.name(), ""), doer(ctx), ctx.now).await?;
    for id in ids {
        tx.audit(
            ctx.audit(
                &format!("bank.{}", step.code()),
                format!("bank_version:{id}"),
            )
            .unit(own_unit(ctx)?),
        );
    }
    tx.commit().await?;
    Ok(())
}
