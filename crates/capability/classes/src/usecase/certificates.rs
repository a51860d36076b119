//! Certificates: one for each trainee who completed the class, with a code that anybody can check and nobody can make up.

use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_documents::model;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Quantity};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::phase::Stored;
use crate::store::certificates::{self as store, Certificate};

use super::case::Case;
use super::{awards, keys};

/// What the code of a certificate signs.
const WHAT: &str = "certificate";

/// A certificate as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassCertificateOut {
    /// Row id.
    pub id: i64,
    /// Trainee.
    pub trainee_id: i64,
    /// Its number.
    pub number: String,
    /// Holder.
    pub name: String,
    /// Class with batch.
    pub class_title: String,
    /// First day.
    pub first_on: Date,
    /// Last day.
    pub last_on: Date,
    /// Hours.
    #[schema(value_type = f64)]
    pub hours: Quantity,
    /// Credits.
    #[schema(value_type = f64)]
    pub credits: Quantity,
    /// Day of issue.
    pub issued_on: Date,
    /// Whether it stands.
    pub valid: bool,
    /// Why it was revoked.
    pub revoke_reason: Option<String>,
    /// Path of its public page.
    pub check_path: String,
}

async fn out(tx: &mut Tx, row: Certificate) -> Result<ClassCertificateOut, Problem> {
    let code = keys::known_code(tx, WHAT, row.id).await?;
    Ok(ClassCertificateOut {
        id: row.id,
        trainee_id: row.trainee_id,
        number: row.number,
        name: row.name,
        class_title: row.class_title,
        first_on: row.first_on,
        last_on: row.last_on,
        hours: row.hours,
        credits: row.credits,
        issued_on: row.issued_on,
        valid: row.revoked.is_none(),
        revoke_reason: row.revoked.map(|(_, reason)| reason),
        check_path: code.map(|code| check_path(&code)).unwrap_or_default(),
    })
}

fn check_path(code: &str) -> String {
    format!("/check/{code}")
}

/// Issues what is due and revokes what no longer holds. Doing it twice changes nothing.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn settle(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<(u32, u32), Problem> {
    let Some((first_on, last_on)) = case.class.days() else {
        return Ok((0, 0));
    };
    let cancelled = case.class.state == Stored::Cancelled;
    let known = store::of_class(tx, case.class.id).await?;
    let rows = if cancelled {
        Vec::new()
    } else {
        awards::rows(tx, ctx, case).await?
    };
    let hours: Quantity = case.courses.iter().map(|course| course.hours).sum();
    let credits: Quantity = case.courses.iter().map(|course| course.credits).sum();
    let complete = |trainee: i64| {
        rows.iter().any(|row| {
            row.trainee_id == trainee && row.courses.iter().all(|course| course.complete)
        })
    };
    let mut counts = (0, 0);
    for row in known.iter().filter(|row| row.revoked.is_none()) {
        let same = (row.hours, row.credits, row.first_on, row.last_on)
            == (hours, credits, first_on, last_on);
        if same && complete(row.trainee_id) {
            continue;
        }
        let reason = if cancelled {
            "培训班已取消"
        } else if same {
            "考勤、评价或成绩更正后未完成全部课程"
        } else {
            "课程或日期更正，另发新证"
        };
        store::revoke(tx, row.id, reason, ctx.now).await?;
        counts.1 += 1;
    }
    let standing: Vec<i64> = store::of_class(tx, case.class.id)
        .await?
        .iter()
        .filter(|row| row.revoked.is_none())
        .map(|row| row.trainee_id)
        .collect();
    for row in &rows {
        if standing.contains(&row.trainee_id) || !complete(row.trainee_id) || row.courses.is_empty()
        {
            continue;
        }
        let new = Certificate {
            id: 0,
            class_id: case.class.id,
            trainee_id: row.trainee_id,
            number: String::new(),
            name: row.name.clone(),
            class_title: case.full_title(),
            issuer: case.tree.name(case.class.unit_id).to_owned(),
            first_on,
            last_on,
            hours,
            credits,
            issued_on: ctx.today,
            revoked: None,
        };
        let id = store::insert(tx, &new, &ctx.actor.name, ctx.now).await?;
        // The key is made with the first certificate.
        keys::code(tx, WHAT, id, ctx.now).await?;
        counts.0 += 1;
    }
    if counts != (0, 0) {
        tx.audit(
            ctx.audit("class.certificates", case.subject())
                .unit(case.class.unit_id)
                .detail(json!({"issued": counts.0, "revoked": counts.1})),
        );
    }
    Ok(counts)
}

/// Issues the certificates of a class that is over.
///
/// # Errors
/// 404 for classes of others; 409 before the class is over.
pub async fn issue(ctx: &Ctx, id: i64) -> Result<Vec<ClassCertificateOut>, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    if !case.phase.is_over() {
        return Err(Problem::conflict(
            "class.not_ended",
            "培训班结束后才能发结业证书。",
        ));
    }
    settle(&mut tx, ctx, &case).await?;
    let rows = store::of_class(&mut tx, id).await?;
    let found = outs(&mut tx, rows).await?;
    tx.commit().await?;
    Ok(found)
}

