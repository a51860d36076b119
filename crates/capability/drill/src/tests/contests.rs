//! Drill reviews and instructors.

use std::io::Cursor;

use chengzhi_authz::Permission;
use chengzhi_http::{Problem, Upload};
use chengzhi_kernel::{PersonId, Quantity, UnitId};
use chengzhi_testkit::{TestDb, both_engines};
use image::{DynamicImage, ImageFormat};

use super::city::{CITY, City, DISTRICT, OTHER_DISTRICT, OTHER_SQUAD, SQUAD, SQUAD_TWO, code, day};
use crate::facade::todo;
use crate::usecase::contest_out::DrillContestsOut;
use crate::usecase::contest_photos::{self, Size};
use crate::usecase::contests::{ContestInput, TeamInput, list, remove, save, view};
use crate::usecase::instructors::{InstructorInput, end, list as instructors, name};

fn contest(unit: i64, teams: &[(i64, Option<i64>)]) -> ContestInput {
    ContestInput {
        version: 0,
        unit: UnitId::from(unit),
        title: "2024年全区队列会操".to_owned(),
        held_on: day(10, 20),
        place: "体育场".to_owned(),
        judges: vec!["甲".to_owned(), " ".to_owned(), "乙".to_owned()],
        note: String::new(),
        teams: teams
            .iter()
            .map(|(unit, score)| TeamInput {
                unit: UnitId::from(*unit),
                score: score.map(Quantity::from_thousandths),
                award: String::new(),
            })
            .collect(),
    }
}

async fn enter(city: &City, who: &str, input: ContestInput) -> Result<i64, Problem> {
    let (ctx, scope) = city.with(who, Permission::DrillContest).await;
    save(&ctx, &scope, None, input).await
}

async fn all(city: &City, who: &str) -> DrillContestsOut {
    let (ctx, scope) = city.with(who, Permission::DrillRead).await;
    list(&ctx, &scope, 2024).await.unwrap()
}

async fn asked(city: &City, who: &str) -> Vec<String> {
    let ctx = city.ctx(who).await;
    let mut tx = city.state.db.read().await.unwrap();
    todo(&mut tx, &ctx)
        .await
        .unwrap()
        .into_iter()
        .filter(|item| item.kind == "drill.contest")
        .map(|item| item.detail)
        .collect()
}

both_engines!(
    a_district_holds_its_review_and_the_duty_is_done,
    |t: TestDb| async move {
        let city = City::new(t).await;
        assert_eq!(
            asked(&city, "reviewer").await,
            ["东区局2024年还没有组织全区队列会操。"]
        );
        assert_eq!(
            asked(&city, "city").await,
            ["2个区局（东区局、西区局）2024年还没有组织全区队列会操。"]
        );
        let teams = [(SQUAD, Some(95_500)), (SQUAD_TWO, Some(97_000))];
        let id = enter(&city, "reviewer", contest(DISTRICT, &teams))
            .await
            .unwrap();
        assert!(asked(&city, "reviewer").await.is_empty());
        assert_eq!(
            asked(&city, "city").await,
            ["西区局2024年还没有组织全区队列会操。"]
        );
        let seen = all(&city, "reporter").await;
        assert_eq!(seen.rows.len(), 1, "a squad reads of its district's review");
        let ranked: Vec<(i64, Option<u32>)> = seen.rows[0]
            .teams
            .iter()
            .map(|team| (team.unit_id, team.rank))
            .collect();
        assert_eq!(ranked, [(SQUAD_TWO, Some(1)), (SQUAD, Some(2))]);
        assert_eq!(seen.rows[0].judges, ["甲", "乙"]);
        assert!(!seen.rows[0].may_change);
        assert_eq!(
            (seen.duties.len(), seen.duties[0].held, seen.duties[0].owed),
            (1, 1, 1)
        );
        assert!(all(&city, "other").await.rows.is_empty());

        let (ctx, scope) = city.with("reviewer", Permission::DrillContest).await;
        let mut change = contest(DISTRICT, &[(SQUAD, Some(98_000))]);
        change.version = 1;
        save(&ctx, &scope, Some(id), change.clone()).await.unwrap();
        let stale = save(&ctx, &scope, Some(id), change).await.unwrap_err();
        assert_eq!(stale.code(), "conflict.version");
        let silent = remove(&ctx, &scope, id, 2, " ").await.unwrap_err();
        assert_eq!(silent.status(), 422);
        remove(&ctx, &scope, id, 2, "误录").await.unwrap();
        assert_eq!(asked(&city, "reviewer").await.len(), 1);
    }
);

