//! The list of questions and the page of one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chengzhi_authz::{Permission, Scope};
use chengzhi_http::{Ctx, Paging, Problem};
use chengzhi_organisation::facade as organisation;
use chengzhi_questions::similar::Print;
use chengzhi_questions::text::compact;

use super::access::{decides, sees};
use super::body::BankContent;
use super::index::{Bank, NearVersion, Wanted};
use super::view_out::{
    BankCiteOut, BankEventOut, BankListOut, BankNearOut, BankObservedOut, BankPageOut, BankRowOut,
    BankStateCountOut, BankVersionOut,
};
use crate::domain::articles::Article;
use crate::domain::life::{State, Step, steps_from};
use crate::store::cites;
use crate::store::laws;
use crate::store::stories;
use crate::store::uses;
use crate::store::versions::{self, Version};

/// Near-duplicates shown.
const NEAR: usize = 5;

/// What the caller may do with a version, as codes: steps, `edit`, `revise`.
fn may(ctx: &Ctx, row: &Version) -> Vec<String> {
    let proposes = ctx.actor.scope(Permission::BankPropose);
    let own = proposes
        .as_ref()
        .is_some_and(|scope| scope.has_unit(row.unit_id));
    let mut words = Vec::new();
    if own && row.state == State::Draft {
        words.extend(["edit", "propose", "retire"].map(str::to_owned));
    }
    if proposes.is_some()
        && matches!(
            row.state,
            State::InUse | State::Quarantined | State::Retired
        )
    {
        words.push("revise".to_owned());
    }
    if decides(ctx) && row.state != State::Draft {
        let wrote = [row.created_by, row.changed_by].contains(&ctx.actor.account_id.get());
        words.extend(
            steps_from(row.state)
                .filter(|step| *step != Step::Supersede && !(*step == Step::Review && wrote))
                .map(|step| step.code().to_owned()),
        );
    }
    words
}

fn row_out(ctx: &Ctx, row: &Version, units: &HashMap<i64, String>) -> BankRowOut {
    let source = row.content.source.clone().unwrap_or_default();
    BankRowOut {
        id: row.id,
        question_id: row.question_id,
        number: row.number,
        kind: row.content.kind.name().to_owned(),
        kind_name: row.content.kind.chinese().to_owned(),
        stem: row.content.stem.clone(),
        field: row.content.field_of_law.clone(),
        topic: row.content.topic.clone(),
        difficulty: row.content.difficulty.unwrap_or(3),
        level: row.level.code().to_owned(),
        level_name: row.level.name().to_owned(),
        law: source.law,
        article: source.article,
        checked: row.unchecked.is_none(),
        state: row.state.code().to_owned(),
        state_name: row.state.name().to_owned(),
        state_note: row.state_note.clone(),
        change_note: row.change_note.clone(),
        unit_name: units.get(&row.unit_id.get()).cloned().unwrap_or_default(),
        by_name: row.created_by_name.clone(),
        at: row.created_at,
        may: may(ctx, row),
        version: row.version,
    }
}

/// Versions as rows, with the names of their units.
///
/// # Errors
/// 500 from the engine.
pub async fn rows_out(
    tx: &mut chengzhi_db::Tx,
    ctx: &Ctx,
    rows: &[Version],
) -> Result<Vec<BankRowOut>, Problem> {
    let mut units = HashMap::new();
    for row in rows {
        if let Entry::Vacant(free) = units.entry(row.unit_id.get()) {
            let unit = organisation::unit(tx, row.unit_id).await?;
            free.insert(unit.map(|unit| unit.name).unwrap_or_default());
        }
    }
    Ok(rows.iter().map(|row| row_out(ctx, row, &units)).collect())
}

/// A page of the versions that a wish names.
///
/// # Errors
/// 500 from the engine.
pub async fn list(
    bank: &Bank,
    ctx: &Ctx,
    scope: &Scope,
    mut wanted: Wanted,
    paging: Paging,
) -> Result<BankListOut, Problem> {
    let mut tx = ctx.db().read().await?;
    bank.refresh(&mut tx).await?;
    wanted.units.clone_from(&scope.units);
    let page = |number: i64| usize::try_from(number).unwrap_or(0);
    let found = bank
        .find(wanted, (page(paging.limit()), page(paging.offset())))
        .await?;
    let rows = versions::of_ids(&mut tx, &found.ids).await?;
    Ok(BankListOut {
        total: found.total,
        rows: rows_out(&mut tx, ctx, &rows).await?,
        states: bank
            .states(&scope.units)
            .await
            .into_iter()
            .filter(|(state, _)| *state != State::Superseded)
            .map(|(state, count)| BankStateCountOut {
                state: state.code().to_owned(),
                name: state.name().to_owned(),
                count,
            })
            .collect(),
    })
}

/// Questions that say nearly the same as what is being typed.
///
/// # Errors
/// 500 from the engine.
pub async fn near(
    bank: &Bank,
    ctx: &Ctx,
    stem: &str,
    options: &[String],
    except: Option<i64>,
) -> Result<Vec<BankNearOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    bank.refresh(&mut tx).await?;
    let found = bank.near(Print::of(stem, options), except, NEAR).await?;
    near_out(&mut tx, &found).await
}

