//! Drill reviews (队列会操, B-55): districts hold at least one a year, the city a contest.

use std::collections::{BTreeSet, HashMap};

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Quantity, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitKind, UnitRef, UnitTree};
use serde_json::json;

use crate::domain::contest::{Level, MOST_POINTS, ranks};
use crate::store::contests::{self, Contest, Photo, Team};

use super::contest_out::{
    DrillContestDutyOut, DrillContestOut, DrillContestPhotoOut, DrillContestTeamOut,
    DrillContestsOut,
};
use super::policy::YearRules;
use super::{bad_field, words};

/// Reviews of a year: those of the scope, and the city's.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, year: i32) -> Result<DrillContestsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let rules = YearRules::load(&mut tx, &ctx.state, year).await?;
    let mut readable = scope.clone();
    // A squad reads of the review of its own district.
    let above: Vec<i64> = scope
        .units
        .iter()
        .filter_map(|id| tree.district_of(UnitId::from(*id)))
        .map(UnitId::get)
        .collect();
    readable.units.extend(above);
    let found = contests::of_year(&mut tx, year, &readable.unit_sql("c.unit_id")).await?;
    let rows = contests_out(&mut tx, ctx, &tree, found).await?;
    let (owed, clause) = rules.district_reviews();
    let duties = duties(&mut tx, &tree, &readable, year, ctx.today)
        .await?
        .into_iter()
        .map(|(unit, held)| DrillContestDutyOut {
            unit_id: unit.id.get(),
            unit_name: unit.name,
            held,
            owed,
        })
        .collect();
    Ok(DrillContestsOut {
        clause,
        duties,
        rows,
    })
}

/// Districts in scope with the number of reviews each held in the year up to a day.
pub(super) async fn duties(
    tx: &mut Tx,
    tree: &UnitTree,
    scope: &Scope,
    year: i32,
    until: Date,
) -> Result<Vec<(UnitRef, u32)>, Problem> {
    let held = contests::held_by_district(tx, year, until).await?;
    Ok(tree
        .iter()
        .map(|node| &node.unit)
        .filter(|unit| unit.kind == UnitKind::DistrictBureau && scope.has_unit(unit.id))
        .map(|unit| (unit.clone(), held.get(&unit.id).copied().unwrap_or(0)))
        .collect())
}

async fn contests_out(
    tx: &mut Tx,
    ctx: &Ctx,
    tree: &UnitTree,
    found: Vec<Contest>,
) -> Result<Vec<DrillContestOut>, Problem> {
    let ids: Vec<i64> = found.iter().map(|contest| contest.id).collect();
    let mut teams = contests::teams(tx, &ids).await?;
    let mut photos: HashMap<i64, Vec<Photo>> = HashMap::new();
    for photo in contests::photos(tx, &ids).await? {
        photos.entry(photo.contest_id).or_default().push(photo);
    }
    Ok(found
        .into_iter()
        .map(|contest| {
            let teams = teams.remove(&contest.id).unwrap_or_default();
            let photos = photos.remove(&contest.id).unwrap_or_default();
            contest_out(ctx, tree, contest, teams, photos)
        })
        .collect())
}

fn contest_out(
    ctx: &Ctx,
    tree: &UnitTree,
    contest: Contest,
    teams: Vec<Team>,
    photos: Vec<Photo>,
) -> DrillContestOut {
    let scores: Vec<Option<Quantity>> = teams.iter().map(|team| team.score).collect();
    let base = format!("/api/v1/drill/contests/{}/photos", contest.id);
    DrillContestOut {
        id: contest.id,
        level: contest.level.code().to_owned(),
        level_name: contest.level.name().to_owned(),
        unit_id: contest.unit_id.get(),
        unit_name: tree.name(contest.unit_id).to_owned(),
        may_change: writer(ctx, contest.unit_id),
        title: contest.title,
        held_on: contest.held_on,
        place: contest.place,
        judges: contest.judges,
        note: contest.note,
        teams: teams
            .into_iter()
            .zip(ranks(&scores))
            .map(|(team, rank)| DrillContestTeamOut {
                unit_id: team.unit_id.get(),
                unit_name: team.unit_name,
                score: team.score,
                rank,
                award: team.award,
            })
            .collect(),
        photos: photos
            .into_iter()
            .map(|photo| DrillContestPhotoOut {
                id: photo.id,
                name: photo.name,
                thumb_url: format!("{base}/{}/thumb", photo.id),
                url: format!("{base}/{}/file", photo.id),
            })
            .collect(),
        version: contest.version,
    }
}

fn writer(ctx: &Ctx, unit: UnitId) -> bool {
    ctx.actor
        .scope(Permission::DrillContest)
        .is_some_and(|scope| scope.has_unit(unit))
}

/// One review as sent.
///
/// # Errors
/// 404 when it is not there or outside the scope.
pub async fn view(ctx: &Ctx, scope: &Scope, id: i64) -> Result<DrillContestOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let contest = readable(&mut tx, scope, &tree, id).await?;
    contests_out(&mut tx, ctx, &tree, vec![contest])
        .await?
        .pop()
        .ok_or_else(Problem::not_found)
}

