//! What other capabilities and the binary may ask of fitness tests.

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, PersonId};
use chengzhi_organisation::facade as organisation;

pub use crate::usecase::own::{FitnessRecordsOut, records as records_of};
pub use crate::usecase::rounds::{ClassBook, ClassRef, NoClasses};
pub use crate::usecase::todo::{Block, TodoItem, todo};

use crate::domain::verdict::Outcome;
use crate::store::{entries, rounds};

/// Commands by a caller's context, as the handlers use them.
pub mod commands {
    pub use crate::domain::state::Seat;
    pub use crate::domain::waiver::{Kind as WaiverKind, WaiverState};
    pub use crate::usecase::filing::answer;
    pub use crate::usecase::marks::{FitnessMarkedOut, MarkInput, record};
    pub use crate::usecase::people::set_seat;
    pub use crate::usecase::results::hand_in;
    pub use crate::usecase::rounds::{TestInput, create};
    pub use crate::usecase::waivers::{WaiverInput, decide, request};
    pub use crate::usecase::{page::FitnessTestPageOut, page::view};
}

pub use crate::usecase::export::of_class as results_book_of_class;

/// Somebody's result in the test of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassResult {
    /// Person.
    pub person: PersonId,
    /// Took all of it.
    pub taken: bool,
    /// Passed; none while it cannot be told.
    pub passed: Option<bool>,
    /// 合格, 不合格, 未测完 ….
    pub word: String,
}

/// The test of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassTest {
    /// Row.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Day.
    pub on: Date,
    /// At least one figure is in.
    pub held: bool,
    /// Results are handed in.
    pub results_in: bool,
}

/// The standing test of a class, if it has one: whether the class holds the subject, and whether it
/// took place (B-28).
///
/// # Errors
/// 500 from the engine.
pub async fn held_in_class(tx: &mut Tx, class: i64) -> Result<Option<ClassTest>, Problem> {
    Ok(rounds::of_class(tx, class).await?.map(|test| ClassTest {
        id: test.id,
        title: test.title,
        on: test.planned_on,
        held: test.held_at.is_some(),
        results_in: test.results_in_at.is_some(),
    }))
}

/// Results of the test of a class, by staff number; empty without one.
///
/// # Errors
/// 500 from the engine.
pub async fn results_of_class(tx: &mut Tx, class: i64) -> Result<Vec<ClassResult>, Problem> {
    let Some(test) = rounds::of_class(tx, class).await? else {
        return Ok(Vec::new());
    };
    let condition = format!("e.test_id = {} and e.state <> 'removed'", test.id);
    Ok(entries::all(tx, &condition)
        .await?
        .into_iter()
        .map(|row| ClassResult {
            person: row.person_id,
            taken: row.outcome.is_taken(),
            passed: match row.outcome {
                Outcome::Passed => Some(true),
                Outcome::Failed => Some(false),
                _ => None,
            },
            word: row.outcome.name().to_owned(),
        })
        .collect())
}

/// Checks what must hold between the tables at any time, and that every stored result is what its
/// figures give. Gives one Chinese sentence for each break; empty when all is well.
///
/// # Errors
/// 500 from the engine.
pub async fn verify(tx: &mut Tx, today: Date) -> Result<Vec<String>, Problem> {
    let mut broken = crate::store::checks::verify(tx).await?;
    let tree = organisation::tree(tx, today).await?;
    let mut wrong = 0;
    for test in rounds::all(tx, "t.standard is not null").await? {
        let standard = crate::usecase::standards::of_test(tx, &tree, &test).await?;
        let rows = entries::all(tx, &format!("e.test_id = {}", test.id)).await?;
        let stored: Vec<Outcome> = rows.iter().map(|row| row.outcome).collect();
        let judged = crate::usecase::page::outcomes(tx, &test, &standard.body, &rows).await?;
        wrong += stored
            .iter()
            .zip(&judged)
            .filter(|(stored, judged)| stored != judged)
            .count();
    }
    if wrong > 0 {
        broken.push(format!("体能测试结论与成绩不符：{wrong}处"));
    }
    Ok(broken)
}
