//! What every reporting cycle (上报周期) keeps and shows beside its own matter: who touched a record, its history, who
//! holds it for review, which months are locked; and the year's figures as sent and as sheets. The states, steps and
//! arithmetic behind it are `chengzhi_cycle`'s.
//!
//! A capability names its tables once by a [`Book`]; the record itself, its content and the sentences about it stay
//! with the capability.

mod book;
mod figures;
mod lock;
mod workbook;

pub use book::{Book, HistoryLine, Hold, state_of};
pub use figures::{
    FiguresOut, ReasonCountOut, ReviewerFiguresOut, UnitFiguresOut, UnitName, reason_counts,
    unit_figures,
};
pub use lock::{MonthLock, Sweep, Swept, lock_due, lock_handler};
pub use workbook::{reason_sheet, reviewer_sheet, slot_columns, unit_sheet};
