//! What must hold between the tables.

use chengzhi_db::{DbError, Tx, int_list, sql};
use chengzhi_kernel::{Date, PersonId, RecordId};

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break;
/// empty when all is well.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    const CHECKS: &[(&str, &str)] = &[
        (
            "已通过的记录没有通过的提交",
            "select r.id from study_record r where r.state = 'confirmed' and not exists
               (select 1 from study_hand_in h where h.record_id = r.id and h.outcome = 'confirmed')",
        ),
        (
            "待审的记录没有未决的提交",
            "select r.id from study_record r
             where r.state in ('submitted', 'under_review', 'locked_pending') and not exists
               (select 1 from study_hand_in h where h.record_id = r.id and h.outcome is null)",
        ),
        (
            "不在审核中的记录有未决的提交",
            "select r.id from study_record r join study_hand_in h on h.record_id = r.id
             where h.outcome is null
               and r.state not in ('submitted', 'under_review', 'locked_pending')",
        ),
        (
            "已锁定月份仍有未锁定的记录",
            "select r.id from study_record r join study_month_lock l on l.for_month = r.for_month
             where r.state in ('draft', 'submitted', 'under_review', 'returned')",
        ),
        (
            "首次提交时间与提交记录不符",
            "select r.id from study_record r
             join study_hand_in h on h.record_id = r.id and h.seq = 1 and h.round = 1
             where (h.outcome is null or h.outcome <> 'withdrawn')
               and (r.first_submitted_at is null or r.first_submitted_at <> h.submitted_at)",
        ),
        (
            "填报人审核了自己的记录",
            "select h.record_id as id from study_hand_in h
             join study_touch t on t.record_id = h.record_id and t.account_id = h.decided_by
             where h.outcome in ('confirmed', 'returned', 'rejected')",
        ),
        (
            "审核人审核了本单位的记录",
            "select h.record_id as id from study_hand_in h
             join study_record r on r.id = h.record_id and r.unit_id = h.decided_home_unit_id
             where h.outcome in ('confirmed', 'returned', 'rejected')",
        ),
        (
            "出勤人数与名单不符",
            "select r.id from study_record r
             where r.attended <> (select count(*) from study_attendance a
                                  where a.record_id = r.id and a.present = 1)",
        ),
        (
            "审核时间早于提交时间",
            "select h.record_id as id from study_hand_in h where h.decided_at < h.submitted_at",
        ),
        (
            "已通过的记录没有学习日期或不在当月",
            "select r.id from study_record r where r.state = 'confirmed'
               and (r.held_on is null or substr(r.held_on, 1, 7) <> r.for_month)",
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
        broken.push(format!("{name}：{}处，如记录{}", rows.len(), int_list(ids)));
    }
    Ok(broken)
}

/// Who attended what when, by the confirmed records of a year.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn attendances(
    tx: &mut Tx,
    year: i32,
) -> Result<Vec<(RecordId, PersonId, Date)>, DbError> {
    let rows = tx
        .all(
            sql(
                "select a.record_id, a.person_id, r.held_on from study_attendance a
                 join study_record r on r.id = a.record_id
                 where r.state = 'confirmed' and a.present = 1 and r.held_on is not null
                   and substr(r.for_month, 1, 4) = $1
                 order by a.record_id, a.person_id",
            )
            .bind(format!("{year:04}")),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("record_id")?,
                row.get("person_id")?,
                row.get("held_on")?,
            ))
        })
        .collect()
}
