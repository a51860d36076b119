//! Lines of the first page.

use chengzhi_authz::Permission;
use chengzhi_kernel::{Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, SQUAD, day};
use crate::domain::instructor::{Kind, YearResult};
use crate::facade::{Block, todo};
use crate::usecase::invitations::{InvitationInput, answer, invite};
use crate::usecase::steps::assess;

async fn lines(city: &City, who: &str) -> Vec<(Block, &'static str)> {
    let ctx = city.ctx(who).await;
    let mut tx = city.state.db.read().await.unwrap();
    todo(&mut tx, &ctx)
        .await
        .unwrap()
        .into_iter()
        .map(|item| (item.block, item.kind))
        .collect()
}

both_engines!(
    terms_assessments_and_rechecks_are_told,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at("2021-12-20");
        let id = city.serving(3).await;
        city.base("基地").await;
        assert_eq!(
            lines(&city, "district").await,
            [(Block::DueSoon, "faculty.assessment")]
        );
        city.at("2022-06-01");
        assert_eq!(
            lines(&city, "district").await,
            [
                (Block::Overdue, "faculty.assessment"),
                (Block::DueSoon, "faculty.cases"),
            ]
        );
        city.at("2024-11-18");
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        for year in [2023, 2024] {
            let version = city.version(id).await;
            let judged = (year, YearResult::Qualified, "");
            assess(&ctx, &scope, id, version, judged).await.unwrap();
        }
        city.nominate("head", Kind::PartTime, SQUAD, 4).await;
        let mut seen = lines(&city, "district").await;
        seen.sort();
        assert_eq!(
            seen,
            [
                (Block::Overdue, "faculty.recheck"),
                (Block::DueSoon, "faculty.cases"),
                (Block::DueSoon, "faculty.nominated"),
                (Block::DueSoon, "faculty.term"),
            ]
        );
        // The districts' affairs are not the city's to-do.
        assert!(lines(&city, "city").await.is_empty());
        assert!(lines(&city, "other").await.is_empty());
    }
);

both_engines!(an_invitation_waits_for_its_answer, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.serving(3).await;
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    let input = InvitationInput {
        unit: UnitId::from(DISTRICT),
        starts_at: Timestamp::at(day("2024-12-02"), 9, 0),
        ends_at: Timestamp::at(day("2024-12-02"), 10, 0),
        topic: "听证".to_owned(),
        place: "教室".to_owned(),
        note: String::new(),
    };
    let one = invite(&ctx, &scope, id, input).await.unwrap();
    assert_eq!(
        lines(&city, "officer").await,
        [(Block::DueSoon, "faculty.invitation")]
    );
    answer(&city.ctx("officer").await, one, true, "")
        .await
        .unwrap();
    assert!(lines(&city, "officer").await.is_empty());
    assert!(lines(&city, "colleague").await.is_empty());
});
