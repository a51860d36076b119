//! Changes reach those concerned: what a trainee or instructor has not seen yet stands on his first page until he has.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::PersonId;

use crate::domain::phase::{Phase, Stored};
use crate::store::classes::{self, Class};
use crate::store::{extras, trainees};

use super::case::full_title;

/// Notes that the caller has seen a class as it stands now.
///
/// # Errors
/// 404 when he is neither on its list nor teaches in it.
pub async fn seen(ctx: &Ctx, id: i64) -> Result<(), Problem> {
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().write().await?;
    let class = classes::by_id(&mut tx, id)
        .await?
        .filter(|class| class.state != Stored::Draft)
        .ok_or_else(Problem::not_found)?;
    if !concerned(&mut tx, person, class.year)
        .await?
        .iter()
        .any(|(of, _)| of.id == id)
    {
        return Err(Problem::not_found());
    }
    extras::mark_read(&mut tx, id, person, class.calendar_seq).await?;
    tx.commit().await?;
    Ok(())
}

/// Announced classes of a year that concern a person: on whose list he is (true), or in which he teaches (false).
async fn concerned(
    tx: &mut Tx,
    person: PersonId,
    year: i32,
) -> Result<Vec<(Class, bool)>, Problem> {
    let mut found: BTreeMap<i64, bool> = BTreeMap::new();
    let rows = faculty::instructors_of(tx, person).await?;
    for id in classes::taught_by(tx, person, &rows, year).await? {
        found.insert(id, false);
    }
    for row in trainees::of_person(tx, person, year).await? {
        if row.seat.sits() {
            found.insert(row.class_id, true);
        }
    }
    let ids: Vec<i64> = found.keys().copied().collect();
    Ok(classes::by_ids(tx, &ids)
        .await?
        .into_iter()
        .filter(|class| class.state != Stored::Draft)
        .map(|class| {
            let listed = found.get(&class.id).copied().unwrap_or(false);
            (class, listed)
        })
        .collect())
}

/// Something that the caller has not seen: class, and what happened in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    /// Class.
    pub class: i64,
    /// What happened.
    pub title: &'static str,
    /// Sentence.
    pub text: String,
    /// He is on its list; else he teaches in it.
    pub listed: bool,
}

/// What happened to the classes of a person that he has not seen, until their last day is over.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn news(tx: &mut Tx, ctx: &Ctx, person: PersonId) -> Result<Vec<News>, Problem> {
    let read = extras::read_by(tx, person).await?;
    let mut found = Vec::new();
    let year = chrono::Datelike::year(&ctx.today);
    for (class, listed) in concerned(tx, person, year).await? {
        let phase = Phase::of(class.state, class.days(), ctx.today);
        let over = class.last_on.is_none_or(|last| last < ctx.today);
        if over || !matches!(phase, Phase::Filed | Phase::Running | Phase::Cancelled) {
            continue;
        }
        let before = read.get(&class.id).copied();
        if before.is_some_and(|seen| seen >= class.calendar_seq) {
            continue;
        }
        let title = full_title(&class);
        let begins = class
            .first_on
            .map(chengzhi_kernel::format_cn)
            .unwrap_or_default();
        let (word, text) = match (phase, before, listed) {
            // Nobody is told of the end of what he never heard of.
            (Phase::Cancelled, None, _) => continue,
            (Phase::Cancelled, ..) => ("培训班已取消", format!("“{title}”已取消。")),
            (_, Some(_), _) => (
                "课表有调整",
                format!("“{title}”课表有调整，请查看最新课表。"),
            ),
            (_, None, true) => (
                "参加培训班",
                format!("您已列入“{title}”名单，{begins}开班。"),
            ),
            (_, None, false) => (
                "授课安排",
                format!("您在“{title}”有授课安排，{begins}开班。"),
            ),
        };
        found.push(News {
            class: class.id,
            title: word,
            text,
            listed,
        });
    }
    Ok(found)
}
