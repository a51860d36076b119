//! Make-up sessions: posted at once, reversed when taken back, all or nothing.

use chengzhi_authz::Permission;
use chengzhi_http::Problem;
use chengzhi_kernel::{PersonId, Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{CITY, City, DISTRICT, OTHER_DISTRICT, SQUAD, code, day, month};
use crate::domain::makeup::Makeup;
use crate::usecase::makeups::{self, MakeupInput, MakeupOut};

async fn add(
    city: &City,
    district: i64,
    for_month: u32,
    people: &[i64],
) -> Result<MakeupOut, Problem> {
    let (ctx, scope) = city.with("reviewer", Permission::StudyMakeup).await;
    let input = MakeupInput {
        district: UnitId::from(district),
        makeup: Makeup {
            for_month: month(for_month),
            held_on: ctx.today,
            minutes: 60,
        },
        place: "区局礼堂".to_owned(),
        topic: "补训行政处罚法".to_owned(),
        speaker: "孙六".to_owned(),
        note: String::new(),
        people: people.iter().copied().map(PersonId::from).collect(),
    };
    makeups::add(&ctx, &scope, input).await
}

both_engines!(a_make_up_repairs_a_locked_month, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at(Timestamp::at(day(10, 18), 9, 0));
    city.draft("reporter", SQUAD, 10).await;
    city.at(Timestamp::at(day(11, 18), 9, 0));
    let (ctx, scope) = city.with("reviewer", Permission::StudyMakeup).await;
    let lacking = makeups::candidates(&ctx, &scope, month(10), Some(SQUAD))
        .await
        .unwrap();
    let names: Vec<&str> = lacking.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["王一", "李二", "张三"]);
    assert!(lacking[0].why.contains("已参加"), "{}", lacking[0].why);

    let made = add(&city, DISTRICT, 10, &[1, 2, 2]).await.unwrap();
    assert_eq!(made.people.len(), 2, "a repeated number counts once");
    assert_eq!(city.months(1).await, [10]);
    let again = add(&city, DISTRICT, 10, &[1, 4]).await.unwrap_err();
    assert_eq!(again.code(), "study.makeup_people");
    assert_eq!(city.months(4).await, Vec::<u32>::new(), "all or nothing");
    assert_eq!(city.count("study_makeup").await, 1);

    let remove = makeups::remove_person(&ctx, &scope, made.id, PersonId::from(1), "未到场").await;
    assert_eq!(code(remove), Ok(()));
    assert_eq!(city.months(1).await, Vec::<u32>::new());
    assert_eq!(city.months(2).await, [10]);
    let twice = makeups::remove_person(&ctx, &scope, made.id, PersonId::from(1), "未到场").await;
    assert_eq!(code(twice), Err("not_found".to_owned()));
    let (other, other_scope) = city.with("other", Permission::StudyMakeup).await;
    let foreign =
        makeups::remove_person(&other, &other_scope, made.id, PersonId::from(2), "x").await;
    assert_eq!(code(foreign), Err("not_found".to_owned()));

    // The squad sees who of it attended; the other district sees nothing.
    let (squad, squad_scope) = city.with("reporter", Permission::StudyRead).await;
    let seen = makeups::list(&squad, &squad_scope, 2024, None)
        .await
        .unwrap();
    assert_eq!(seen.rows[0].people.len(), 1);
    let (other, other_scope) = city.with("other", Permission::StudyRead).await;
    assert_eq!(
        makeups::list(&other, &other_scope, 2024, None)
            .await
            .unwrap()
            .total,
        0
    );
});

both_engines!(
    make_ups_keep_to_bureau_people_and_year,
    |t: TestDb| async move {
        let city = City::new(t).await;
        assert_eq!(
            add(&city, OTHER_DISTRICT, 10, &[5])
                .await
                .unwrap_err()
                .status(),
            404
        );
        assert_eq!(add(&city, CITY, 10, &[1]).await.unwrap_err().status(), 404);
        assert_eq!(add(&city, SQUAD, 10, &[1]).await.unwrap_err().status(), 422);
        let foreign = add(&city, DISTRICT, 10, &[1, 5]).await.unwrap_err();
        assert!(foreign.code() == "study.makeup_people" && !foreign.detail().contains("钱五"));
        assert_eq!(
            add(&city, DISTRICT, 12, &[1]).await.unwrap_err().status(),
            422
        );
        assert_eq!(
            add(&city, DISTRICT, 10, &[]).await.unwrap_err().status(),
            422
        );
        city.at(Timestamp::end_of_day(day(12, 31)).plus_micros(-1));
        add(&city, DISTRICT, 12, &[1]).await.unwrap();
        city.at(Timestamp::end_of_day(day(12, 31)));
        assert_eq!(
            add(&city, DISTRICT, 11, &[1]).await.unwrap_err().status(),
            422
        );
        assert_eq!(city.months(1).await, [12]);
    }
);
