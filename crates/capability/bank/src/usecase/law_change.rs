//! A new text of a law: entered, its effect looked at, applied with one quarantine for all that cites
//! what changed (issue 5 §1, B-65).

use chengzhi_db::Tx;
use chengzhi_http::fields::{optional, required};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Date;
use serde_json::json;

use super::decide::out;
use super::law_effect::reached;
use super::law_pages::name_of;
use super::lawbook::LawBook;
use super::touched::AllCiting;
use super::{doer, refused};
use crate::domain::Deny;
use crate::domain::articles;
use crate::domain::life::{State, Step};
use crate::store::cites;
use crate::store::laws::{self, LawVersion};
use crate::store::stories;
use crate::store::tick;
use crate::store::versions;

/// Most characters of a pasted text.
const MOST_TEXT: usize = 400_000;

/// A new text as entered.
#[derive(Debug, Clone)]
pub struct LawTextInput {
    /// The law; none: a new one of this name.
    pub law: Option<i64>,
    /// Name of a new law.
    pub name: String,
    /// `2026-03-01 修正`.
    pub label: String,
    /// First day in force.
    pub in_force: Date,
    /// Where it was read.
    pub source: String,
    /// Whether the articles are the whole text.
    pub whole: bool,
    /// The articles, pasted.
    pub text: String,
}

/// Enters a new text as a draft; nothing is quarantined yet. Gives its row.
///
/// # Errors
/// 404 without the law; 409 while another draft of it stands; 422 for a field or a line of the text.
pub async fn enter(ctx: &Ctx, input: LawTextInput) -> Result<i64, Problem> {
    let label = required("label", "版本", &input.label, 40)?;
    let source = required("source", "来源", &input.source, 300)?;
    if input.text.chars().count() > MOST_TEXT {
        return Err(Problem::field("text", "条文过长，请分次录入。"));
    }
    let draft = articles::read(&input.text).map_err(|why| Problem::field("text", why))?;
    let mut tx = ctx.db().write().await?;
    let law_id = match input.law {
        Some(id) => {
            name_of(&mut tx, id).await?;
            id
        }
        None => {
            let name = optional("name", "法律名称", &input.name, 100)?;
            let name = required("name", "法律名称", name.trim_matches(['《', '》']), 100)?;
            let known = laws::all(&mut tx).await?;
            if laws::named(&known, &name).is_some() {
                return Err(Problem::field(
                    "name",
                    "题库中已有这部法律，请在它的页面录入新版本。",
                ));
            }
            laws::insert(&mut tx, &name).await?
        }
    };
    let known = laws::versions(&mut tx, &format!("t.law_id = {law_id}")).await?;
    if known.iter().any(|text| text.state == "draft") {
        return Err(refused(Deny::new(
            "bank.law_draft",
            "这部法律已有待生效的新版本，请先处理。",
        )));
    }
    let applied = || known.iter().filter(|text| text.state == "applied");
    if applied().any(|text| text.label == label) {
        return Err(Problem::field("label", "已有同名的版本，请核对。"));
    }
    let version = LawVersion {
        id: 0,
        law_id,
        number: applied().map(|text| text.number).max().unwrap_or(0) + 1,
        label: label.clone(),
        in_force: input.in_force,
        source,
        read_on: Some(ctx.today),
        whole: input.whole,
        state: "draft".to_owned(),
        entered_at: ctx.now,
        entered_by_name: ctx.actor.name.clone(),
        applied_at: None,
        applied_by_name: String::new(),
        quarantined: 0,
        version: 1,
    };
    let id = laws::insert_version(&mut tx, &version, ctx.actor.account_id).await?;
    laws::put_articles(&mut tx, id, &draft).await?;
    tx.audit(
        ctx.audit("bank.law_enter", format!("bank_law_version:{id}"))
            .detail(json!({"label": label, "articles": draft.len()})),
    );
    tx.commit().await?;
    Ok(id)
}

async fn taken(tx: &mut Tx, id: i64, version: i64) -> Result<LawVersion, Problem> {
    let text = laws::take(tx, id).await?.ok_or_else(Problem::not_found)?;
    if text.version != version {
        return Err(Problem::stale());
    }
    if text.state != "draft" {
        return Err(refused(Deny::new(
            "bank.law_state",
            "这个版本已经生效或作废，请刷新后再看。",
        )));
    }
    Ok(text)
}

/// Applies a new text and quarantines everything that cites what changed, in one transaction. Gives how
/// many questions were quarantined.
///
/// # Errors
/// 404, 409 by state or version, or when a capability that cites refuses.
pub async fn apply(ctx: &Ctx, citing: &AllCiting, id: i64, version: i64) -> Result<usize, Problem> {
    let mut tx = ctx.db().write().await?;
    let seq = tick(&mut tx).await?;
    let text = taken(&mut tx, id, version).await?;
    let reached = reached(&mut tx, text).await?;
    let effect = reached.effect();
    let reason = reached.reason();
    let back: Vec<i64> = reached
        .of_state(&[State::Proposed, State::Reviewed])
        .iter()
        .map(|row| row.id)
        .collect();
    for (ids, state, step) in [
        (&effect.versions, State::Quarantined, Step::Quarantine),
        (&back, State::Draft, Step::SendBack),
    ] {
        versions::put_state(&mut tx, ids, (state, &reason), None, seq).await?;
        stories::note(&mut tx, ids, (step.name(), &reason), doer(ctx), ctx.now).await?;
    }
    laws::put_articles(&mut tx, id, &reached.after).await?;
    let count = i64::try_from(effect.versions.len()).unwrap_or(i64::MAX);
    let by = (ctx.actor.name.as_str(), ctx.now);
    laws::end_draft(&mut tx, id, "applied", by, count).await?;
    if reached.before.is_none() {
        found_at_last(&mut tx, &reached.law, seq).await?;
    }
    for one in citing.iter() {
        one.quarantine(&mut tx, ctx, &effect).await?;
    }
    if !effect.versions.is_empty() {
        tx.emit(out("bank.quarantined", &effect.versions, seq));
    }
    tx.audit(
        ctx.audit("bank.law_apply", format!("bank_law_version:{id}"))
            .detail(json!({
                "law": reached.law,
                "label": reached.text.label,
                "articles": effect.articles.len(),
                "quarantined": count,
            })),
    );
    tx.commit().await?;
    Ok(effect.versions.len())
}

/// Questions that named a law before the bank held it are looked at again.
async fn found_at_last(tx: &mut Tx, law: &str, seq: i64) -> Result<(), Problem> {
    let rows = versions::naming(tx, law).await?;
    let book = LawBook::of(tx, rows.iter().map(|row| &row.content)).await?;
    for row in &rows {
        let mut cites = book.cites(&row.content);
        for cite in &mut cites {
            cite.version_id = row.id;
        }
        cites::put(tx, &[row.id], &cites).await?;
        let unchecked = book.unchecked(&row.content);
        versions::put_basis(tx, row.id, unchecked.as_deref(), seq).await?;
    }
    Ok(())
}

/// Gives up a new text that was not applied.
///
/// # Errors
/// 404; 409 by state or version.
pub async fn discard(ctx: &Ctx, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    taken(&mut tx, id, version).await?;
    let by = (ctx.actor.name.as_str(), ctx.now);
    laws::end_draft(&mut tx, id, "discarded", by, 0).await?;
    tx.audit(ctx.audit("bank.law_discard", format!("bank_law_version:{id}")));
    tx.commit().await?;
    Ok(())
}
