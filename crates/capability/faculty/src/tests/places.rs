//! Bases are created and rechecked, classrooms graded.

use chengzhi_authz::Permission;
use chengzhi_rules::{Grade, classroom_standard};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{
    City, DISTRICT, OTHER_DISTRICT, SQUAD, code, courseware_input, day, place_input, status,
};
use crate::domain::courseware::CoursewareKind;
use crate::domain::place::PlaceKind;
use crate::facade::{self, PlaceFilter};
use crate::store::places::Wanted;
use crate::usecase::base_checks::apply;
use crate::usecase::grades::{confirm, self_assess, standard};
use crate::usecase::places::{list, save, view, withdraw};

both_engines!(
    a_base_is_scored_rechecked_and_withdrawn,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at("2023-10-09");
        let id = city
            .place("district", PlaceKind::Base, DISTRICT, "燃气实训基地")
            .await;
        assert_eq!(code(city.check(id, 9_000).await), "faculty.place_state");
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        apply(&ctx, &scope, id, 1).await.unwrap();
        assert_eq!(status(city.check(id, 10_001).await), 422);
        // Not good enough: back to preparing; then good enough.
        city.check(id, 7_999).await.unwrap();
        assert_eq!(city.place_page("city", id).await.place.state, "planned");
        let version = city.place_page("city", id).await.place.version;
        apply(&ctx, &scope, id, version).await.unwrap();
        city.check(id, 8_000).await.unwrap();
        let page = city.place_page("district", id).await;
        assert_eq!(page.place.state, "in_use");
        assert_eq!(page.checks.len(), 2);
        assert!(page.place.course_missing);
        assert_eq!(
            page.place.recheck_due.map(|due| due.due_on),
            Some(day("2024-10-09"))
        );
        // A year later it is due; a failed recheck leaves it due, a passed one moves the date.
        city.at("2024-11-18");
        assert_eq!(
            city.place_page("officer", id).await.place.state_name,
            "待复检"
        );
        city.check(id, 6_000).await.unwrap();
        assert_eq!(
            city.place_page("officer", id).await.place.state_name,
            "待复检"
        );
        city.check(id, 9_000).await.unwrap();
        let page = city.place_page("officer", id).await;
        assert_eq!(page.place.state_name, "在用");
        assert!(page.checks.is_empty(), "an officer reads no scores");
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let version = page.place.version;
        assert_eq!(status(withdraw(&ctx, &scope, id, version, "").await), 422);
        withdraw(&ctx, &scope, id, version, "场地到期")
            .await
            .unwrap();
        let (ctx, scope) = city.with("other", Permission::FacultyRead).await;
        assert_eq!(status(view(&ctx, &scope, id).await), 404);
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(places_are_checked_as_entered, |t: TestDb| async move {
    let city = City::new(t).await;
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    for capacity in [-5, 0, 10_001] {
        let mut wrong = place_input(PlaceKind::Room, SQUAD, "教室");
        wrong.capacity = capacity;
        assert_eq!(
            status(save(&ctx, &scope, None, wrong).await),
            422,
            "{capacity}"
        );
    }
    let elsewhere = place_input(PlaceKind::Room, OTHER_DISTRICT, "教室");
    assert_eq!(status(save(&ctx, &scope, None, elsewhere).await), 404);
    let squads = place_input(PlaceKind::Base, SQUAD, "基地");
    assert_eq!(status(save(&ctx, &scope, None, squads).await), 422);
    let room = city.place("district", PlaceKind::Room, SQUAD, "教室").await;
    assert_eq!(status(apply(&ctx, &scope, room, 1).await), 422);
    let mut of_room = place_input(PlaceKind::Room, SQUAD, "隔间");
    of_room.base = Some(room);
    assert_eq!(status(save(&ctx, &scope, None, of_room).await), 422);
    // One base, one excellent course: a version in use.
    let base = city.base("实训基地").await;
    let draft = city
        .draft(
            "district",
            courseware_input(CoursewareKind::Video, DISTRICT, "草稿"),
        )
        .await;
    let video = city.video("精品课").await;
    let mut input = place_input(PlaceKind::Base, DISTRICT, "实训基地");
    input.version = city.place_page("city", base).await.place.version;
    input.course = Some(draft);
    assert_eq!(
        status(save(&ctx, &scope, Some(base), input.clone()).await),
        422
    );
    input.course = Some(video);
    save(&ctx, &scope, Some(base), input.clone()).await.unwrap();
    assert_eq!(
        code(save(&ctx, &scope, Some(base), input).await),
        "conflict.version"
    );
    assert!(!city.place_page("far", base).await.place.course_missing);
    assert_eq!(city.place_page("far", base).await.place.contact, None);
    let (ctx, scope) = city.with("district", Permission::FacultyRead).await;
    let found = list(&ctx, &scope, &Wanted::default(), None).await.unwrap();
    assert_eq!((found.rows.len(), found.bases_in_use), (2, 1));
    let mut tx = city.state.db.read().await.unwrap();
    let big = PlaceFilter {
        capacity: Some(61),
        ..PlaceFilter::default()
    };
    assert!(facade::places(&mut tx, &big).await.unwrap().is_empty());
});

both_engines!(
    a_classroom_asks_for_the_grade_it_reaches,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city
            .place("district", PlaceKind::SmartClassroom, DISTRICT, "智慧教室")
            .await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let evidence = |grade: Grade| -> Vec<(String, String)> {
            classroom_standard()
                .asked(grade)
                .map(|item| (item.code.clone(), "见照片".to_owned()))
                .collect()
        };
        let mut some = evidence(Grade::Basic);
        some.pop();
        assert_eq!(status(self_assess(&ctx, &scope, id, 1, some).await), 422);
        let mut silent = evidence(Grade::Basic);
        silent[0].1.clear();
        assert_eq!(status(self_assess(&ctx, &scope, id, 1, silent).await), 422);
        let unknown = vec![("pool".to_owned(), "有".to_owned())];
        assert_eq!(status(self_assess(&ctx, &scope, id, 1, unknown).await), 422);
        let middle = evidence(Grade::Intermediate);
        self_assess(&ctx, &scope, id, 1, middle.clone())
            .await
            .unwrap();
        let page = city.place_page("district", id).await;
        assert_eq!(page.place.grade_asked_name.as_deref(), Some("中级"));
        assert_eq!(page.answers.len(), middle.len());
        assert_eq!(page.may, ["change", "assess", "withdraw"]);
        // The city confirms no more than was reached, and says why it confirms less.
        let (cctx, cscope) = city.with("city", Permission::FacultyAppoint).await;
        let today = cctx.today;
        let version = page.place.version;
        let higher = (Some(Grade::Advanced), today, "");
        assert_eq!(
            status(confirm(&cctx, &cscope, id, version, higher).await),
            422
        );
        let lower = (Some(Grade::Basic), today, "");
        assert_eq!(
            status(confirm(&cctx, &cscope, id, version, lower).await),
            422
        );
        let lower = (Some(Grade::Basic), today, "录制设备未联网");
        confirm(&cctx, &cscope, id, version, lower).await.unwrap();
        let page = city.place_page("other", id).await;
        assert_eq!(page.place.grade_name.as_deref(), Some("初级"));
        assert!(page.answers.is_empty(), "evidence is the bureau's own");
        let version = page.place.version;
        assert_eq!(
            code(confirm(&cctx, &cscope, id, version, (None, today, "退回")).await),
            "faculty.grade_none"
        );
        assert_eq!(
            code(self_assess(&ctx, &scope, id, version, evidence(Grade::Basic)).await),
            "faculty.grade_same"
        );
        assert_eq!(standard().items.len(), classroom_standard().items.len());
        assert!(city.faults().await.is_empty());
    }
);