both_engines!(
    organisers_teams_and_days_are_checked,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let refused = |result: Result<i64, Problem>| result.unwrap_err().status();
        let teams = [(SQUAD, None)];
        assert_eq!(
            refused(enter(&city, "reviewer", contest(OTHER_DISTRICT, &teams)).await),
            404
        );
        assert_eq!(
            refused(enter(&city, "reviewer", contest(SQUAD, &teams)).await),
            422
        );
        assert_eq!(
            refused(enter(&city, "reviewer", contest(DISTRICT, &[])).await),
            422
        );
        let foreign = [(OTHER_SQUAD, None)];
        assert_eq!(
            refused(enter(&city, "reviewer", contest(DISTRICT, &foreign)).await),
            422
        );
        let twice = [(SQUAD, None), (SQUAD, None)];
        assert_eq!(
            refused(enter(&city, "reviewer", contest(DISTRICT, &twice)).await),
            422
        );
        let high = [(SQUAD, Some(1_000_001))];
        assert_eq!(
            refused(enter(&city, "reviewer", contest(DISTRICT, &high)).await),
            422
        );
        let mut early = contest(DISTRICT, &teams);
        early.held_on = day(11, 19);
        assert_eq!(refused(enter(&city, "reviewer", early).await), 422);
        // The city's contest is between districts and is read by all.
        let id = enter(&city, "city", contest(CITY, &[(DISTRICT, Some(90_000))]))
            .await
            .unwrap();
        let (ctx, scope) = city.with("reporter", Permission::DrillRead).await;
        assert_eq!(view(&ctx, &scope, id).await.unwrap().level_name, "全市会操");
    }
);

both_engines!(
    photos_of_a_review_are_kept_and_shown,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = enter(&city, "reviewer", contest(DISTRICT, &[(SQUAD, None)]))
            .await
            .unwrap();
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(640, 480)
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let upload = Upload {
            file_name: "会操.png".to_owned(),
            bytes: bytes.into_inner().into(),
        };
        let (ctx, scope) = city.with("reviewer", Permission::DrillContest).await;
        contest_photos::add(&ctx, &scope, id, upload.clone())
            .await
            .unwrap();
        assert_eq!(
            code(contest_photos::add(&ctx, &scope, id, upload).await),
            Err("drill.photo_twice".to_owned())
        );
        let text = Upload {
            file_name: "a.jpg".to_owned(),
            bytes: b"text"[..].into(),
        };
        assert_eq!(
            contest_photos::add(&ctx, &scope, id, text)
                .await
                .unwrap_err()
                .status(),
            422
        );
        let photo = view(&ctx, &scope, id).await.unwrap().photos[0].id;
        let (reader, reading) = city.with("reporter", Permission::DrillRead).await;
        for size in [Size::Thumb, Size::Full] {
            let picture = contest_photos::picture(&reader, &reading, id, photo, size)
                .await
                .unwrap();
            assert!(image::load_from_memory(&picture).is_ok());
        }
        let (foreign, scope_of) = city.with("other", Permission::DrillRead).await;
        let hidden = contest_photos::picture(&foreign, &scope_of, id, photo, Size::Full).await;
        assert_eq!(hidden.unwrap_err().status(), 404);
        contest_photos::remove(&ctx, &scope, id, photo)
            .await
            .unwrap();
        assert!(view(&ctx, &scope, id).await.unwrap().photos.is_empty());
    }
);

both_engines!(
    districts_name_their_instructors_and_end_them,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (ctx, scope) = city.with("reviewer", Permission::DrillContest).await;
        let input = |district: i64, person: i64| InstructorInput {
            district: UnitId::from(district),
            person: PersonId::from(person),
            from: day(3, 1),
            note: String::new(),
        };
        let before = instructors(&ctx, &scope, None).await.unwrap();
        assert_eq!(before.districts_without, ["东区局"]);
        name(&ctx, &scope, input(DISTRICT, 5)).await.unwrap();
        assert_eq!(
            code(name(&ctx, &scope, input(DISTRICT, 5)).await),
            Err("drill.instructor_twice".to_owned())
        );
        for (district, person, status) in [
            (DISTRICT, 31, 422),
            (OTHER_DISTRICT, 31, 404),
            (SQUAD, 5, 422),
        ] {
            let refused = name(&ctx, &scope, input(district, person))
                .await
                .unwrap_err();
            assert_eq!(refused.status(), status, "{district} {person}");
        }
        let (reader, reading) = city.with("reporter", Permission::DrillRead).await;
        let seen = instructors(&reader, &reading, None).await.unwrap();
        assert_eq!(
            (seen.rows[0].name.as_str(), seen.rows[0].serving),
            ("队员5", true)
        );
        assert!(!seen.rows[0].may_end);
        let id = seen.rows[0].id;
        assert_eq!(
            end(&ctx, &scope, id, day(2, 1)).await.unwrap_err().status(),
            422
        );
        end(&ctx, &scope, id, day(11, 1)).await.unwrap();
        assert_eq!(
            code(end(&ctx, &scope, id, day(11, 2)).await),
            Err("drill.instructor_ended".to_owned())
        );
        let after = instructors(&ctx, &scope, None).await.unwrap();
        assert!(!after.rows[0].serving);
        name(
            &ctx,
            &scope,
            InstructorInput {
                from: day(11, 2),
                ..input(DISTRICT, 5)
            },
        )
        .await
        .unwrap();
    }
);
