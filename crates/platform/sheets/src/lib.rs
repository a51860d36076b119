//! Spreadsheets in and out: `.xlsx` and `.csv` as people send them, `.xlsx` as they want them back.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bulk;
pub mod table;
pub mod write;
pub mod xlsx_read;

pub use table::{MAX_ROWS, SheetError, Table, TableRow, decode_text, read_table};
pub use write::{Column, SheetData, Value, write_xlsx};
pub use xlsx_read::{CELL_ERROR, FORMULA_WITHOUT_VALUE};
