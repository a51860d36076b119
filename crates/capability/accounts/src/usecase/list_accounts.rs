//! The list of accounts.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::{Permission, ScopeKind};
use chengzhi_db::{DbError, Tx};
use chengzhi_http::Ctx;
use chengzhi_kernel::{AccountId, Clock as _, PersonId, UnitId};
use chengzhi_organisation::facade as organisation;

use super::me::{NamedGrant, named};
use super::reach::{ActError, Reach};
use crate::directory::{self, Directory};
use crate::domain::account::AccountState;
use crate::store::accounts::{AccountRow, ListFilter, Sort};
use crate::store::{accounts, assignments};

/// Rights that let somebody see accounts: each of them acts on accounts in its way.
pub const SEEING: [Permission; 3] = [
    Permission::AccountReset,
    Permission::AccountManage,
    Permission::RoleGrant,
];

/// Order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By a column of the account.
    Column(Sort),
    /// By the person's unit, which the organisation knows; accounts without one come last.
    Unit {
        /// Last first.
        down: bool,
    },
}

impl Default for Order {
    fn default() -> Self {
        Order::Column(Sort::UserName)
    }
}

impl Order {
    /// From `field` or `-field`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "unit_name" => Some(Order::Unit { down: false }),
            "-unit_name" => Some(Order::Unit { down: true }),
            other => Sort::parse(other).map(Order::Column),
        }
    }
}

/// What is asked for.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Only this unit and those below it.
    pub unit: Option<UnitId>,
    /// Part of the user name or name.
    pub text: Option<String>,
    /// One state.
    pub state: Option<AccountState>,
    /// Order.
    pub sort: Order,
    /// Rows a page.
    pub limit: i64,
    /// Rows before.
    pub offset: i64,
}

/// An account with what the list shows.
#[derive(Debug)]
pub struct Listed {
    /// The account.
    pub account: AccountRow,
    /// State now.
    pub state: AccountState,
    /// The person's unit.
    pub unit_id: Option<UnitId>,
    /// Its name.
    pub unit_name: String,
    /// Roles given.
    pub roles: Vec<NamedGrant>,
    /// Its person has left or retired: it cannot be opened again.
    pub left: bool,
}

/// One page of accounts inside the actor's reach, and the number of all.
///
/// # Errors
/// [`ActError::NotFound`] for a unit outside the reach.
pub async fn list_accounts(ctx: &Ctx, wanted: &Wanted) -> Result<(i64, Vec<Listed>), ActError> {
    let reach = Reach::of(&ctx.actor, &SEEING);
    let mut tx = ctx.db().read().await?;
    let directory = Directory::on(&mut tx, ctx.today).await?;
    let units: Option<BTreeSet<i64>> = match wanted.unit {
        // The city bureau and no unit are the same question for who sees all.
        Some(unit) if !(reach.whole && directory.city() == Some(unit)) => {
            let below = directory.reach(Some(unit), ScopeKind::Subtree);
            let reached: BTreeSet<i64> = if reach.whole {
                below
            } else {
                below.intersection(&reach.units).copied().collect()
            };
            if !reached.contains(&unit.get()) {
                return Err(ActError::NotFound);
            }
            Some(reached)
        }
        _ => (!reach.whole).then(|| reach.units.clone()),
    };
    let people: Option<Vec<PersonId>> = match &units {
        None => None,
        Some(units) => Some(
            directory::people_in(&mut tx, units, ctx.today)
                .await?
                .into_keys()
                .collect(),
        ),
    };
    let filter = ListFilter {
        people: people.as_deref(),
        text: wanted.text.as_deref(),
        state: wanted.state.map(AccountState::code),
        now: ctx.state.wall.now(),
    };
    let (total, rows) = match wanted.sort {
        Order::Column(sort) => {
            accounts::list(&mut tx, &filter, sort, wanted.limit, wanted.offset).await?
        }
        Order::Unit { down } => {
            let (total, mut rows) =
                accounts::list(&mut tx, &filter, Sort::UserName, i64::MAX, 0).await?;
            let everywhere = units.unwrap_or_else(|| directory.all());
            let people = directory::people_in(&mut tx, &everywhere, ctx.today).await?;
            let place = |row: &AccountRow| {
                let unit = row
                    .person_id
                    .and_then(|id| people.get(&id))
                    .map(|p| p.unit_id.get());
                match (unit, down) {
                    (None, _) => i64::MAX,
                    (Some(unit), false) => unit,
                    (Some(unit), true) => -unit,
                }
            };
            rows.sort_by_key(place);
            let offset = usize::try_from(wanted.offset).unwrap_or(usize::MAX);
            let limit = usize::try_from(wanted.limit).unwrap_or(0);
            (total, rows.into_iter().skip(offset).take(limit).collect())
        }
    };
    let listed = listed(&mut tx, ctx, &directory, rows).await?;
    Ok((total, listed))
}

/// One account inside the actor's reach.
///
/// # Errors
/// [`ActError::NotFound`] outside it.
pub async fn one_account(ctx: &Ctx, id: AccountId) -> Result<Listed, ActError> {
    let reach = Reach::of(&ctx.actor, &SEEING);
    let mut tx = ctx.db().read().await?;
    let account = accounts::by_id(&mut tx, id)
        .await?
        .ok_or(ActError::NotFound)?;
    if !reach.holds(&mut tx, &account, ctx.today).await? {
        return Err(ActError::NotFound);
    }
    let directory = Directory::on(&mut tx, ctx.today).await?;
    let mut rows = listed(&mut tx, ctx, &directory, vec![account]).await?;
    rows.pop().ok_or(ActError::NotFound)
}

async fn listed(
    tx: &mut Tx,
    ctx: &Ctx,
    directory: &Directory,
    rows: Vec<AccountRow>,
) -> Result<Vec<Listed>, DbError> {
    let ids: Vec<AccountId> = rows.iter().map(|row| row.id).collect();
    let mut held = assignments::of_all(tx, &ids).await?;
    let mut homes: BTreeMap<PersonId, UnitId> = BTreeMap::new();
    for person in rows.iter().filter_map(|row| row.person_id) {
        if let Some(unit) = directory::home_unit(tx, person, ctx.today).await? {
            homes.insert(person, unit);
        }
    }
    let left: BTreeSet<PersonId> = organisation::left_by(tx, ctx.today)
        .await?
        .into_iter()
        .collect();
    let now = ctx.state.wall.now();
    Ok(rows
        .into_iter()
        .map(|account| {
            let unit_id = account
                .person_id
                .and_then(|person| homes.get(&person).copied());
            Listed {
                state: AccountState::of(&account.state, account.locked_until, now)
                    .unwrap_or(AccountState::Closed),
                unit_id,
                unit_name: unit_id
                    .and_then(|unit| directory.name(unit))
                    .unwrap_or_default(),
                left: account
                    .person_id
                    .is_some_and(|person| left.contains(&person)),
                roles: held
                    .remove(&account.id)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|one| named(directory, one.role, one.unit_id, one.scope))
                    .collect(),
                account,
            }
        })
        .collect())
}
