//! What plans of several years ask of drill, answered by drill's façade.

use std::collections::HashMap;

use async_trait::async_trait;
use chengzhi_classes::facade::DrillBook;
use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, UnitId};

/// The drill reviews of this installation.
pub struct DrillReviews;

#[async_trait]
impl DrillBook for DrillReviews {
    async fn reviews(
        &self,
        tx: &mut Tx,
        year: i32,
        until: Date,
    ) -> Result<HashMap<UnitId, u32>, Problem> {
        Ok(chengzhi_drill::facade::reviews_held(tx, year, until).await?)
    }
}
