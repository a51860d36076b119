//! From a cookie to the actor and the units he reaches today.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use chengzhi_authz::{Actor, Grant, Role, ScopeKind};
use chengzhi_db::{DbError, Tx};
use chengzhi_http::{AppState, Authenticator, Problem};
use chengzhi_kernel::{Clock as _, Date};

use crate::directory::{self, Directory};
use crate::domain::roles::WHOLE_CITY;
use crate::domain::session::{token_hash, token_in};
use crate::service::Accounts;
use crate::store::accounts::AccountRow;
use crate::store::{accounts, assignments, sessions};

/// How long last requests are gathered before they are stored.
const GATHER: Duration = Duration::from_millis(500);

/// Who is behind a session.
pub struct Signed {
    /// The account.
    pub account: AccountRow,
    /// The actor with today's units.
    pub actor: Actor,
    /// Must choose a new password before anything else.
    pub must_change: bool,
}

/// The session's secret among a request's cookies.
#[must_use]
pub fn token_of(parts: &Parts) -> Option<String> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(token_in)
        .map(str::to_owned)
}

impl Accounts {
    /// The holder of the request's session, also one who must change his password first.
    ///
    /// # Errors
    /// 401 without a session, after its limits, or when the account is not active any more.
    pub async fn signed(&self, state: &AppState, parts: &Parts) -> Result<Signed, Problem> {
        let token = token_of(parts).ok_or_else(Problem::signed_out)?;
        let hash = token_hash(&token);
        let now = state.wall.now();
        let mut tx = state.db.read().await?;
        let (session, account, has_roles) = accounts::by_session(&mut tx, &hash)
            .await?
            .ok_or_else(Problem::signed_out)?;
        let last_seen = self.last_seen(&hash, session.last_seen_at);
        if !self
            .settings
            .limits
            .alive(session.created_at, last_seen, now)
        {
            return Err(Problem::signed_out());
        }
        if account.state != "active" {
            return Err(Problem::signed_out());
        }
        let today = state.clock.today();
        let mut grants = own_grant(&mut tx, &account, today).await?;
        if has_roles {
            grants.extend(held_grants(&mut tx, &account, today).await?);
        }
        let actor = actor(&account, grants);
        drop(tx);
        self.note_seen(&hash, now);
        if now
            >= session
                .last_seen_at
                .plus_seconds(self.settings.limits.write_after_seconds())
        {
            self.store_seen(state, hash);
        }
        let must_change = account.must_change || self.password_is_old(account.password_set_at, now);
        Ok(Signed {
            account,
            actor,
            must_change,
        })
    }

    /// Stores the last request beside the request, which need not wait for a long writer. Those of a moment share a
    /// transaction: thousands at work at once would else make each minute as many syncs of the disk.
    fn store_seen(&self, state: &AppState, hash: String) {
        if !self.unstored().note(hash, state.wall.now()) {
            return;
        }
        let db = state.db.clone();
        let unstored = self.unstored().clone();
        tokio::spawn(async move {
            tokio::time::sleep(GATHER).await;
            let seen = unstored.take();
            let stored = async {
                let mut tx = db.write().await?;
                for (hash, at) in &seen {
                    sessions::touch(&mut tx, hash, *at).await?;
                }
                tx.commit().await
            };
            if let Err(error) = stored.await {
                tracing::warn!(error = %error, "last requests of sessions could not be stored");
            }
        });
    }
}

/// The actor of an account with the units he reaches on a day. Fails closed: a role without units
/// reaches nothing.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn actor_of(tx: &mut Tx, account: &AccountRow, today: Date) -> Result<Actor, DbError> {
    let mut grants = own_grant(tx, account, today).await?;
    grants.extend(held_grants(tx, account, today).await?);
    Ok(actor(account, grants))
}

fn actor(account: &AccountRow, grants: Vec<Grant>) -> Actor {
    Actor {
        account_id: account.id,
        person_id: account.person_id,
        name: account.name.clone(),
        grants,
    }
}

/// Every person sees his own data, whatever else he may do.
async fn own_grant(tx: &mut Tx, account: &AccountRow, today: Date) -> Result<Vec<Grant>, DbError> {
    let Some(person) = account.person_id else {
        return Ok(Vec::new());
    };
    let home = directory::home_unit(tx, person, today).await?;
    Ok(vec![Grant {
        role: Role::Officer,
        unit_id: home.unwrap_or(WHOLE_CITY),
        scope: ScopeKind::Own,
        units: Arc::default(),
    }])
}

/// What the account's roles open.
async fn held_grants(
    tx: &mut Tx,
    account: &AccountRow,
    today: Date,
) -> Result<Vec<Grant>, DbError> {
    let assignments = assignments::of(tx, account.id).await?;
    if assignments.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::on(tx, today).await?;
    Ok(assignments
        .into_iter()
        .map(|assignment| Grant {
            role: assignment.role,
            unit_id: assignment.unit_id.unwrap_or(WHOLE_CITY),
            scope: assignment.scope,
            units: Arc::new(directory.reach(assignment.unit_id, assignment.scope)),
        })
        .collect())
}

#[async_trait]
impl Authenticator for Accounts {
    async fn actor(&self, state: &AppState, parts: &Parts) -> Result<Actor, Problem> {
        let signed = self.signed(state, parts).await?;
        if signed.must_change {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "auth.password_change",
                "请先修改密码",
                "您的密码已到期或由管理员要求更换，请先设置新密码。",
            ));
        }
        Ok(signed.actor)
    }
}
