//! Lists by page.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page of a list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// From 1.
    #[param(minimum = 1)]
    pub page: Option<i64>,
    /// Rows a page, at most 500, 50 unless said.
    #[param(minimum = 1, maximum = 500)]
    pub size: Option<i64>,
}

impl Paging {
    /// Rows a page.
    #[must_use]
    pub fn limit(self) -> i64 {
        self.size.unwrap_or(50).clamp(1, 500)
    }

    /// Rows before this page.
    #[must_use]
    pub fn offset(self) -> i64 {
        (self.page.unwrap_or(1).clamp(1, 1_000_000) - 1) * self.limit()
    }
}

/// One page of rows and the number of all.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// Rows in all pages.
    pub total: i64,
    /// Rows of this page.
    pub rows: Vec<T>,
}
