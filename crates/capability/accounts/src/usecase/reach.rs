//! Over which accounts an actor's right extends.

use std::collections::BTreeSet;

use chengzhi_authz::{Actor, Permission, ScopeKind};
use chengzhi_db::{DbError, Tx};
use chengzhi_http::Ctx;
use chengzhi_kernel::{Date, PersonId};

use crate::directory;
use crate::domain::roles::WHOLE_CITY;
use crate::store::accounts::AccountRow;

/// The accounts that some permissions open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Every account, also those without a person and of people without a unit.
    pub whole: bool,
    /// Accounts of people in these units.
    pub units: BTreeSet<i64>,
}

impl Reach {
    /// The union over all grants that carry one of the permissions; reaches nothing without one.
    #[must_use]
    pub fn of(actor: &Actor, permissions: &[Permission]) -> Self {
        let mut reach = Reach {
            whole: false,
            units: BTreeSet::new(),
        };
        for grant in &actor.grants {
            let carries = grant
                .role
                .permissions()
                .iter()
                .any(|p| permissions.contains(p));
            if !carries || grant.scope == ScopeKind::Own {
                continue;
            }
            reach.whole |= grant.unit_id == WHOLE_CITY;
            reach.units.extend(grant.units.iter().copied());
        }
        reach
    }

    /// True when the account may be seen and handled.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn holds(
        &self,
        tx: &mut Tx,
        account: &AccountRow,
        today: Date,
    ) -> Result<bool, DbError> {
        if self.whole {
            return Ok(true);
        }
        match account.person_id {
            Some(person) => self.holds_person(tx, person, today).await,
            None => Ok(false),
        }
    }

    /// True when the person's unit of the day is reached.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn holds_person(
        &self,
        tx: &mut Tx,
        person: PersonId,
        today: Date,
    ) -> Result<bool, DbError> {
        let unit = directory::home_unit(tx, person, today).await?;
        Ok(self.whole || unit.is_some_and(|unit| self.units.contains(&unit.get())))
    }

    /// True when everything that `other` may reach lies inside: nobody hands out a way into an
    /// account that reaches further than his own.
    #[must_use]
    pub fn covers(&self, other: &Actor) -> bool {
        self.whole
            || other.grants.iter().all(|grant| {
                grant.scope == ScopeKind::Own
                    || (grant.unit_id != WHOLE_CITY && grant.units.is_subset(&self.units))
            })
    }
}

/// What every act on somebody's account first looks up: the account, inside the reach of these
/// permissions, and not the actor's own.
///
/// # Errors
/// [`ActError`].
pub async fn account_in_reach(
    tx: &mut Tx,
    ctx: &Ctx,
    permissions: &[Permission],
    id: chengzhi_kernel::AccountId,
) -> Result<(AccountRow, Reach), ActError> {
    let reach = Reach::of(&ctx.actor, permissions);
    let account = crate::store::accounts::by_id(tx, id)
        .await?
        .ok_or(ActError::NotFound)?;
    if !reach.holds(tx, &account, ctx.today).await? {
        return Err(ActError::NotFound);
    }
    if account.id == ctx.actor.account_id {
        return Err(ActError::Oneself);
    }
    Ok((account, reach))
}

/// Why an act on an account is refused.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// No such account or person, or outside the reach.
    #[error("not found or out of reach")]
    NotFound,
    /// One's own account.
    #[error("one's own account")]
    Oneself,
    /// The account of one of the three administrators: only the command line resets it, so that
    /// none of them can take another's place.
    #[error("an administrator's account")]
    Administrator,
    /// The account reaches further than the actor.
    #[error("the account reaches further")]
    ReachesFurther,
    /// The person has left.
    #[error("the person has left")]
    Left,
    /// The account is closed.
    #[error("the account is closed")]
    Closed,
    /// The person has an account.
    #[error("the person has an account")]
    HasAccount,
    /// The user name is taken by another account.
    #[error("user name is taken")]
    NameTaken(String),
    /// More people than one request opens accounts for.
    #[error("too many people")]
    TooMany(usize),
    /// The roles cannot be held together; the sentences.
    #[error("roles cannot be held together")]
    Roles(Vec<String>),
    /// Somebody was faster.
    #[error("changed meanwhile")]
    Stale,
    /// Issuing a code.
    #[error(transparent)]
    Issue(#[from] super::issue::IssueError),
    /// Database.
    #[error(transparent)]
    Db(#[from] DbError),
}
