//! What other capabilities and the binary may ask of classes.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::Date;

use crate::domain::phase::Phase;

pub use crate::usecase::appendix::{Appendices, Appendix};
pub use crate::usecase::exam_link::{
    ClassExamTraceOut, ExamBook, ExamRef, ExamVerdict, take as take_exam,
};
pub use crate::usecase::outlook_figures::{DrillBook, Drills};
pub use crate::usecase::own::{CalendarRow, calendar_of};
pub use crate::usecase::refs::{ClassRef, standing_class, standing_classes, trainees_of};
pub use crate::usecase::todo::{Block, TodoItem, todo};

/// Commands by a caller's context, as the handlers use them.
pub mod commands {
    pub use crate::domain::presence::Scan;
    pub use crate::usecase::class_out::{ClassOut, view};
    pub use crate::usecase::closing::{accept as accept_closing, page as closing_page};
    pub use crate::usecase::closing::{send_back as return_closing, submit as submit_closing};
    pub use crate::usecase::codes::current as current_code;
    pub use crate::usecase::devices::register as register_device;
    pub use crate::usecase::enrol::add as enrol;
    pub use crate::usecase::enrol_list::candidates;
    pub use crate::usecase::evaluate::add_outside as add_outside_evaluation;
    pub use crate::usecase::filing::{answer as answer_filing, file};
    pub use crate::usecase::leaves::ask as ask_leave;
    pub use crate::usecase::materials::{add as add_material, remove as remove_material};
    pub use crate::usecase::outlook_leaders::{Who as Leader, add_leader, mark_class};
    pub use crate::usecase::outlook_save::{
        OutlookInput, TargetInput, create as create_outlook, save as save_outlook,
    };
    pub use crate::usecase::outsiders::{OutsiderInput, add as add_outsider};
    pub use crate::usecase::plan::{PlanInput, create as create_plan};
    pub use crate::usecase::plan_out::list as plans;
    pub use crate::usecase::programme::{CourseInput, save as save_courses};
    pub use crate::usecase::request_answer::{Decision, decide as decide_request};
    pub use crate::usecase::request_ask::{RequestInput, ask as ask_request, vote as vote_request};
    pub use crate::usecase::requests::list as requests;
    pub use crate::usecase::results::{ResultInput, save as save_results};
    pub use crate::usecase::save::{ClassInput, Origin, create};
    pub use crate::usecase::scan::{ScanInput, scan};
    pub use crate::usecase::summary::{save as save_summary, view as summary};
    pub use crate::usecase::timetable::{LessonInput, save as save_lessons};
}

/// What a phone reads off a screen: for tests that play one without network.
pub mod phone {
    pub use crate::domain::code::sign as code_of;
}

/// Rows of classes that were held before, in the caller's transaction.
pub mod bulk {
    pub use crate::usecase::bulk::{Came, Listed, Rated, came, listed, rated};
}

/// Classes of a year by phase code: how many, without those that were cancelled.
///
/// # Errors
/// 500 from the engine.
pub async fn phases(
    tx: &mut Tx,
    year: i32,
    units: &[i64],
    today: Date,
) -> Result<BTreeMap<&'static str, usize>, Problem> {
    let mut found = BTreeMap::new();
    for class in crate::store::classes::of_year(tx, year, units).await? {
        let phase = Phase::of(class.state, class.days(), today);
        if phase != Phase::Cancelled {
            *found.entry(phase.code()).or_default() += 1;
        }
    }
    Ok(found)
}

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break; empty when all is
/// well.
///
/// # Errors
/// 500 from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    Ok(crate::store::checks::verify(tx).await?)
}
