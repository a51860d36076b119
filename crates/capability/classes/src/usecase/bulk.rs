//! Presence and answers of classes that were held before: many rows in the caller's transaction, under the rules of
//! their tables, without the codes of the day.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, PersonId, Timestamp};

use crate::domain::presence::Scan;
use crate::store::evaluations::{self, Answer};
use crate::store::scans::{self, ScanRow};
use crate::store::{lessons, trainees};

use super::evaluate::QUESTIONS;

/// Somebody on a list: his row, his person, his name.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Row id.
    pub trainee: i64,
    /// Person; none for somebody from outside.
    pub person: Option<PersonId>,
    /// Name.
    pub name: String,
}

/// Those who sit in a class, in the order of arrival.
///
/// # Errors
/// 500 from the engine.
pub async fn listed(tx: &mut Tx, class: i64) -> Result<Vec<Listed>, Problem> {
    Ok(trainees::of_classes(tx, &[class])
        .await?
        .into_iter()
        .filter(|row| row.seat.sits())
        .map(|row| Listed {
            trainee: row.id,
            person: row.person_id,
            name: row.name,
        })
        .collect())
}

/// Somebody signed in.
#[derive(Debug, Clone, Copy)]
pub struct Came {
    /// Trainee.
    pub trainee: i64,
    /// Lesson.
    pub lesson: i64,
    /// When.
    pub at: Timestamp,
}

/// Stores sign-ins by phone. Gives how many were new.
///
/// # Errors
/// 404 for a lesson or trainee of another class; 500 from the engine.
pub async fn came(tx: &mut Tx, class: i64, network: &str, rows: &[Came]) -> Result<usize, Problem> {
    let known: BTreeSet<i64> = lessons::lessons(tx, &[class], false)
        .await?
        .iter()
        .map(|row| row.lesson.id)
        .collect();
    let names: BTreeMap<i64, String> = listed(tx, class)
        .await?
        .into_iter()
        .map(|row| (row.trainee, row.name))
        .collect();
    let mut stored = 0;
    for row in rows {
        let name = names
            .get(&row.trainee)
            .filter(|_| known.contains(&row.lesson))
            .ok_or_else(Problem::not_found)?;
        let scan = ScanRow {
            id: 0,
            lesson_id: row.lesson,
            trainee_id: row.trainee,
            kind: Scan::In,
            check_id: None,
            method: "link".to_owned(),
            at: row.at,
            received_at: row.at,
            code_window: None,
            signature: None,
            device_id: None,
            account_id: None,
            network: network.to_owned(),
            metres: None,
            score: 0,
            signals: "[]".to_owned(),
            reason: String::new(),
            photo_hash: None,
            by_name: name.clone(),
            decided: None,
            decided_by_name: None,
        };
        stored += usize::from(scans::insert(tx, &scan).await?.is_some());
    }
    Ok(stored)
}

/// Somebody evaluated a course.
#[derive(Debug, Clone)]
pub struct Rated {
    /// Trainee.
    pub trainee: i64,
    /// Course.
    pub course: i64,
    /// Points 1 to 5, one for each question.
    pub scores: Vec<u32>,
    /// Open answer.
    pub text: String,
    /// Day.
    pub on: Date,
}

/// Stores evaluations; one by the same trainee of the same course is passed over. Gives how many were new.
///
/// # Errors
/// 404 for a course or trainee of another class, or answers that do not fit the questions; 500 from the engine.
pub async fn rated(tx: &mut Tx, class: i64, rows: &[Rated]) -> Result<usize, Problem> {
    let known: BTreeSet<i64> = lessons::courses(tx, class)
        .await?
        .iter()
        .map(|course| course.id)
        .collect();
    let sitting: BTreeSet<i64> = listed(tx, class)
        .await?
        .iter()
        .map(|row| row.trainee)
        .collect();
    let mut stored = 0;
    for row in rows {
        let fits = known.contains(&row.course)
            && sitting.contains(&row.trainee)
            && row.scores.len() == QUESTIONS.len()
            && row.scores.iter().all(|score| (1..=5).contains(score));
        if !fits {
            return Err(Problem::not_found());
        }
        if !evaluations::mark(tx, row.trainee, row.course).await? {
            continue;
        }
        let answer = Answer {
            class_id: class,
            course_id: row.course,
            scores: row.scores.clone(),
            text: row.text.clone(),
            for_day: row.on,
        };
        evaluations::insert(tx, &answer).await?;
        stored += 1;
    }
    Ok(stored)
}
