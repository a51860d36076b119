//! People from outside the bureau (B-85).

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{Timestamp, UnitId};

/// A person from outside (B-85).
#[derive(Debug, Clone)]
pub struct Outsider {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Bureau that keeps the record.
    pub unit_id: UnitId,
    /// Name.
    pub name: String,
    /// Whose he is.
    pub organisation: String,
    /// Title.
    pub title: String,
    /// Telephone.
    pub phone: String,
    /// Classes he was in.
    pub classes: u32,
}

/// People from outside of bureaus, by name.
pub async fn outsiders(tx: &mut Tx, units: &str) -> Result<Vec<Outsider>, DbError> {
    tx.all(sql(format!(
        "select o.*, (select cast(count(*) as bigint) from class_trainee t where t.outsider_id = o.id
           and t.seat not in ('withdrawn', 'moved')) as classes
         from class_outsider o where {units} order by o.name, o.id"
    )))
    .await?
    .iter()
    .map(|row| {
        Ok(Outsider {
            id: row.get("id")?,
            unit_id: row.get("unit_id")?,
            name: row.get("name")?,
            organisation: row.get("organisation")?,
            title: row.get("title")?,
            phone: row.get("phone")?,
            classes: row.get("classes")?,
        })
    })
    .collect()
}

/// Stores a person from outside.
pub async fn insert_outsider(tx: &mut Tx, new: &Outsider, now: Timestamp) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into class_outsider (unit_id, name, organisation, title, phone, created_at)
             values ($1, $2, $3, $4, $5, $6) returning id",
        )
        .bind(new.unit_id)
        .bind(new.name.clone())
        .bind(new.organisation.clone())
        .bind(new.title.clone())
        .bind(new.phone.clone())
        .bind(now),
    )
    .await?
    .get("id")
}

/// Whether a bureau keeps another record of the same name and organisation.
pub async fn is_known(tx: &mut Tx, row: &Outsider) -> Result<bool, DbError> {
    Ok(tx
        .opt(
            sql(
                "select id from class_outsider where unit_id = $1 and name = $2 and organisation = $3 and id <> $4
                 limit 1",
            )
            .bind(row.unit_id)
            .bind(row.name.clone())
            .bind(row.organisation.clone())
            .bind(row.id),
        )
        .await?
        .is_some())
}

/// Corrects a record, and the name on lists of classes that are not archived.
pub async fn put_outsider(tx: &mut Tx, row: &Outsider) -> Result<(), DbError> {
    tx.run(
        sql("update class_outsider set name = $1, organisation = $2, title = $3, phone = $4 where id = $5")
            .bind(row.name.clone())
            .bind(row.organisation.clone())
            .bind(row.title.clone())
            .bind(row.phone.clone())
            .bind(row.id),
    )
    .await?;
    tx.run(
        sql(
            "update class_trainee set name = $1, unit_name = $2 where outsider_id = $3
               and class_id in (select id from class where state not in ('closed', 'cancelled'))",
        )
        .bind(row.name.clone())
        .bind(row.organisation.clone())
        .bind(row.id),
    )
    .await?;
    Ok(())
}

/// Whether anything hangs on a record: a place on a list, also one given up, or a leader's duty.
pub async fn is_used(tx: &mut Tx, id: i64) -> Result<bool, DbError> {
    let used: i64 = tx
        .one(
            sql(
                "select cast((select count(*) from class_trainee where outsider_id = $1)
                   + (select count(*) from class_outlook_leader where outsider_id = $1) as bigint) as used",
            )
            .bind(id),
        )
        .await?
        .get("used")?;
    Ok(used > 0)
}

/// Removes a record that nothing hangs on.
pub async fn remove_outsider(tx: &mut Tx, id: i64) -> Result<(), DbError> {
    tx.run(sql("delete from class_outsider where id = $1").bind(id))
        .await?;
    Ok(())
}
