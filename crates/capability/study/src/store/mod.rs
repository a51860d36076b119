//! SQL of monthly study. Every query that lists takes the scope as a condition.

pub mod bulk;
pub mod checks;
pub mod hand_ins;
pub mod makeups;
pub mod mine;
pub mod photos;
pub mod records;
pub mod slots;
pub mod tasks;

use chengzhi_reporting::Book;

/// The tables of this cycle.
pub const BOOK: Book = Book {
    prefix: "study",
    late_from: "review_due_at",
};
