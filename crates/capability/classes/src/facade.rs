//! What other capabilities and the binary may ask of classes.

use chengzhi_db::Tx;
use chengzhi_http::Problem;

pub use crate::usecase::own::{CalendarRow, calendar_of};
pub use crate::usecase::refs::{ClassRef, standing_class, standing_classes, trainees_of};
pub use crate::usecase::todo::{Block, TodoItem, todo};

/// Commands by a caller's context, as the handlers use them.
pub mod commands {
    pub use crate::usecase::filing::file;
    pub use crate::usecase::plan::{PlanInput, create as create_plan};
    pub use crate::usecase::programme::{CourseInput, save as save_courses};
    pub use crate::usecase::save::{ClassInput, Origin, create};
    pub use crate::usecase::timetable::{LessonInput, save as save_lessons};
}

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break; empty when all is
/// well.
///
/// # Errors
/// 500 from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    Ok(crate::store::checks::verify(tx).await?)
}
