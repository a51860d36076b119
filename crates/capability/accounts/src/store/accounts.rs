//! The table `account`.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, PersonId, Timestamp};

use super::sessions::SessionRow;
use crate::domain::account::name_hash;

/// A stored account.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Row id.
    pub id: AccountId,
    /// As shown and typed.
    pub user_name: String,
    /// Name of the person or administrator.
    pub name: String,
    /// The person; none for an administrator's account.
    pub person_id: Option<PersonId>,
    /// pending, active, closed.
    pub state: String,
    /// Argon2id of the password.
    pub password_hash: Option<String>,
    /// Of the one before.
    pub previous_hash: Option<String>,
    /// When the password was chosen.
    pub password_set_at: Option<Timestamp>,
    /// Must choose a new one.
    pub must_change: bool,
    /// Last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Optimistic version.
    pub version: i64,
    /// End of the lock, if one was set; it may lie in the past.
    pub locked_until: Option<Timestamp>,
}

const COLUMNS: &str = "a.id, a.user_name, a.name, a.person_id, a.state, a.password_hash, a.previous_hash, \
     a.password_set_at, a.must_change, a.last_sign_in_at, a.version, f.locked_until \
     from account a left join sign_in_failure f on f.name_hash = a.name_hash";

impl AccountRow {
    pub(crate) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(AccountRow {
            id: row.get("id")?,
            user_name: row.get("user_name")?,
            name: row.get("name")?,
            person_id: row.get("person_id")?,
            state: row.get("state")?,
            password_hash: row.get("password_hash")?,
            previous_hash: row.get("previous_hash")?,
            password_set_at: row.get("password_set_at")?,
            must_change: row.get("must_change")?,
            last_sign_in_at: row.get("last_sign_in_at")?,
            version: row.get("version")?,
            locked_until: row.get("locked_until")?,
        })
    }
}

/// The account of a comparable user name.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_name(tx: &mut Tx, comparable: &str) -> Result<Option<AccountRow>, DbError> {
    let query = sql(format!("select {COLUMNS} where a.name_hash = $1")).bind(name_hash(comparable));
    tx.opt(query)
        .await?
        .as_ref()
        .map(AccountRow::read)
        .transpose()
}

/// The account of a session's secret, the session, and whether the account holds any role: asked at every request, so
/// in one query.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_session(
    tx: &mut Tx,
    token_hash: &str,
) -> Result<Option<(SessionRow, AccountRow, bool)>, DbError> {
    let query = sql(format!(
        "select s.account_id, s.created_at, s.last_seen_at,
         cast(case when exists (select 1 from assignment r where r.account_id = s.account_id) then 1 else 0 end as bigint)
           as has_roles,
         {COLUMNS} join session s on s.account_id = a.id where s.token_hash = $1"
    ))
    .bind(token_hash);
    tx.opt(query)
        .await?
        .map(|row| {
            let session = SessionRow::read(&row)?;
            Ok((session, AccountRow::read(&row)?, row.get("has_roles")?))
        })
        .transpose()
}

/// One account.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: AccountId) -> Result<Option<AccountRow>, DbError> {
    let query = sql(format!("select {COLUMNS} where a.id = $1")).bind(id);
    tx.opt(query)
        .await?
        .as_ref()
        .map(AccountRow::read)
        .transpose()
}

/// Names of accounts by id; an account that is gone is missing.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn names(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, String>, DbError> {
    let list = int_list(ids.iter().copied());
    let rows = tx
        .all(sql(format!("select {COLUMNS} where a.id in {list}")))
        .await?;
    rows.iter()
        .map(|row| AccountRow::read(row).map(|account| (account.id.get(), account.name)))
        .collect()
}

/// Which of these people have an account.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn people_with_account(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<Vec<PersonId>, DbError> {
    let ids = int_list(people.iter().map(|id| id.get()));
    let rows = tx
        .all(sql(format!(
            "select person_id from account where person_id in {ids}"
        )))
        .await?;
    rows.iter().map(|row| row.get("person_id")).collect()
}

/// A new account that waits for its code. `None` when the name or the person has one already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    comparable: &str,
    name: &str,
    person_id: Option<PersonId>,
    now: Timestamp,
) -> Result<Option<AccountId>, DbError> {
    let row = tx
        .opt(
            sql(
                "insert into account (user_name, name_hash, name, person_id, state, created_at)
                 values ($1, $2, $3, $4, 'pending', $5) on conflict do nothing returning id",
            )
            .bind(comparable)
            .bind(name_hash(comparable))
            .bind(name)
            .bind(person_id)
            .bind(now),
        )
        .await?;
    row.map(|row| row.get("id")).transpose()
}

/// Sets a password that its owner chose; the account is active then. False when another request
/// changed the account meanwhile.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn set_password(
    tx: &mut Tx,
    account: &AccountRow,
    hash: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update account set previous_hash = coalesce(password_hash, previous_hash), password_hash = $1,
                 password_set_at = $2, must_change = 0, state = 'active', version = version + 1
                 where id = $3 and version = $4 and state <> 'closed'")
                .bind(hash)
                .bind(now)
                .bind(account.id)
                .bind(account.version),
        )
        .await?;
    Ok(touched == 1)
}

/// Takes the password away until a code is used; a closed account is open again. False when the
/// account changed meanwhile.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn set_pending(tx: &mut Tx, account: &AccountRow) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update account set previous_hash = coalesce(password_hash, previous_hash), password_hash = null,
                 password_set_at = null, must_change = 0, state = 'pending', closed_at = null, close_reason = null,
                 version = version + 1 where id = $1 and version = $2")
                .bind(account.id)
                .bind(account.version),
        )
        .await?;
    Ok(touched == 1)
}

