//! Opening accounts from people: one, or all of a unit.

use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_http::Ctx;
use chengzhi_kernel::{Clock as _, PersonId, UnitId};
use chengzhi_organisation::facade;
use serde_json::json;

use super::issue::{Issued, issue_code};
use super::reach::{ActError, Reach};
use crate::directory::{self, Directory};
use crate::domain::account::comparable_name;
use crate::store::accounts;

/// Accounts opened by one request at most; a district has fewer people.
pub const MAX_AT_ONCE: usize = 3_000;

/// A code with what is printed beside it.
#[derive(Debug, Clone)]
pub struct Slip {
    /// What he signs in with.
    pub user_name: String,
    /// Whose it is.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// The code.
    pub issued: Issued,
}

/// For whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFor {
    /// One person.
    Person(PersonId),
    /// Everybody in service in the unit and those below it who has no account yet.
    Unit(UnitId),
}

struct Wanted {
    person: PersonId,
    staff_no: String,
    name: String,
    unit_name: String,
}

/// Opens accounts and gives the codes, which are shown this once.
///
/// # Errors
/// [`ActError`]; no account is opened then.
pub async fn open_accounts(ctx: &Ctx, whom: OpenFor) -> Result<Vec<Slip>, ActError> {
    let reach = Reach::of(&ctx.actor, &[Permission::AccountReset]);
    let mut tx = ctx.db().write().await?;
    let directory = Directory::on(&mut tx, ctx.today).await?;
    let wanted = match whom {
        OpenFor::Person(person) => {
            vec![one_person(&mut tx, ctx, &reach, &directory, person).await?]
        }
        OpenFor::Unit(unit) => all_of_unit(&mut tx, ctx, &reach, &directory, unit).await?,
    };
    if wanted.len() > MAX_AT_ONCE {
        return Err(ActError::TooMany(wanted.len()));
    }
    let now = ctx.state.wall.now();
    let mut slips = Vec::with_capacity(wanted.len());
    for one in wanted {
        let user_name = comparable_name(&one.staff_no)
            .ok_or_else(|| ActError::NameTaken(one.staff_no.clone()))?;
        let account = accounts::insert(&mut tx, &user_name, &one.name, Some(one.person), now)
            .await?
            .ok_or_else(|| ActError::NameTaken(user_name.clone()))?;
        let issued = issue_code(&mut tx, account, now).await?;
        tx.audit(
            ctx.audit("account.open", format!("account:{account}"))
                .detail(json!({"user_name": user_name, "name": one.name, "unit": one.unit_name})),
        );
        slips.push(Slip {
            user_name,
            name: one.name,
            unit_name: one.unit_name,
            issued,
        });
    }
    tx.commit().await?;
    Ok(slips)
}

async fn one_person(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    directory: &Directory,
    id: PersonId,
) -> Result<Wanted, ActError> {
    let person = facade::person(tx, id).await?.ok_or(ActError::NotFound)?;
    if !reach.holds_person(tx, id, ctx.today).await? {
        return Err(ActError::NotFound);
    }
    if directory::has_left(tx, id, ctx.today).await? {
        return Err(ActError::Left);
    }
    if !accounts::people_with_account(tx, &[id]).await?.is_empty() {
        return Err(ActError::HasAccount);
    }
    let unit = directory::home_unit(tx, id, ctx.today).await?;
    Ok(Wanted {
        person: id,
        staff_no: person.staff_no,
        name: person.name,
        unit_name: unit
            .and_then(|unit| directory.name(unit))
            .unwrap_or_default(),
    })
}

async fn all_of_unit(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    directory: &Directory,
    unit: UnitId,
) -> Result<Vec<Wanted>, ActError> {
    let below = directory.reach(Some(unit), chengzhi_authz::ScopeKind::Subtree);
    let units: std::collections::BTreeSet<i64> =
        below.intersection(&reach.units).copied().collect();
    if !units.contains(&unit.get()) {
        return Err(ActError::NotFound);
    }
    let mut people: Vec<_> = directory::people_in(tx, &units, ctx.today)
        .await?
        .into_values()
        .filter(|person| person.in_service)
        .collect();
    people.sort_by(|a, b| (a.unit_id, &a.staff_no).cmp(&(b.unit_id, &b.staff_no)));
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let have: std::collections::BTreeSet<PersonId> = accounts::people_with_account(tx, &ids)
        .await?
        .into_iter()
        .collect();
    Ok(people
        .into_iter()
        .filter(|person| !have.contains(&person.id))
        .map(|person| Wanted {
            person: person.id,
            staff_no: person.staff_no,
            name: person.name,
            unit_name: directory.name(person.unit_id).unwrap_or_default(),
        })
        .collect())
}
