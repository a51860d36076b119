//! A new text of a law: entered, its effect looked at, applied with one quarantine for all that cites
//! what changed (issue 5 §1, B-65).

use std::collections::BTreeSet;

use chengzhi_db::Tx;
use chengzhi_http::fields::{optional, required};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Date;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::decide::out;
use super::law_pages::{BankLawTextOut, name_of, text_out};
use super::lawbook::LawBook;
use super::touched::{AllCiting, Effect};
use super::view::{BankRowOut, rows_out};
use super::{doer, refused};
use crate::domain::Deny;
use crate::domain::articles::{self, Article, Change, Fate};
use crate::domain::life::{State, Step};
use crate::store::laws::{self, LawVersion};
use crate::store::tick;
use crate::store::versions::{self, Version};

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

/// An article that is not as it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankChangeOut {
    /// `第三十三条`.
    pub number: String,
    /// `changed`, `new`, `gone`.
    pub fate: String,
    /// Its word.
    pub fate_name: String,
    /// Words before.
    pub before: String,
    /// Words now.
    pub after: String,
    /// Questions that cite it.
    pub cited: usize,
}

/// Something beside questions that cites.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankTouchedOut {
    /// What it is.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: String,
    /// What will be done with it; empty: it is only named.
    pub act: String,
    /// Its page.
    pub link: String,
}

/// What applying a new text would do, or has done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankEffectOut {
    /// Law.
    pub law_id: i64,
    /// Its name.
    pub law: String,
    /// The text.
    pub text: BankLawTextOut,
    /// Label of the text that it follows.
    pub before: Option<String>,
    /// Articles that differ.
    pub changes: Vec<BankChangeOut>,
    /// In use: will be quarantined.
    pub quarantine: Vec<BankRowOut>,
    /// Waiting or reviewed: will go back to their authors.
    pub send_back: Vec<BankRowOut>,
    /// Drafts: only named.
    pub drafts: Vec<BankRowOut>,
    /// Papers, courseware.
    pub touched: Vec<BankTouchedOut>,
}

struct Reached {
    law: String,
    text: LawVersion,
    before: Option<LawVersion>,
    after: Vec<Article>,
    changes: Vec<Change>,
    cites: Vec<laws::Cite>,
    rows: Vec<Version>,
}

impl Reached {
    fn of_state(&self, states: &[State]) -> Vec<Version> {
        self.rows
            .iter()
            .filter(|row| states.contains(&row.state))
            .cloned()
            .collect()
    }

    fn effect(&self) -> Effect {
        Effect {
            law: self.law.clone(),
            articles: self
                .changes
                .iter()
                .filter(|change| change.fate != Fate::New)
                .map(|change| change.number.clone())
                .collect(),
            versions: self
                .of_state(&[State::InUse])
                .iter()
                .map(|row| row.id)
                .collect(),
            reason: self.reason(),
        }
    }

    fn reason(&self) -> String {
        format!("《{}》{}，所引条文有变动", self.law, self.text.label)
    }
}

async fn reached(tx: &mut Tx, text: LawVersion) -> Result<Reached, Problem> {
    let law = name_of(tx, text.law_id).await?;
    let before = laws::versions(
        tx,
        &format!(
            "t.law_id = {} and t.state = 'applied' and t.number < {}",
            text.law_id, text.number
        ),
    )
    .await?
    .into_iter()
    .next();
    let old = match &before {
        None => Vec::new(),
        Some(before) => laws::articles(tx, before.id).await?,
    };
    let given = laws::articles(tx, text.id).await?;
    let after = articles::applied(&old, &given, text.whole || text.state == "applied");
    let changes = articles::changes(&old, &after);
    let numbers: BTreeSet<&str> = changes
        .iter()
        .filter(|change| change.fate != Fate::New)
        .map(|change| change.number.as_str())
        .collect();
    // Who cites the law as a whole is reached by any change.
    let cites: Vec<laws::Cite> =
        laws::citing(tx, text.law_id, "'draft', 'proposed', 'reviewed', 'in_use'")
            .await?
            .into_iter()
            .filter(|cite| {
                cite.law_version_id != text.id
                    && (numbers.contains(cite.article.as_str())
                        || (cite.article.is_empty() && !numbers.is_empty()))
            })
            .collect();
    let ids: BTreeSet<i64> = cites.iter().map(|cite| cite.version_id).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let rows = versions::of_ids(tx, &ids).await?;
    Ok(Reached {
        law,
        text,
        before,
        after,
        changes,
        cites,
        rows,
    })
}

/// What a new text does to what cites the law.
///
/// # Errors
/// 404 when there is none.
pub async fn effect(ctx: &Ctx, citing: &AllCiting, id: i64) -> Result<BankEffectOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let text = laws::versions(&mut tx, &format!("t.id = {id}"))
        .await?
        .pop()
        .ok_or_else(Problem::not_found)?;
    let reached = reached(&mut tx, text).await?;
    let effect = reached.effect();
    let mut touched = Vec::new();
    for one in citing.iter() {
        for found in one.touched(&mut tx, &effect).await? {
            touched.push(BankTouchedOut {
                kind: found.kind,
                title: found.title,
                state: found.state,
                act: found.act,
                link: found.link,
            });
        }
    }
    let quarantine = rows_out(&mut tx, ctx, &reached.of_state(&[State::InUse])).await?;
    let back = reached.of_state(&[State::Proposed, State::Reviewed]);
    let send_back = rows_out(&mut tx, ctx, &back).await?;
    let drafts = rows_out(&mut tx, ctx, &reached.of_state(&[State::Draft])).await?;
    let changes = reached
        .changes
        .iter()
        .map(|change| {
            let citing: BTreeSet<i64> = reached
                .cites
                .iter()
                .filter(|cite| cite.article == change.number)
                .map(|cite| cite.version_id)
                .collect();
            BankChangeOut {
                number: change.number.clone(),
                fate: change.fate.code().to_owned(),
                fate_name: change.fate.name().to_owned(),
                before: change.before.clone(),
                after: change.after.clone(),
                cited: citing.len(),
            }
        })
        .collect();
    Ok(BankEffectOut {
        law_id: reached.text.law_id,
        law: reached.law.clone(),
        before: reached.before.map(|before| before.label),
        text: text_out(reached.text),
        changes,
        quarantine,
        send_back,
        drafts,
        touched,
    })
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
        versions::note(&mut tx, ids, (step.name(), &reason), doer(ctx), ctx.now).await?;
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
        laws::put_cites(tx, &[row.id], &cites).await?;
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
