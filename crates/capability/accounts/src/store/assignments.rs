//! The table `assignment`.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Timestamp};

use crate::domain::roles::Assignment;

fn read(row: &Row) -> Result<Option<Assignment>, DbError> {
    let role = row.get::<String>("role")?.parse();
    let scope = row.get::<String>("scope")?.parse();
    // A role that this version does not know gives no rights.
    let (Ok(role), Ok(scope)) = (role, scope) else {
        return Ok(None);
    };
    Ok(Some(Assignment {
        role,
        unit_id: row.get("unit_id")?,
        scope,
    }))
}

/// Roles held by one account.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of(tx: &mut Tx, account: AccountId) -> Result<Vec<Assignment>, DbError> {
    let rows = tx
        .all(
            sql("select role, unit_id, scope from assignment where account_id = $1 order by id")
                .bind(account),
        )
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.extend(read(row)?);
    }
    Ok(found)
}

/// Roles held by several accounts.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_all(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Vec<Assignment>>, DbError> {
    let ids = int_list(accounts.iter().map(|id| id.get()));
    let rows = tx
        .all(sql(format!(
            "select account_id, role, unit_id, scope from assignment where account_id in {ids} order by id"
        )))
        .await?;
    let mut found: HashMap<AccountId, Vec<Assignment>> = HashMap::new();
    for row in &rows {
        if let Some(assignment) = read(row)? {
            found
                .entry(row.get("account_id")?)
                .or_default()
                .push(assignment);
        }
    }
    Ok(found)
}

/// Replaces the roles of an account.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn replace(
    tx: &mut Tx,
    account: AccountId,
    assignments: &[Assignment],
    granted_by: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(sql("delete from assignment where account_id = $1").bind(account))
        .await?;
    let rows = assignments
        .iter()
        .map(|one| {
            vec![
                Arg::from(account),
                one.role.code().into(),
                one.unit_id.into(),
                one.scope.code().into(),
                now.into(),
                granted_by.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into assignment (account_id, role, unit_id, scope, granted_at, granted_by)",
        "",
        rows,
    )
    .await?;
    Ok(())
}
