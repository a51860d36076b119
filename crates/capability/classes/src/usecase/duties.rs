//! Training duties from events: who came in the year must have an induction (凡进必训), who rose must be trained for his
//! new post (凡晋必训); and in which class he is.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, PersonId, UnitId};
use chengzhi_organisation::facade::{self as organisation, POSTS, post_name};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::kind::Kind;
use crate::domain::phase::Stored;
use crate::store::classes::{self, Class};
use crate::store::trainees;

use super::case::{full_title, reading_units};

/// A duty.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassDutyOut {
    /// `entry` or `promotion`.
    pub duty: String,
    /// Its word.
    pub duty_name: String,
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// What happened: 3月1日入职, 任中队长.
    pub event: String,
    /// The class that answers it.
    pub class_id: Option<i64>,
    /// Its title with batch.
    pub class_title: Option<String>,
}

/// Posts to which somebody rises: from the bureau's leaders down to the leaders of teams.
fn leading() -> Vec<&'static str> {
    POSTS
        .iter()
        .map(|(code, _)| *code)
        .take_while(|code| *code != "legal_officer")
        .collect()
}

/// The duties of a year among the people whom the scope reads, those without a class first.
///
/// # Errors
/// 500 from the engine.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
    unit: Option<i64>,
) -> Result<Vec<ClassDutyOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let mut units = scope.units.clone();
    if let Some(unit) = unit {
        let below = tree.subtree(UnitId::from(unit));
        units.retain(|id| below.contains(id));
    }
    let mut people = organisation::people_in(&mut tx, &units, ctx.today).await?;
    people.retain(|person| person.in_service && person.established);
    let leading = leading();
    let now = organisation::holders(&mut tx, &leading, ctx.today).await?;
    let first = Date::from_ymd_opt(year, 1, 1).unwrap_or(ctx.today);
    let before = organisation::holders(&mut tx, &leading, first.min(ctx.today)).await?;
    let bureaus: Vec<i64> = reading_units(scope, &tree).into_iter().collect();
    let held: Vec<Class> = classes::of_year(&mut tx, year, &bureaus)
        .await?
        .into_iter()
        .filter(|class| class.state != Stored::Cancelled)
        .collect();
    let class_ids: Vec<i64> = held.iter().map(|class| class.id).collect();
    let mut sits: BTreeMap<PersonId, Vec<&Class>> = BTreeMap::new();
    for row in trainees::of_classes(&mut tx, &class_ids).await? {
        let class = held.iter().find(|class| class.id == row.class_id);
        if let (Some(person), Some(class), true) = (row.person_id, class, row.seat.sits()) {
            sits.entry(person).or_default().push(class);
        }
    }
    let mut found = Vec::new();
    for person in people {
        let own = sits.get(&person.id).map_or(&[][..], Vec::as_slice);
        let row = |duty: &str, name: &str, event: String, class: Option<&&Class>| ClassDutyOut {
            duty: duty.to_owned(),
            duty_name: name.to_owned(),
            person_id: person.id.get(),
            staff_no: person.staff_no.clone(),
            name: person.name.clone(),
            unit_id: person.unit_id.get(),
            unit_name: tree.name(person.unit_id).to_owned(),
            event,
            class_id: class.map(|class| class.id),
            class_title: class.map(|class| full_title(class)),
        };
        let joined = person.joined_on;
        if chrono::Datelike::year(&joined) == year {
            let class = own.iter().find(|class| class.kind == Kind::Induction);
            let event = format!("{}入职", chengzhi_kernel::format_cn(joined));
            found.push(row("entry", "凡进必训", event, class));
            continue;
        }
        let held_before = before.get(&person.id).map_or(&[][..], Vec::as_slice);
        let risen = now
            .get(&person.id)
            .into_iter()
            .flatten()
            .find(|post| !held_before.contains(post));
        if let Some(post) = risen {
            // Trained for the post: a class whose audience names it, or one for those newly in office.
            let class = own.iter().find(|class| {
                class.kind != Kind::Closed
                    && (class.audience_posts.contains(post) || class.title.contains("任职"))
            });
            let event = format!("年内任{}", post_name(post).unwrap_or(post));
            found.push(row("promotion", "凡晋必训", event, class));
        }
    }
    found.sort_by_key(|row| (row.class_id.is_some(), row.duty.clone(), row.unit_id));
    Ok(found)
}