async fn outs(tx: &mut Tx, rows: Vec<Certificate>) -> Result<Vec<ClassCertificateOut>, Problem> {
    let mut found = Vec::new();
    for row in rows {
        found.push(out(tx, row).await?);
    }
    Ok(found)
}

/// Certificates of a class, revoked ones included.
///
/// # Errors
/// 404 for classes of others.
pub async fn list(ctx: &Ctx, id: i64) -> Result<Vec<ClassCertificateOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    Case::run_by(&mut tx, ctx, id).await?;
    let rows = store::of_class(&mut tx, id).await?;
    outs(&mut tx, rows).await
}

/// The caller's own certificates, newest first.
///
/// # Errors
/// 500 from the engine.
pub async fn own(ctx: &Ctx) -> Result<Vec<ClassCertificateOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let Some(person) = ctx.actor.person_id else {
        return Ok(Vec::new());
    };
    let rows = store::of_person(&mut tx, person).await?;
    outs(&mut tx, rows).await
}

fn page(row: &Certificate, origin: &str, code: &str) -> model::Certificate {
    model::Certificate {
        name: row.name.clone(),
        class: row.class_title.clone(),
        from: row.first_on,
        to: row.last_on,
        hours: row.hours,
        credits: (row.credits > Quantity::from_thousandths(0)).then_some(row.credits),
        number: row.number.clone(),
        issuer: row.issuer.clone(),
        date: row.issued_on,
        check_url: format!("{origin}{}", check_path(code)),
    }
}

/// The pages of a class's standing certificates, for whoever runs or reviews it. `origin` is the address that codes
/// lead to: `https://peixun.example.gov.cn`.
///
/// # Errors
/// 409 when there are none.
pub(super) async fn pages(
    tx: &mut Tx,
    case: &Case,
    origin: &str,
) -> Result<Vec<model::Certificate>, Problem> {
    let mut found = Vec::new();
    for row in store::of_class(tx, case.class.id).await? {
        if row.revoked.is_some() {
            continue;
        }
        let code = keys::known_code(tx, WHAT, row.id)
            .await?
            .unwrap_or_default();
        found.push(page(&row, origin, &code));
    }
    if found.is_empty() {
        return Err(Problem::conflict(
            "class.no_certificates",
            "本班还没有发结业证书。",
        ));
    }
    Ok(found)
}

/// One certificate as a page: for its holder, and for whoever runs or oversees the class. Gives the page and the name of
/// its file.
///
/// # Errors
/// 404 for others and for one that was revoked.
pub async fn one(
    ctx: &Ctx,
    id: i64,
    origin: &str,
) -> Result<(model::Certificate, String), Problem> {
    let mut tx = ctx.db().read().await?;
    let row = store::by_id(&mut tx, id)
        .await?
        .filter(|row| row.revoked.is_none())
        .ok_or_else(Problem::not_found)?;
    let own = match ctx.actor.person_id {
        Some(person) => store::of_person(&mut tx, person)
            .await?
            .iter()
            .any(|mine| mine.id == id),
        None => false,
    };
    if !own {
        let case = Case::any(&mut tx, ctx, row.class_id).await?;
        let reviews = ctx
            .actor
            .scope(Permission::ClassReview)
            .is_some_and(|scope| scope.has_unit(case.class.unit_id));
        if !reviews && !case.is_run_by(ctx) {
            return Err(Problem::not_found());
        }
    }
    let code = keys::known_code(&mut tx, WHAT, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let name = format!("结业证书-{}.pdf", row.name);
    Ok((page(&row, origin, &code), name))
}

/// What the public page shows of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Name with the middle masked.
    pub name: String,
    /// Class with batch.
    pub class_title: String,
    /// Bureau.
    pub issuer: String,
    /// First and last day.
    pub days: (Date, Date),
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
    /// Its number.
    pub number: String,
    /// Day of issue.
    pub issued_on: Date,
    /// Whether it stands.
    pub valid: bool,
}

/// What a code says; none for a code that was never given out.
///
/// # Errors
/// 500 from the engine.
pub async fn check(tx: &mut Tx, code: &str) -> Result<Option<Checked>, Problem> {
    let Some((id, sign)) = keys::named(code) else {
        return Ok(None);
    };
    if !keys::genuine(tx, WHAT, id, sign).await? {
        return Ok(None);
    }
    Ok(store::by_id(tx, id).await?.map(|row| Checked {
        name: masked(&row.name),
        class_title: row.class_title,
        issuer: row.issuer,
        days: (row.first_on, row.last_on),
        hours: row.hours,
        credits: row.credits,
        number: row.number,
        issued_on: row.issued_on,
        valid: row.revoked.is_none(),
    }))
}

/// A name with its middle masked: 王*明, 欧**德, 王*.
#[must_use]
pub(super) fn masked(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    match letters.as_slice() {
        [] => String::new(),
        [only] => only.to_string(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn names_are_masked_in_the_middle() {
        for (name, shown) in [
            ("", ""),
            ("王", "王"),
            ("王明", "王*"),
            ("王小明", "王*明"),
            ("欧阳明德", "欧**德"),
        ] {
            assert_eq!(masked(name), shown);
        }
    }
}
