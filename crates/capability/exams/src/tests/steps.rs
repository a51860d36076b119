//! Steps that several tests walk: from the end of an exam to its results, a correction from its trial to its application.

use crate::domain::Marks;
use crate::facade::AllFollows;
use crate::tests::office::{Office, at, nobody};
use crate::usecase::corrections;
use crate::usecase::marking::collect;
use crate::usecase::publish::publish;
use crate::usecase::sessions::set_pass_mark;

impl Office {
    /// May's exam is over: collected, with a pass mark in whole marks.
    pub async fn collected(&self, id: i64, pass: i64) {
        self.at(at(5, 16, 11, 1));
        let city = self.ctx("city").await;
        collect(&city, id, self.version(id).await).await.unwrap();
        set_pass_mark(&city, id, self.version(id).await, Marks::whole(pass))
            .await
            .unwrap();
    }

    /// The same, and published.
    pub async fn published(&self, id: i64, pass: i64) {
        self.collected(id, pass).await;
        let city = self.ctx("city").await;
        publish(&city, &nobody(), id, self.version(id).await)
            .await
            .unwrap();
    }

    /// A correction that was tried is approved by two others and applied.
    pub async fn carried(&self, id: i64, correction: i64, told: &AllFollows) {
        for (who, act) in [
            ("city", "propose"),
            ("city_two", "approve"),
            ("city_three", "approve"),
            ("city", "apply"),
        ] {
            let ctx = self.ctx(who).await;
            corrections::act(&ctx, told, id, correction, act)
                .await
                .unwrap();
        }
    }
}
