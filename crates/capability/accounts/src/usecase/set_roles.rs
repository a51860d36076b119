//! Giving and taking roles, by the security administrator.

use chengzhi_authz::{Permission, ScopeKind};
use chengzhi_http::Ctx;
use chengzhi_kernel::{AccountId, Clock as _};
use serde_json::json;

use super::reach::{ActError, account_in_reach};
use crate::directory::Directory;
use crate::domain::roles::{Assignment, RoleFault, role_faults};
use crate::store::{accounts, assignments};

/// Replaces the roles of an account. The role of every officer over his own data comes by itself
/// and is left out of `wanted`. A version, when given, must still be the account's.
///
/// # Errors
/// [`ActError`]; nobody changes his own roles.
pub async fn set_roles(
    ctx: &Ctx,
    id: AccountId,
    wanted: &[Assignment],
    version: Option<i64>,
) -> Result<(), ActError> {
    let mut tx = ctx.db().write().await?;
    let (account, _) = account_in_reach(&mut tx, ctx, &[Permission::RoleGrant], id).await?;
    if account.state == "closed" {
        return Err(ActError::Closed);
    }
    if version.is_some_and(|version| version != account.version) {
        return Err(ActError::Stale);
    }
    let directory = Directory::on(&mut tx, ctx.today).await?;
    let kept = assignments::of(&mut tx, id).await?;
    let mut stored = Vec::with_capacity(wanted.len());
    let mut sentences = Vec::new();
    for one in wanted {
        let mut one = *one;
        // The whole city is stored as such: it stays whole when the tree changes.
        let whole = one.unit_id.is_some() && one.unit_id == directory.city();
        if one.role.is_administrator() {
            if one.unit_id.is_some() && !whole {
                sentences.push(format!("“{}”的单位须为市局，范围为全市。", one.role.name()));
            }
            one.unit_id = None;
        } else if one.unit_id.is_some_and(|unit| !directory.is_open(unit)) {
            sentences.push(format!("角色“{}”的单位不存在或已撤销。", one.role.name()));
        } else if kept.contains(&Assignment {
            unit_id: None,
            ..one
        }) && whole
        {
            one.unit_id = None;
        }
        stored.push(one);
    }
    // A whole-city assignment made before there were units stays possible, a new one is not.
    let faults = role_faults(&stored);
    let missing_is_kept = |fault: &RoleFault| match fault {
        RoleFault::UnitMissing(role) => kept.iter().any(|held| {
            held.role == *role && held.unit_id.is_none() && held.scope != ScopeKind::Own
        }),
        _ => false,
    };
    sentences.extend(
        faults
            .iter()
            .filter(|f| !missing_is_kept(f))
            .map(RoleFault::message),
    );
    if !sentences.is_empty() {
        return Err(ActError::Roles(sentences));
    }
    if !accounts::bump(&mut tx, &account).await? {
        return Err(ActError::Stale);
    }
    assignments::replace(&mut tx, id, &stored, &ctx.actor.name, ctx.state.wall.now()).await?;
    tx.audit(
        ctx.audit("role.set", format!("account:{id}"))
            .detail(json!({
                "user_name": account.user_name,
                "before": described(&directory, &kept),
                "after": described(&directory, &stored),
            })),
    );
    tx.commit().await?;
    Ok(())
}

fn described(directory: &Directory, assignments: &[Assignment]) -> String {
    let words: Vec<String> = assignments
        .iter()
        .map(|one| {
            let unit = match one.unit_id {
                Some(unit) => directory.name(unit).unwrap_or_default(),
                None if one.scope == ScopeKind::Own => "本人".to_owned(),
                None => "全市".to_owned(),
            };
            format!("{}（{unit}）", one.role.name())
        })
        .collect();
    if words.is_empty() {
        "无".to_owned()
    } else {
        words.join("、")
    }
}
