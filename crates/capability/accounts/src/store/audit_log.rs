//! Reading the audit log for its page.

use chengzhi_db::{Arg, AuditRow, DbError, Tx, sql};
use chengzhi_kernel::Timestamp;

use super::accounts::escape_like;

/// Actions by what was typed.
#[derive(Debug)]
pub struct ActionFilter {
    /// Codes whose Chinese name fits.
    pub codes: Vec<&'static str>,
    /// What was typed, for codes without a Chinese name.
    pub text: String,
}

/// What the page is narrowed to.
#[derive(Debug, Default)]
pub struct AuditFilter {
    /// Part of the actor's name.
    pub actor: Option<String>,
    /// Which actions.
    pub action: Option<ActionFilter>,
    /// First instant.
    pub from: Option<Timestamp>,
    /// First instant after.
    pub to: Option<Timestamp>,
}

/// One page, newest first, and the number of all lines that fit.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn page(
    tx: &mut Tx,
    filter: &AuditFilter,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<AuditRow>), DbError> {
    let mut parts: Vec<String> = Vec::new();
    let mut args: Vec<Arg> = Vec::new();
    let mut add = |part: &str, arg: Arg| {
        args.push(arg);
        parts.push(part.replace('?', &format!("${}", args.len())));
    };
    if let Some(actor) = &filter.actor {
        let pattern = format!("%{}%", escape_like(&actor.to_lowercase()));
        add("lower(actor_name) like ? escape '!'", pattern.into());
    }
    if let Some(action) = &filter.action {
        // Codes are our own words, so they may stand in the text.
        let codes: Vec<String> = action
            .codes
            .iter()
            .map(|code| format!("'{code}'"))
            .collect();
        let known = match codes.is_empty() {
            true => "1 = 0".to_owned(),
            false => format!("action in ({})", codes.join(",")),
        };
        let pattern = format!("%{}%", escape_like(&action.text.to_lowercase()));
        add(
            &format!("({known} or action like ? escape '!')"),
            pattern.into(),
        );
    }
    if let Some(from) = filter.from {
        add("at >= ?", from.into());
    }
    if let Some(to) = filter.to {
        add("at < ?", to.into());
    }
    let condition = if parts.is_empty() {
        String::new()
    } else {
        format!(" where {}", parts.join(" and "))
    };
    let count = sql(format!(
        "select cast(count(*) as bigint) as n from audit_log{condition}"
    ));
    let total = tx.one(count.bind_all(args.clone())).await?.get("n")?;
    let (limit_at, offset_at) = (args.len() + 1, args.len() + 2);
    let page = sql(format!(
        "select * from audit_log{condition} order by seq desc limit ${limit_at} offset ${offset_at}"
    ));
    let rows = tx.all(page.bind_all(args).bind(limit).bind(offset)).await?;
    let rows = rows
        .iter()
        .map(AuditRow::from_row)
        .collect::<Result<_, _>>()?;
    Ok((total, rows))
}
