//! What the tables say of one person.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{Date, Month, PersonId, UnitId};

use crate::domain::state::State;

/// A person's line on a record, or on a make-up session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Month that it is for.
    pub month: Month,
    /// Unit of the record, or the organiser of the make-up.
    pub unit: UnitId,
    /// Day of the session.
    pub held_on: Option<Date>,
    /// Topic of the session; empty until it is written.
    pub topic: String,
    /// Marked present.
    pub present: bool,
    /// Why not.
    pub reason: Option<String>,
    /// State of the record; none for a make-up.
    pub state: Option<State>,
    /// A make-up session.
    pub makeup: bool,
}

/// All marks of a person for the months of a year.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn marks(tx: &mut Tx, person: PersonId, year: i32) -> Result<Vec<Mark>, DbError> {
    let rows = tx
        .all(
            sql("select r.for_month, r.unit_id, r.held_on, coalesce(r.topic, '') as topic, a.present,
                   a.absence_reason, r.state, 0 as makeup
                 from study_attendance a join study_record r on r.id = a.record_id
                 where a.person_id = $1 and substr(r.for_month, 1, 4) = $2
                 union all
                 select m.for_month, m.district_id, m.held_on, m.topic, 1, null, null, 1
                 from study_makeup_person p join study_makeup m on m.id = p.makeup_id
                 where p.person_id = $1 and substr(m.for_month, 1, 4) = $2 and p.removed_at is null
                 order by 1, 8")
            .bind(person)
            .bind(format!("{year:04}")),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let state: Option<String> = row.get("state")?;
            let state = state
                .map(|code| {
                    code.parse::<State>().map_err(|_| DbError::Decode {
                        column: "state".to_owned(),
                        wanted: "record state",
                    })
                })
                .transpose()?;
            Ok(Mark {
                month: row.get("for_month")?,
                unit: row.get("unit_id")?,
                held_on: row.get("held_on")?,
                topic: row.get("topic")?,
                present: row.get("present")?,
                reason: row.get("absence_reason")?,
                state,
                makeup: row.get("makeup")?,
            })
        })
        .collect()
}
