//! An officer's own year of study: where he was marked present, and what the record became (D4: own attendance).

use std::collections::HashMap;

use chengzhi_assessment::facade as assessment;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Month, Timestamp};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::state::State;
use crate::store::mine::{self, Mark};

/// How a month stands for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MyStanding {
    /// The hour is in the ledger.
    Earned,
    /// Attended and confirmed, but no hour is due to him (not 在编, say).
    Attended,
    /// Marked present, the record is not confirmed yet.
    Waiting,
    /// Marked absent.
    Absent,
    /// The record was locked or refused: only a make-up session of the district helps.
    Lost,
    /// On no record so far.
    Open,
    /// The month has not begun.
    Ahead,
}

/// A month of the year as it concerns the person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyMonthOut {
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// How it stands.
    pub standing: MyStanding,
    /// The same in a sentence.
    pub text: String,
    /// Topic of the city's task; empty when none was issued.
    pub task_topic: String,
    /// Unit whose session or make-up it was.
    pub unit_name: Option<String>,
    /// Day of the session.
    pub held_on: Option<Date>,
    /// Topic of the session.
    pub topic: Option<String>,
    /// Made good in a make-up session.
    pub made_up: bool,
}

/// The twelve months of a year for the person behind the account.
///
/// # Errors
/// 404 for an account without a person.
pub async fn list(ctx: &Ctx, year: i32) -> Result<Vec<MyMonthOut>, Problem> {
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let mut marks: HashMap<Month, Vec<Mark>> = HashMap::new();
    for mark in mine::marks(&mut tx, person, year).await? {
        marks.entry(mark.month).or_default().push(mark);
    }
    let topics: HashMap<Month, String> = crate::store::tasks::of_year(&mut tx, year)
        .await?
        .into_iter()
        .map(|task| (task.month, task.topic))
        .collect();
    let fulfilled = assessment::months_fulfilled(&mut tx, &[person], year)
        .await?
        .remove(&person)
        .unwrap_or_default();
    Ok(Month::of_year(year)
        .map(|month| {
            let own = marks.remove(&month).unwrap_or_default();
            let earned = fulfilled.contains(&month.month());
            let (standing, mark) = stand(month, &own, earned, ctx.now);
            MyMonthOut {
                month,
                standing,
                text: sentence(standing, mark),
                task_topic: topics.get(&month).cloned().unwrap_or_default(),
                unit_name: mark.map(|mark| tree.name(mark.unit).to_owned()),
                held_on: mark.and_then(|mark| mark.held_on),
                topic: mark
                    .map(|mark| mark.topic.clone())
                    .filter(|topic| !topic.is_empty()),
                made_up: mark.is_some_and(|mark| mark.makeup),
            }
        })
        .collect())
}

/// What the ledger and the marks of a month say: earned before attended, waiting, absent.
fn stand(
    month: Month,
    marks: &[Mark],
    earned: bool,
    now: Timestamp,
) -> (MyStanding, Option<&Mark>) {
    let of = |mark: &Mark| match (mark.makeup, mark.present, mark.state) {
        (true, ..) | (_, true, Some(State::Confirmed)) => MyStanding::Attended,
        (_, _, Some(State::LockedMissed | State::RejectedFinal)) => MyStanding::Lost,
        (_, true, _) => MyStanding::Waiting,
        (_, false, _) => MyStanding::Absent,
    };
    let rank = |mark: &&Mark| match of(mark) {
        MyStanding::Attended => 0,
        MyStanding::Waiting => 1,
        MyStanding::Absent => 2,
        _ => 3,
    };
    let best = marks.iter().min_by_key(rank);
    let standing = match best {
        _ if earned => MyStanding::Earned,
        Some(mark) => of(mark),
        None if now < Timestamp::start_of_day(month.first_day()) => MyStanding::Ahead,
        None => MyStanding::Open,
    };
    (standing, best)
}

fn sentence(standing: MyStanding, mark: Option<&Mark>) -> String {
    match (standing, mark) {
        (MyStanding::Earned, Some(mark)) if mark.makeup => "已补训，计1学时。".to_owned(),
        (MyStanding::Earned, Some(_)) => "已到会，审核通过，计1学时。".to_owned(),
        (MyStanding::Earned, None) => "已入账1学时。".to_owned(),
        (MyStanding::Attended, _) => "已到会，审核通过；按规定不计学时。".to_owned(),
        (MyStanding::Waiting, _) => "已登记到会，审核通过后计学时。".to_owned(),
        (MyStanding::Absent, Some(mark)) => match &mark.reason {
            Some(reason) => format!("登记为缺席：{reason}。可参加区局组织的补训。"),
            None => "登记为缺席。可参加区局组织的补训。".to_owned(),
        },
        (MyStanding::Lost, _) => "本单位当月记录未通过，可参加区局组织的补训。".to_owned(),
        (MyStanding::Ahead, _) => "尚未到月。".to_owned(),
        _ => "尚无到会登记。".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chengzhi_kernel::UnitId;

    use super::*;

    fn mark(present: bool, state: Option<State>, makeup: bool) -> Mark {
        Mark {
            month: Month::new(2024, 3).unwrap(),
            unit: UnitId::from(1),
            held_on: None,
            topic: String::new(),
            present,
            reason: None,
            state,
            makeup,
        }
    }

    #[test]
    fn a_month_stands_by_the_best_of_its_marks() {
        let month = Month::new(2024, 3).unwrap();
        let within = Timestamp::at(month.last_day(), 9, 0);
        let before = Timestamp::end_of_day(Month::new(2024, 1).unwrap().last_day());
        let absent = mark(false, Some(State::Confirmed), false);
        let lost = mark(true, Some(State::LockedMissed), false);
        let waiting = mark(true, Some(State::Submitted), false);
        let made_up = mark(true, None, true);
        let cases: [(&[Mark], bool, Timestamp, MyStanding); 8] = [
            (&[], false, before, MyStanding::Ahead),
            (&[], false, within, MyStanding::Open),
            (&[], true, within, MyStanding::Earned),
            (
                std::slice::from_ref(&absent),
                false,
                within,
                MyStanding::Absent,
            ),
            (std::slice::from_ref(&lost), false, within, MyStanding::Lost),
            (
                &[absent.clone(), waiting.clone()],
                false,
                within,
                MyStanding::Waiting,
            ),
            (
                &[absent.clone(), made_up.clone()],
                true,
                within,
                MyStanding::Earned,
            ),
            (
                &[lost.clone(), made_up.clone()],
                false,
                within,
                MyStanding::Attended,
            ),
        ];
        for (marks, earned, now, wanted) in cases {
            assert_eq!(stand(month, marks, earned, now).0, wanted);
        }
    }
}
