//! What must hold between the tables.

use chengzhi_db::{DbError, Tx, int_list, sql};

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break;
/// empty when all is well.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    const CHECKS: &[(&str, &str)] = &[
        (
            "已通过的训练记录没有通过的提交",
            "select r.id from drill_record r where r.state = 'confirmed' and not exists
               (select 1 from drill_hand_in h where h.record_id = r.id and h.outcome = 'confirmed')",
        ),
        (
            "待审的训练记录没有未决的提交",
            "select r.id from drill_record r
             where r.state in ('submitted', 'under_review', 'locked_pending') and not exists
               (select 1 from drill_hand_in h where h.record_id = r.id and h.outcome is null)",
        ),
        (
            "不在审核中的训练记录有未决的提交",
            "select r.id from drill_record r join drill_hand_in h on h.record_id = r.id
             where h.outcome is null
               and r.state not in ('submitted', 'under_review', 'locked_pending')",
        ),
        (
            "已锁定月份仍有未锁定的训练记录",
            "select r.id from drill_record r join drill_month_lock l on l.for_month = r.for_month
             where r.state in ('draft', 'submitted', 'under_review', 'returned')",
        ),
        (
            "填报人审核了自己的训练记录",
            "select h.record_id as id from drill_hand_in h
             join drill_touch t on t.record_id = h.record_id and t.account_id = h.decided_by
             where h.outcome in ('confirmed', 'returned', 'rejected')",
        ),
        (
            "审核人审核了本单位的训练记录",
            "select h.record_id as id from drill_hand_in h
             join drill_record r on r.id = h.record_id and r.unit_id = h.decided_home_unit_id
             where h.outcome in ('confirmed', 'returned', 'rejected')",
        ),
        (
            "训练审核时间早于提交时间",
            "select h.record_id as id from drill_hand_in h where h.decided_at < h.submitted_at",
        ),
        (
            "已通过的训练没有日期或不在当月",
            "select s.record_id as id from drill_session s join drill_record r on r.id = s.record_id
             where r.state = 'confirmed' and s.removed_at is null
               and (s.held_on is null or substr(s.held_on, 1, 7) <> r.for_month)",
        ),
        (
            "已通过的训练记录没有训练",
            "select r.id from drill_record r where r.state = 'confirmed' and not exists
               (select 1 from drill_session s where s.record_id = r.id and s.removed_at is null)",
        ),
        (
            "同一人的免训期间重叠",
            "select a.id from drill_exemption a join drill_exemption b
               on b.person_id = a.person_id and b.id > a.id and b.state = 'approved'
               and b.from_on <= a.to_on and b.to_on >= a.from_on
             where a.state = 'approved'",
        ),
    ];
    let mut broken = Vec::new();
    for (name, text) in CHECKS {
        let rows = tx.all(sql(*text)).await?;
        if rows.is_empty() {
            continue;
        }
        let mut ids = Vec::new();
        for row in rows.iter().take(5) {
            ids.push(row.get::<i64>("id")?);
        }
        broken.push(format!("{name}：{}处，如{}", rows.len(), int_list(ids)));
    }
    Ok(broken)
}