/// Closes an account. False when it is closed already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn close(
    tx: &mut Tx,
    id: AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update account set state = 'closed', closed_at = $1, close_reason = $2, version = version + 1
                 where id = $3 and state <> 'closed'")
                .bind(now)
                .bind(reason)
                .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// Open accounts of these people.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_of_people(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<Vec<(AccountId, PersonId)>, DbError> {
    let ids = int_list(people.iter().map(|id| id.get()));
    let rows = tx
        .all(sql(format!(
            "select id, person_id from account where state <> 'closed' and person_id in {ids} order by id"
        )))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("person_id")?)))
        .collect()
}

/// Notes a sign-in.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn note_sign_in(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update account set last_sign_in_at = $1 where id = $2")
            .bind(now)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Raises the version when it is still the one seen. False when somebody was faster.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn bump(tx: &mut Tx, account: &AccountRow) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update account set version = version + 1 where id = $1 and version = $2")
                .bind(account.id)
                .bind(account.version),
        )
        .await?;
    Ok(touched == 1)
}

/// What a list of accounts is narrowed to.
#[derive(Debug, Default)]
pub struct ListFilter<'a> {
    /// Only accounts of these people; none is every account.
    pub people: Option<&'a [PersonId]>,
    /// Part of the user name or name.
    pub text: Option<&'a str>,
    /// pending, active, locked, closed.
    pub state: Option<&'a str>,
    /// Machine time, for locks.
    pub now: Timestamp,
}

impl ListFilter<'_> {
    fn condition(&self) -> (String, Vec<Arg>) {
        let mut parts = Vec::new();
        let mut args: Vec<Arg> = Vec::new();
        if let Some(people) = self.people {
            let ids = int_list(people.iter().map(|id| id.get()));
            parts.push(format!("a.person_id in {ids}"));
        }
        if let Some(text) = self.text {
            args.push(format!("%{}%", escape_like(&text.to_lowercase())).into());
            let n = args.len();
            parts.push(format!(
                "(lower(a.user_name) like ${n} escape '!' or lower(a.name) like ${n} escape '!')"
            ));
        }
        match self.state {
            None => {}
            Some("closed") => parts.push("a.state = 'closed'".to_owned()),
            Some(state) => {
                args.push(self.now.into());
                let locked = format!("coalesce(f.locked_until, 0) > ${}", args.len());
                if state == "locked" {
                    parts.push(format!("a.state <> 'closed' and {locked}"));
                } else {
                    args.push(state.into());
                    parts.push(format!("a.state = ${} and not {locked}", args.len()));
                }
            }
        }
        let condition = if parts.is_empty() {
            String::new()
        } else {
            format!(" where {}", parts.join(" and "))
        };
        (condition, args)
    }
}

/// Escapes `%`, `_` and the escape sign itself for `like … escape '!'`.
pub(crate) fn escape_like(text: &str) -> String {
    text.replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}

/// Order of a list. Ties go by row id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By user name.
    #[default]
    UserName,
    /// By user name, last first.
    UserNameDown,
    /// By name.
    Name,
    /// By name, last first.
    NameDown,
    /// By state.
    State,
    /// By state, last first.
    StateDown,
    /// By last sign-in, never first.
    SignIn,
    /// By last sign-in, newest first.
    SignInDown,
}

impl Sort {
    /// From `field` or `-field`, as the list's address has it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "user_name" => Sort::UserName,
            "-user_name" => Sort::UserNameDown,
            "name" => Sort::Name,
            "-name" => Sort::NameDown,
            "state" => Sort::State,
            "-state" => Sort::StateDown,
            "last_sign_in" => Sort::SignIn,
            "-last_sign_in" => Sort::SignInDown,
            _ => return None,
        })
    }

    fn sql(self) -> &'static str {
        match self {
            Sort::UserName => "a.user_name, a.id",
            Sort::UserNameDown => "a.user_name desc, a.id",
            Sort::Name => "a.name, a.id",
            Sort::NameDown => "a.name desc, a.id",
            Sort::State => "a.state, a.user_name, a.id",
            Sort::StateDown => "a.state desc, a.user_name, a.id",
            Sort::SignIn => "a.last_sign_in_at nulls first, a.id",
            Sort::SignInDown => "a.last_sign_in_at desc nulls last, a.id",
        }
    }
}

/// One page of accounts, and the number of all.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn list(
    tx: &mut Tx,
    filter: &ListFilter<'_>,
    sort: Sort,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<AccountRow>), DbError> {
    let (condition, args) = filter.condition();
    let count = sql(format!(
        "select cast(count(*) as bigint) as n
         from account a left join sign_in_failure f on f.name_hash = a.name_hash{condition}"
    ));
    let total = tx.one(count.bind_all(args.clone())).await?.get("n")?;
    let (limit_at, offset_at) = (args.len() + 1, args.len() + 2);
    let page = sql(format!(
        "select {COLUMNS}{condition} order by {} limit ${limit_at} offset ${offset_at}",
        sort.sql()
    ));
    let rows = tx.all(page.bind_all(args).bind(limit).bind(offset)).await?;
    let rows = rows
        .iter()
        .map(AccountRow::read)
        .collect::<Result<_, _>>()?;
    Ok((total, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_with_a_meaning_in_patterns_are_taken_literally() {
        assert_eq!(escape_like("50%_!"), "50!%!_!!");
    }
}
