//! Targets, cases and samples of a year.

use chengzhi_authz::Permission;
use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{CITY, City, DISTRICT, OTHER_DISTRICT, SQUAD, code, day, status};
use crate::domain::instructor::Kind;
use crate::facade;
use crate::usecase::cases::{CaseInput, hand_out, list as list_cases, use_case};
use crate::usecase::samples::{Subject, export, list as list_samples, mark, unmark};
use crate::usecase::targets::{FacultyTargetsOut, targets};

async fn of(city: &City, who: &str, year: i32) -> FacultyTargetsOut {
    let (ctx, scope) = city.with(who, Permission::FacultyRead).await;
    targets(&ctx, &scope, Some(year)).await.unwrap()
}

both_engines!(targets_are_counted_from_rows, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at("2023-10-09").base("旧基地").await;
    city.at("2024-11-18").base("新基地").await;
    city.serving(1).await;
    city.serving(2).await;
    let practice = city.nominate("district", Kind::Practice, SQUAD, 3).await;
    city.try_out("district", practice, &[9_000]).await.unwrap();
    city.appoint("district", practice, "2024-11-18")
        .await
        .unwrap();
    city.video("视频").await;
    city.serving_city(52).await;
    let seen = of(&city, "city", 2024).await;
    let east = seen
        .districts
        .iter()
        .find(|row| row.unit_id == DISTRICT)
        .unwrap();
    let figures: Vec<(u32, Option<u32>, Option<u32>)> = east
        .figures
        .iter()
        .map(|figure| (figure.have, figure.target, figure.short))
        .collect();
    assert_eq!(
        figures,
        [
            (2, Some(3), Some(1)),
            (1, Some(1), Some(0)),
            (1, Some(1), Some(0)),
            (2, Some(3), Some(1)),
            (1, None, None),
        ]
    );
    assert_eq!(seen.short_districts, 2);
    let city_figures = |seen: &FacultyTargetsOut, code: &str| {
        let figure = seen.city.iter().find(|figure| figure.code == code).unwrap();
        (figure.have, figure.target)
    };
    assert_eq!(city_figures(&seen, "city_instructors"), (1, None));
    // What counts for a year is what stood or happened in it.
    let before = of(&city, "city", 2023).await;
    let east = &before.districts[0].figures;
    assert_eq!((east[0].have, east[1].have, east[3].have), (1, 1, 0));
    let next = of(&city, "city", 2025).await;
    assert_eq!(city_figures(&next, "studios"), (0, Some(5)));
    assert_eq!(next.districts[0].figures[4].target, Some(5));
    // A district sees its own, an officer that of his bureau, and neither the city's.
    let own = of(&city, "district", 2024).await;
    assert_eq!((own.districts.len(), own.city.len()), (1, 0));
    assert_eq!(of(&city, "officer", 2024).await.districts.len(), 1);
    let ctx = city.ctx("city").await;
    let mut tx = city.state.db.read().await.unwrap();
    let counts = facade::year_counts(&mut tx, &ctx, 2024, UnitId::from(DISTRICT))
        .await
        .unwrap();
    assert_eq!(counts[3].have, 2);
    let whole = facade::year_counts(&mut tx, &ctx, 2024, UnitId::from(CITY)).await;
    assert_eq!(whole.unwrap().len(), 6);
    let squad = facade::year_counts(&mut tx, &ctx, 2024, UnitId::from(SQUAD)).await;
    assert_eq!(status(squad), 404);
});

fn case(unit: i64, instructors: &[i64], case_no: &str) -> CaseInput {
    CaseInput {
        unit: UnitId::from(unit),
        instructors: instructors.to_vec(),
        handed_on: day("2024-11-18"),
        case_no: case_no.to_owned(),
        title: "擅自拆除燃气设施案".to_owned(),
        field: "gas".to_owned(),
        summary: "当事人认定和证据固定".to_owned(),
    }
}

