//! The request context: who, when, with which right, over which rows.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chengzhi_authz::{Actor, Permission, Scope, need::Need};
use chengzhi_db::{Audit, Db};
use chengzhi_kernel::{Clock as _, Date, Timestamp};

use crate::client::check_origin;
use crate::{AppState, Problem};

/// What a use case needs to know of its caller. Commands on the command line build one too.
#[derive(Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// Business time of the request.
    pub now: Timestamp,
    /// Business day in Shanghai.
    pub today: Date,
    /// The server's parts.
    pub state: AppState,
}

impl Ctx {
    /// A context for `actor` at this moment.
    #[must_use]
    pub fn new(state: AppState, actor: Actor) -> Self {
        let now = state.clock.now();
        Ctx {
            actor,
            now,
            today: now.date(),
            state,
        }
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.state.db
    }

    /// An audit line in the actor's name. Account 0 is nobody's: commands on the command line.
    pub fn audit(&self, action: &str, subject: impl Into<String>) -> Audit {
        Audit::new(
            (self.actor.account_id.get() != 0).then_some(self.actor.account_id),
            self.actor.name.clone(),
            action,
            subject,
        )
    }

    /// The rows that a permission opens.
    ///
    /// # Errors
    /// 403 when the actor holds it nowhere.
    pub fn scope(&self, permission: Permission) -> Result<Scope, Problem> {
        self.actor.scope(permission).ok_or_else(Problem::forbidden)
    }
}

/// Extractor: anybody who is signed in. For what concerns only himself.
pub struct SignedIn(pub Ctx);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        check_origin(parts)?;
        let actor = state.authenticator.actor(state, parts).await?;
        Ok(SignedIn(Ctx::new(state.clone(), actor)))
    }
}

/// Extractor: somebody who holds permission `P` somewhere, with the rows it reaches.
pub struct Allow<P: Need> {
    /// The context.
    pub ctx: Ctx,
    /// The rows this right reaches; every query of the handler carries it.
    pub scope: Scope,
    need: PhantomData<P>,
}

impl<P: Need> FromRequestParts<AppState> for Allow<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let SignedIn(ctx) = SignedIn::from_request_parts(parts, state).await?;
        let scope = ctx.scope(P::PERMISSION)?;
        Ok(Allow {
            ctx,
            scope,
            need: PhantomData,
        })
    }
}
