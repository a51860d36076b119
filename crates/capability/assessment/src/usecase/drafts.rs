//! Drafting rules: trying a change on this year's people before it is published, and publishing.

use std::collections::BTreeSet;
use std::sync::Arc;

use chengzhi_db::{Db, DbError, Tx};
use chengzhi_http::Ctx;
use chengzhi_kernel::Date;
use chengzhi_rules::assess::{Assessment, CompiledPolicy};
use chengzhi_rules::pack::Difference;
use chengzhi_rules::{PackError, Policy};
use thiserror::Error;

use super::assess::{PersonYear, YearRules, of_units};
use super::policy_book::{PackContent, PolicyError, content_of, pack_ids, policy_of, split_id};
use crate::store::policies::{self, NewDraft};

/// Why a draft cannot go on.
#[derive(Debug, Error)]
pub enum DraftError {
    /// Values that cannot be used, by key.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))]
    Rejected(Vec<PackError>),
    /// Nothing was changed.
    #[error("没有改动任何参数。")]
    NoChange,
    /// Not there.
    #[error("没有找到这份草案。")]
    NotFound,
    /// Published or given up already.
    #[error("这份草案已发布或已放弃。")]
    Settled,
    /// The year was closed under its rules.
    #[error("{0}年已结账，不能再发布该年度的规则。")]
    YearClosed(i32),
    /// The year is not over.
    #[error("{0}年尚未结束，不能结账。")]
    YearRunning(i32),
    /// There are no rules.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Key and value text, as typed.
pub type Changes = [(String, String)];

/// The rules of `year` with some values changed.
///
/// # Errors
/// [`DraftError::Rejected`] with every value that cannot be used.
pub async fn changed_policy(
    tx: &mut Tx,
    family: &str,
    year: i32,
    changes: &Changes,
) -> Result<(Arc<Policy>, Arc<Policy>), DraftError> {
    let base = policy_of(tx, family, year).await?;
    let typed: Vec<(&str, &str)> = changes
        .iter()
        .map(|(key, text)| (key.as_str(), text.as_str()))
        .collect();
    let pack = base.pack.with_all(&typed).map_err(DraftError::Rejected)?;
    let draft = Policy::from_pack(pack, year).map_err(DraftError::Rejected)?;
    Ok((base, Arc::new(draft)))
}

/// A person whose year comes out otherwise.
pub struct Flip {
    /// Who, as judged by the present rules.
    pub before: PersonYear,
    /// The decision under the draft.
    pub after: Assessment,
    /// The changed rules that alone already turn it.
    pub because: Vec<Difference>,
}

/// What a draft would do.
pub struct WhatIf {
    /// What differs.
    pub differences: Vec<Difference>,
    /// People looked at.
    pub people: usize,
    /// (assessed, met) under the present rules.
    pub before: (usize, usize),
    /// (assessed, met) under the draft.
    pub after: (usize, usize),
    /// Who changes state or result.
    pub flips: Vec<Flip>,
}

/// Judges everybody of the units under both rules and tells who comes out otherwise, and why.
///
/// # Errors
/// [`DraftError`]; nothing is stored in any case.
pub async fn what_if(
    tx: &mut Tx,
    family: &str,
    year: i32,
    changes: &Changes,
    units: &BTreeSet<i64>,
    today: Date,
) -> Result<WhatIf, DraftError> {
    let (base, draft) = changed_policy(tx, family, year, changes).await?;
    let differences = base.pack.differences(&draft.pack);
    if differences.is_empty() {
        return Err(DraftError::NoChange);
    }
    let now = YearRules::with(tx, base.clone(), CompiledPolicy::new(&base)).await?;
    let then = YearRules::with(tx, draft.clone(), CompiledPolicy::new(&draft)).await?;
    let before = of_units(tx, &now, units, today, None).await?;
    let after = of_units(tx, &then, units, today, None).await?;
    // Each change alone, to tell which of them turns a decision.
    let mut alone = Vec::new();
    for difference in &differences {
        let pack = base.pack.with_key_of(&draft.pack, &difference.key);
        if let Ok(policy) = Policy::from_pack(pack, year) {
            let policy = Arc::new(policy);
            let compiled = CompiledPolicy::new(&policy);
            let rules = YearRules::with(tx, policy, compiled).await?;
            alone.push((
                difference.clone(),
                of_units(tx, &rules, units, today, None).await?,
            ));
        }
    }
    let count = |years: &[PersonYear]| {
        let assessed = years
            .iter()
            .filter(|y| y.assessment.result.is_some())
            .count();
        let met = years
            .iter()
            .filter(|y| y.assessment.result == Some(chengzhi_rules::assess::Outcome::Met))
            .count();
        (assessed, met)
    };
    let totals = (count(&before), count(&after));
    let people = before.len();
    let mut flips = Vec::new();
    for (index, (was, becomes)) in before.into_iter().zip(after).enumerate() {
        if same(&was.assessment, &becomes.assessment) {
            continue;
        }
        let because = alone
            .iter()
            .filter(|(_, years)| {
                years
                    .get(index)
                    .is_some_and(|year| !same(&was.assessment, &year.assessment))
            })
            .map(|(difference, _)| difference.clone())
            .collect();
        flips.push(Flip {
            before: was,
            after: becomes.assessment,
            because,
        });
    }
    Ok(WhatIf {
        differences,
        people,
        before: totals.0,
        after: totals.1,
        flips,
    })
}

fn same(a: &Assessment, b: &Assessment) -> bool {
    a.state == b.state && a.result == b.result
}

/// Stores a draft of the rules for `year`.
///
/// # Errors
/// [`DraftError::Rejected`] with every value that cannot be used.
pub async fn create(
    ctx: &Ctx,
    title: &str,
    year: i32,
    changes: &Changes,
    findings: &str,
) -> Result<i64, DraftError> {
    let family = ctx.state.policy.clone();
    let mut tx = ctx.db().write().await?;
    let (base, draft) = changed_policy(&mut tx, &family, year, changes).await?;
    if base.pack.differences(&draft.pack).is_empty() {
        return Err(DraftError::NoChange);
    }
    refuse_closed(&mut tx, year).await?;
    let newest = newest_id(&mut tx, &family, year).await?;
    let mut content: PackContent = content_of(&mut tx, &newest).await?;
    content.year = year;
    for (key, text) in changes {
        content.changes.retain(|(known, _)| known != key);
        content.changes.push((key.clone(), text.clone()));
    }
    let pack = format!("{family}/{year}");
    let id = policies::insert_draft(
        &mut tx,
        NewDraft {
            title,
            base: &base.pack.id(),
            pack: &pack,
            changes: &serde_json::to_string(changes).unwrap_or_default(),
            content: &content.to_json(),
            findings,
            by_name: &ctx.actor.name,
            now: ctx.now,
        },
    )
    .await?;
    tx.audit(
        ctx.audit("policy.draft", format!("policy_draft:{id}"))
            .detail(serde_json::json!({ "pack": pack })),
    );
    tx.commit().await?;
    Ok(id)
}

async fn newest_id(tx: &mut Tx, family: &str, year: i32) -> Result<String, DraftError> {
    let ids = pack_ids(tx, family).await?;
    ids.into_iter()
        .rev()
        .find(|id| split_id(id).is_some_and(|(_, pack_year)| pack_year <= year))
        .ok_or(DraftError::NotFound)
}

async fn refuse_closed(tx: &mut Tx, year: i32) -> Result<(), DraftError> {
    match policies::closed_year(tx, year).await? {
        Some(_) => Err(DraftError::YearClosed(year)),
        None => Ok(()),
    }
}

/// Publishes a draft: from now on its year is judged by it.
///
/// # Errors
/// [`DraftError::Settled`] the second time, [`DraftError::YearClosed`] for a closed year.
pub async fn publish(ctx: &Ctx, id: i64) -> Result<(), DraftError> {
    let mut tx = ctx.db().write().await?;
    let draft = policies::draft(&mut tx, id)
        .await?
        .ok_or(DraftError::NotFound)?;
    let content: PackContent =
        serde_json::from_str(&draft.content).map_err(|_| DraftError::NotFound)?;
    refuse_closed(&mut tx, content.year).await?;
    // The pack was checked when drafted; the built-in part may have changed with a new version.
    content.pack().map_err(DraftError::Rejected)?;
    if !policies::settle_draft(&mut tx, id, "published", &ctx.actor.name, ctx.now).await? {
        return Err(DraftError::Settled);
    }
    tx.audit(
        ctx.audit("policy.publish", format!("policy_draft:{id}"))
            .detail(serde_json::json!({ "pack": draft.pack })),
    );
    tx.commit().await?;
    Ok(())
}

/// Gives up a draft.
///
/// # Errors
/// [`DraftError::Settled`] when it is no draft any more.
pub async fn discard(ctx: &Ctx, id: i64) -> Result<(), DraftError> {
    let mut tx = ctx.db().write().await?;
    policies::draft(&mut tx, id)
        .await?
        .ok_or(DraftError::NotFound)?;
    if !policies::settle_draft(&mut tx, id, "discarded", &ctx.actor.name, ctx.now).await? {
        return Err(DraftError::Settled);
    }
    tx.audit(ctx.audit("policy.discard", format!("policy_draft:{id}")));
    tx.commit().await?;
    Ok(())
}

/// Closes a year that is over: it keeps the rules it was judged by (B-07), and nothing more is
/// posted to it. False when it is closed already.
///
/// # Errors
/// [`DraftError::YearRunning`] before its end.
pub async fn close_year(
    db: &Db,
    family: &str,
    year: i32,
    by_name: &str,
    now: chengzhi_kernel::Timestamp,
) -> Result<bool, DraftError> {
    if chrono::Datelike::year(&now.date()) <= year {
        return Err(DraftError::YearRunning(year));
    }
    let mut tx = db.write().await?;
    policy_of(&mut tx, family, year).await?;
    let newest = newest_id(&mut tx, family, year).await?;
    let mut content = content_of(&mut tx, &newest).await?;
    let pack = content.pack().map_err(DraftError::Rejected)?.id();
    // Kept as the year's own, with the year of its pack unchanged inside.
    content.year = split_id(&pack).map_or(content.year, |(_, pack_year)| pack_year);
    let closed =
        policies::close_year(&mut tx, year, &pack, &content.to_json(), by_name, now).await?;
    if closed {
        tx.audit(
            chengzhi_db::Audit::new(None, by_name, "year.close", format!("year:{year}"))
                .detail(serde_json::json!({ "pack": pack })),
        );
    }
    tx.commit().await?;
    Ok(closed)
}