/// A review that the scope reads: its own, its district's, or the city's.
pub(super) async fn readable(
    tx: &mut Tx,
    scope: &Scope,
    tree: &UnitTree,
    id: i64,
) -> Result<Contest, Problem> {
    let contest = contests::by_id(tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let own = scope.has_unit(contest.unit_id)
        || scope
            .units
            .iter()
            .any(|unit| tree.district_of(UnitId::from(*unit)) == Some(contest.unit_id));
    if own || contest.level == Level::City {
        Ok(contest)
    } else {
        Err(Problem::not_found())
    }
}

/// A team as entered.
#[derive(Debug, Clone)]
pub struct TeamInput {
    /// Unit.
    pub unit: UnitId,
    /// Points.
    pub score: Option<Quantity>,
    /// Award.
    pub award: String,
}

/// A review as entered.
#[derive(Debug, Clone)]
pub struct ContestInput {
    /// Version it was made from; 0 for a new one.
    pub version: i64,
    /// Who held it: a district bureau, or the city bureau for the city's contest.
    pub unit: UnitId,
    /// Title.
    pub title: String,
    /// Day.
    pub held_on: Date,
    /// Place.
    pub place: String,
    /// Judges.
    pub judges: Vec<String>,
    /// Note.
    pub note: String,
    /// Teams.
    pub teams: Vec<TeamInput>,
}

/// Enters a review, or changes one. Gives its id.
///
/// # Errors
/// 404 outside the scope; 409 for an old version; 422 for a field.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    id: Option<i64>,
    input: ContestInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let unit = tree
        .unit(input.unit)
        .filter(|unit| scope.has_unit(unit.id))
        .ok_or_else(Problem::not_found)?
        .clone();
    let level = match unit.kind {
        UnitKind::CityBureau => Level::City,
        UnitKind::DistrictBureau => Level::District,
        _ => {
            return Err(bad_field("unit_id", "队列会操由区局或者市局组织。"));
        }
    };
    if input.held_on > ctx.today {
        return Err(bad_field("held_on", "会操还没有举行，举行后再登记。"));
    }
    let teams = check_teams(&tree, &unit, level, input.teams)?;
    let contest = Contest {
        id: id.unwrap_or(0),
        level,
        unit_id: unit.id,
        title: words::required("title", "名称", &input.title, 100)?,
        held_on: input.held_on,
        place: words::required("place", "地点", &input.place, 100)?,
        judges: check_judges(input.judges)?,
        note: words::optional("note", "备注", &input.note, 1_000)?,
        version: input.version,
    };
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    let id = match id {
        None => contests::insert(&mut tx, &contest, by, ctx.now).await?,
        Some(id) => {
            let stored = contests::take(&mut tx, id)
                .await?
                .filter(|stored| stored.unit_id == unit.id)
                .ok_or_else(Problem::not_found)?;
            if stored.version != input.version {
                return Err(Problem::stale());
            }
            contests::put(&mut tx, &contest).await?;
            id
        }
    };
    contests::put_teams(&mut tx, id, &teams).await?;
    tx.audit(
        ctx.audit("drill.contest_save", format!("drill_contest:{id}"))
            .unit(unit.id)
            .detail(json!({
                "title": contest.title, "held_on": contest.held_on.to_string(), "teams": teams.len(),
            })),
    );
    tx.commit().await?;
    Ok(id)
}

fn check_judges(judges: Vec<String>) -> Result<Vec<String>, Problem> {
    let mut kept = Vec::new();
    for judge in judges {
        let judge = words::optional("judges", "评委姓名", &judge.replace('\n', " "), 40)?;
        if !judge.is_empty() {
            kept.push(judge);
        }
    }
    if kept.len() > 30 {
        return Err(bad_field("judges", "评委最多30人，请核对。"));
    }
    Ok(kept)
}

fn check_teams(
    tree: &UnitTree,
    organiser: &UnitRef,
    level: Level,
    teams: Vec<TeamInput>,
) -> Result<Vec<Team>, Problem> {
    if teams.is_empty() {
        return Err(bad_field("teams", "请填写参加会操的队伍。"));
    }
    let below = tree.subtree(organiser.id);
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for (index, team) in teams.into_iter().enumerate() {
        let field = |name: &str| format!("teams[{index}].{name}");
        // The city's contest is between districts and what stands beside them, or between squads.
        let unit = tree
            .unit(team.unit)
            .filter(|unit| below.contains(&unit.id.get()) && unit.id != organiser.id)
            .ok_or_else(|| {
                bad_field(
                    &field("unit_id"),
                    format!("参加{}的队伍应为{}下属单位。", level.name(), organiser.name),
                )
            })?;
        if !seen.insert(unit.id) {
            return Err(bad_field(
                &field("unit_id"),
                format!("{}填写了两遍，请删去一行。", unit.name),
            ));
        }
        let most = Quantity::from_thousandths(MOST_POINTS * 1_000);
        let least = Quantity::from_thousandths(0);
        if team
            .score
            .is_some_and(|score| score < least || score > most)
        {
            return Err(bad_field(
                &field("score"),
                format!("得分应在0至{MOST_POINTS}之间。"),
            ));
        }
        kept.push(Team {
            unit_id: unit.id,
            unit_name: unit.name.clone(),
            score: team.score,
            award: words::optional(&field("award"), "奖项", &team.award, 40)?,
        });
    }
    Ok(kept)
}

/// Takes a review out of the lists; it stays in the database.
///
/// # Errors
/// 404 outside the scope; 409 for an old version; 422 without a reason.
pub async fn remove(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    reason: &str,
) -> Result<(), Problem> {
    let reason = words::required("reason", "删除原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let stored = contests::take(&mut tx, id)
        .await?
        .filter(|stored| scope.has_unit(stored.unit_id))
        .ok_or_else(Problem::not_found)?;
    if stored.version != version {
        return Err(Problem::stale());
    }
    contests::remove(&mut tx, id, ctx.now).await?;
    tx.audit(
        ctx.audit("drill.contest_remove", format!("drill_contest:{id}"))
            .unit(stored.unit_id)
            .detail(json!({"title": stored.title, "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}
