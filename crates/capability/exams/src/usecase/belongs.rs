//! Exams that belong to something else: a class takes the results of its exam from the engine.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Timestamp, UnitId};
use serde_json::json;

use crate::domain::session::{Purpose, State};
use crate::store::sessions::{self, Session};

/// How the text of a session that belongs to a class begins: `class:12`.
pub const CLASS: &str = "class:";

/// A class exam as a class sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamRef {
    /// Session.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// The doors open.
    pub opens: Timestamp,
    /// Word of its state.
    pub state: String,
    /// Results are out.
    pub published: bool,
    /// It belongs to the one that asks.
    pub linked: bool,
}

/// The class exams of a bureau that belong to `about` or to nothing, the latest first.
///
/// # Errors
/// 500 from the engine.
pub async fn exams_for(tx: &mut Tx, unit: UnitId, about: &str) -> Result<Vec<ExamRef>, Problem> {
    Ok(sessions::of_holder(tx, unit, Purpose::Class)
        .await?
        .into_iter()
        .filter(|session| is_free(session) || session.about.as_deref() == Some(about))
        .map(|session| ExamRef {
            id: session.id,
            opens: session.terms.opens,
            state: session.state.name().to_owned(),
            published: session.state == State::Published,
            linked: session.about.as_deref() == Some(about),
            title: session.title,
        })
        .collect())
}

fn is_free(session: &Session) -> bool {
    !session
        .about
        .as_deref()
        .is_some_and(|about| about.starts_with(CLASS))
}

/// Says that a class exam of this bureau belongs to `about`, or with `on` false that it does not any more. The caller
/// has the right to change what it belongs to.
///
/// # Errors
/// 404 for exams of others or of another purpose; 409 when it belongs to something else.
pub async fn belong(
    tx: &mut Tx,
    ctx: &Ctx,
    session: i64,
    (unit, about): (UnitId, &str),
    on: bool,
) -> Result<(), Problem> {
    let mut found = sessions::take(tx, session)
        .await?
        .filter(|one| one.unit == unit && one.purpose == Purpose::Class)
        .filter(|one| one.state != State::Cancelled)
        .ok_or_else(Problem::not_found)?;
    let own = found.about.as_deref() == Some(about);
    if !own && !is_free(&found) {
        return Err(Problem::conflict(
            "exams.belongs",
            format!("“{}”已关联其他培训班，请先在该班取消关联。", found.title),
        ));
    }
    if own == on {
        return Ok(());
    }
    found.about = on.then(|| about.to_owned());
    let version = found.version;
    if !sessions::put(tx, &found, version).await? {
        return Err(Problem::stale());
    }
    tx.audit(
        ctx.audit("exam.belong", format!("exam_session:{session}"))
            .unit(unit)
            .detail(json!({"about": about, "on": on})),
    );
    Ok(())
}
