//! Counts of a year for targets (B-96…B-104).

use std::collections::HashMap;

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{Date, UnitId};

use super::year_days;
use crate::domain::target::{CityTarget, DistrictTarget};

async fn by_unit(
    tx: &mut Tx,
    text: &'static str,
    days: &[String],
) -> Result<HashMap<UnitId, u32>, DbError> {
    let rows = tx.all(sql(text).bind_all(days.iter())).await?;
    rows.iter()
        .map(|row| Ok((row.get("unit_id")?, row.get("n")?)))
        .collect()
}

/// What each unit has of a district's target, in a year or on a day of it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_districts(
    tx: &mut Tx,
    target: DistrictTarget,
    year: i32,
    on: Date,
) -> Result<HashMap<UnitId, u32>, DbError> {
    let (first, last) = year_days(year);
    let last = last.min(on.to_string());
    let (text, days) = match target {
        DistrictTarget::BasesInUse => (
            "select unit_id, cast(count(*) as bigint) as n from faculty_place
             where kind = 'base' and in_use_from <= $1 and (withdrawn_on is null or withdrawn_on > $1)
             group by unit_id",
            vec![last],
        ),
        DistrictTarget::NewBases => (
            "select unit_id, cast(count(*) as bigint) as n from faculty_place
             where kind = 'base' and in_use_from >= $1 and in_use_from <= $2 group by unit_id",
            vec![first, last],
        ),
        DistrictTarget::Videos => (
            "select unit_id, cast(count(*) as bigint) as n from faculty_courseware
             where number = 1 and kind in ('video', 'micro_video')
               and in_use_from >= $1 and in_use_from <= $2 group by unit_id",
            vec![first, last],
        ),
        DistrictTarget::Instructors => (
            "select unit_id, cast(count(*) as bigint) as n from faculty_instructor
             where kind = 'district' and appointed_on >= $1 and appointed_on <= $2 group by unit_id",
            vec![first, last],
        ),
        DistrictTarget::Practice => (
            "select unit_id, cast(count(*) as bigint) as n from faculty_instructor
             where kind = 'practice' and appointed_on >= $1 and appointed_on <= $2 group by unit_id",
            vec![first, last],
        ),
    };
    by_unit(tx, text, &days).await
}

/// What the city has of its target: all units together, but textbooks, city instructors, studios and
/// groups of the city bureau `city` only.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_city(
    tx: &mut Tx,
    target: CityTarget,
    city: UnitId,
    year: i32,
    on: Date,
) -> Result<u32, DbError> {
    let (first, last) = year_days(year);
    let last = last.min(on.to_string());
    let query = match target {
        CityTarget::CityInstructors => sql(
            "select cast(count(*) as bigint) as n from faculty_instructor
             where kind = 'city' and appointed_on >= $1 and appointed_on <= $2",
        )
        .bind(first)
        .bind(last),
        CityTarget::Studios => sql("select cast(count(*) as bigint) as n from faculty_studio
             where unit_id = $1 and opened_on <= $2 and (closed_on is null or closed_on > $2)")
        .bind(city)
        .bind(last),
        CityTarget::Groups => sql("select cast(count(*) as bigint) as n from faculty_group
             where unit_id = $1 and opened_on >= $2 and opened_on <= $3")
        .bind(city)
        .bind(first)
        .bind(last),
        CityTarget::Courses => sql(
            "select cast(count(*) as bigint) as n from faculty_courseware
             where number = 1 and group_id is not null and in_use_from >= $1 and in_use_from <= $2",
        )
        .bind(first)
        .bind(last),
        CityTarget::CrowdVideos => sql(
            "select cast(count(*) as bigint) as n from faculty_courseware
             where number = 1 and submission_id is not null and kind in ('video', 'micro_video')
               and in_use_from >= $1 and in_use_from <= $2",
        )
        .bind(first)
        .bind(last),
        CityTarget::Textbooks => sql(
            "select cast(count(*) as bigint) as n from faculty_courseware
             where number = 1 and kind = 'textbook' and unit_id = $1
               and in_use_from >= $2 and in_use_from <= $3",
        )
        .bind(city)
        .bind(first)
        .bind(last),
    };
    tx.one(query).await?.get("n")
}