both_engines!(cases_are_handed_out_and_used, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at("2024-08-15");
    let (one, two) = (city.serving(1).await, city.serving(2).await);
    let citys = city.serving_city(52).await;
    city.at("2024-11-18");
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    let seen = list_cases(&ctx, &scope, None).await.unwrap();
    assert_eq!((seen.behind.len(), seen.units[0].behind), (2, 4));
    for (wrong, expected) in [
        (case(OTHER_DISTRICT, &[one], "1"), 404),
        (case(DISTRICT, &[], "1"), 422),
        (case(DISTRICT, &[citys], "1"), 422),
        (case(DISTRICT, &[999], "1"), 404),
        (case(DISTRICT, &[one], " "), 422),
    ] {
        assert_eq!(status(hand_out(&ctx, &scope, wrong).await), expected);
    }
    hand_out(&ctx, &scope, case(DISTRICT, &[one, two], "案1"))
        .await
        .unwrap();
    hand_out(&ctx, &scope, case(DISTRICT, &[one], "案2"))
        .await
        .unwrap();
    // All or nobody: one of them has it already.
    let again = hand_out(&ctx, &scope, case(DISTRICT, &[two, one], "案2")).await;
    assert_eq!(code(again), "faculty.twice");
    let seen = list_cases(&ctx, &scope, None).await.unwrap();
    assert_eq!(seen.rows.len(), 3);
    assert_eq!(
        seen.behind
            .iter()
            .map(|row| (row.instructor_id, row.handed, row.owed))
            .collect::<Vec<_>>(),
        [(two, 1, 2)]
    );
    let video = city.video("案例课").await;
    let row = seen.rows[0].id;
    let early = (video, day("2024-11-17"));
    assert_eq!(status(use_case(&ctx, &scope, row, early).await), 422);
    let used = (video, day("2024-11-18"));
    use_case(&ctx, &scope, row, used).await.unwrap();
    assert_eq!(
        code(use_case(&ctx, &scope, row, used).await),
        "faculty.case_used"
    );
    let seen = list_cases(&ctx, &scope, None).await.unwrap();
    assert_eq!((seen.units[0].handed, seen.units[0].used), (3, 1));
    let (ctx, scope) = city.with("other", Permission::FacultyManage).await;
    assert_eq!(status(use_case(&ctx, &scope, row, used).await), 404);
    assert!(
        list_cases(&ctx, &scope, None)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
});

both_engines!(samples_are_kept_by_year, |t: TestDb| async move {
    let city = City::new(t).await;
    let video = city.video("样板课").await;
    let base = city.base("样板基地").await;
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    let course = (Subject::Courseware, video, "学员评价高");
    let id = mark(&ctx, &scope, None, course).await.unwrap();
    assert_eq!(
        code(mark(&ctx, &scope, None, course).await),
        "faculty.twice"
    );
    let silent = (Subject::Base, base, " ");
    assert_eq!(status(mark(&ctx, &scope, None, silent).await), 422);
    let ahead = (Subject::Base, base, "好");
    assert_eq!(status(mark(&ctx, &scope, Some(2025), ahead).await), 422);
    mark(&ctx, &scope, Some(2024), ahead).await.unwrap();
    let missing = (Subject::Studio, 999, "好");
    assert_eq!(status(mark(&ctx, &scope, None, missing).await), 404);
    let (octx, oscope) = city.with("other", Permission::FacultyManage).await;
    let foreign = (Subject::Base, base, "好");
    assert_eq!(status(mark(&octx, &oscope, None, foreign).await), 404);
    assert_eq!(status(unmark(&octx, &oscope, id).await), 404);
    assert_eq!(list_samples(&ctx, &scope, None).await.unwrap().len(), 2);
    let book = export(&ctx, &scope, None).await.unwrap();
    assert!(book.starts_with(b"PK"));
    unmark(&ctx, &scope, id).await.unwrap();
    let left = list_samples(&ctx, &scope, None).await.unwrap();
    assert_eq!(left[0].title, "样板基地");
    assert!(
        list_samples(&ctx, &scope, Some(2023))
            .await
            .unwrap()
            .is_empty()
    );
});
