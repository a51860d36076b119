//! Classes as other capabilities attach something to them.

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, PersonId, UnitId};

use crate::domain::phase::Stored;
use crate::store::classes::{self, Class};
use crate::store::trainees;

/// A standing class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRef {
    /// Row id.
    pub id: i64,
    /// Bureau that holds it.
    pub unit_id: UnitId,
    /// Title.
    pub title: String,
    /// First and last day, once it has lessons.
    pub days: Option<(Date, Date)>,
    /// Where.
    pub place: String,
}

fn class_ref(class: Class) -> ClassRef {
    ClassRef {
        days: class.days(),
        id: class.id,
        unit_id: class.unit_id,
        title: class.title,
        place: class.place,
    }
}

/// A class that was not called off.
///
/// # Errors
/// 500 from the engine.
pub async fn standing_class(tx: &mut Tx, id: i64) -> Result<Option<ClassRef>, Problem> {
    Ok(classes::by_id(tx, id)
        .await?
        .filter(|class| class.state != Stored::Cancelled)
        .map(class_ref))
}

/// Classes of a bureau and year that were not called off.
///
/// # Errors
/// 500 from the engine.
pub async fn standing_classes(
    tx: &mut Tx,
    unit: UnitId,
    year: i32,
) -> Result<Vec<ClassRef>, Problem> {
    Ok(classes::of_year(tx, year, &[unit.get()])
        .await?
        .into_iter()
        .filter(|class| class.state != Stored::Cancelled)
        .map(class_ref)
        .collect())
}

/// People of the roster who are on a class's list.
///
/// # Errors
/// 500 from the engine.
pub async fn trainees_of(tx: &mut Tx, class: i64) -> Result<Vec<PersonId>, Problem> {
    Ok(trainees::of_classes(tx, &[class])
        .await?
        .into_iter()
        .filter(|row| row.seat.sits())
        .filter_map(|row| row.person_id)
        .collect())
}