async fn near_out(
    tx: &mut chengzhi_db::Tx,
    found: &[NearVersion],
) -> Result<Vec<BankNearOut>, Problem> {
    let ids: Vec<i64> = found.iter().map(|near| near.version_id).collect();
    let rows = versions::of_ids(tx, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| BankNearOut {
            id: row.id,
            score: found
                .iter()
                .find(|near| near.version_id == row.id)
                .map_or(0, |near| near.likeness.score),
            stem: row.content.stem,
            options: row.content.options,
            state_name: row.state.name().to_owned(),
        })
        .collect())
}

async fn cites_out(tx: &mut chengzhi_db::Tx, id: i64) -> Result<Vec<BankCiteOut>, Problem> {
    let cites = cites::of(tx, &[id]).await?;
    let names = laws::all(tx).await?;
    let mut texts: HashMap<i64, Vec<Article>> = HashMap::new();
    let mut out = Vec::new();
    for cite in cites {
        let Some(read) = laws::versions(tx, &format!("t.id = {}", cite.law_version_id))
            .await?
            .pop()
        else {
            continue;
        };
        let now = laws::current_of(tx, cite.law_id)
            .await?
            .filter(|now| now.id != read.id);
        for text in [Some(read.id), now.as_ref().map(|now| now.id)]
            .into_iter()
            .flatten()
        {
            if let Entry::Vacant(free) = texts.entry(text) {
                free.insert(laws::articles(tx, text).await?);
            }
        }
        let body = |text: i64| {
            texts
                .get(&text)?
                .iter()
                .find(|one| one.number == cite.article && !one.gone)
                .map(|one| one.body.clone())
        };
        let then = body(read.id);
        let now_body = now
            .as_ref()
            .map(|now| body(now.id).unwrap_or_default())
            .filter(|now| then.as_deref().map(compact) != Some(compact(now)));
        out.push(BankCiteOut {
            part: cite.part,
            law_id: cite.law_id,
            law: names
                .iter()
                .find(|law| law.id == cite.law_id)
                .map(|law| law.name.clone())
                .unwrap_or_default(),
            article: cite.article.clone(),
            label: read.label,
            in_force: read.in_force,
            source: read.source,
            body: then,
            now_label: now.map(|now| now.label),
            now_body,
        });
    }
    Ok(out)
}

/// The page of a version.
///
/// # Errors
/// 404 when it is not seen.
pub async fn page(bank: &Bank, ctx: &Ctx, scope: &Scope, id: i64) -> Result<BankPageOut, Problem> {
    let mut tx = ctx.db().read().await?;
    bank.refresh(&mut tx).await?;
    let row = versions::by_id(&mut tx, id)
        .await?
        .filter(|row| sees(scope, row))
        .ok_or_else(Problem::not_found)?;
    let all: Vec<Version> = versions::of_question(&mut tx, row.question_id)
        .await?
        .into_iter()
        .filter(|one| sees(scope, one))
        .collect();
    let ids: Vec<i64> = all.iter().map(|one| one.id).collect();
    let events = stories::events(&mut tx, row.question_id).await?;
    let near = bank
        .near(Print::from(&row.content), Some(row.question_id), NEAR)
        .await?;
    let near = near_out(&mut tx, &near).await?;
    let used = uses::of_question(&mut tx, row.question_id).await?;
    let observed = uses::observed(&mut tx, &ids).await?;
    let cites = cites_out(&mut tx, id).await?;
    let row_out = rows_out(&mut tx, ctx, std::slice::from_ref(&row))
        .await?
        .pop()
        .ok_or_else(Problem::not_found)?;
    Ok(BankPageOut {
        row: row_out,
        content: BankContent::from(&row.content),
        unchecked: row.unchecked,
        cites,
        events: events
            .into_iter()
            .filter_map(|event| {
                let number = all.iter().find(|one| one.id == event.version_id)?.number;
                Some(BankEventOut {
                    at: event.at,
                    by_name: event.by_name,
                    number,
                    event: event.event,
                    note: event.note,
                })
            })
            .collect(),
        versions: all
            .into_iter()
            .map(|one| BankVersionOut {
                id: one.id,
                number: one.number,
                state: one.state.code().to_owned(),
                state_name: one.state.name().to_owned(),
                change_note: one.change_note,
                by_name: one.created_by_name,
            })
            .collect(),
        near,
        uses: {
            let mut owners: Vec<&str> = used.iter().map(|one| one.owner.as_str()).collect();
            owners.sort_unstable();
            owners.dedup();
            owners.len()
        },
        last_used_on: used.first().map(|one| one.on),
        observed: observed
            .into_iter()
            .map(|one| BankObservedOut {
                on: one.on,
                takers: one.takers,
                rate: one.rate,
                discrimination: one.discrimination,
                flags: one.flags,
            })
            .collect(),
    })
}
