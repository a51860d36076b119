//! Instructors and rooms of the registers: booked with the timetable, given back, told what was taught.

use chengzhi_authz::Permission;
use chengzhi_db::sql;
use chengzhi_faculty::facade::{self as faculty, Booking, Span, Subject};
use chengzhi_kernel::{Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, ROOM, ROOM_TWO, TEACHER, at, code};
use crate::usecase::conflicts::{ClassConflictsOut, conflicts};
use crate::usecase::filing;

const BOTH: (Option<i64>, Option<i64>) = (Some(TEACHER), Some(ROOM));

fn june(hour: u32) -> (Timestamp, i64) {
    (at(6, 3, hour, 0), 90)
}

async fn clashes(city: &City, id: i64) -> ClassConflictsOut {
    let (ctx, scope) = city.with("office", Permission::ClassRead).await;
    conflicts(&ctx, &scope, id).await.unwrap()
}

/// Somebody else takes the room from 8 to 12 on 3 June.
async fn hired_out(city: &City) {
    let mut tx = city.state.db.write().await.unwrap();
    let other = Booking {
        subject: Subject::Place(ROOM),
        span: Span {
            from: at(6, 3, 8, 0),
            until: at(6, 3, 12, 0),
        },
        title: "党员大会".to_owned(),
        unit_id: UnitId::from(DISTRICT),
    };
    faculty::book(&mut tx, "invitation:7", &[other])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

both_engines!(
    a_timetable_books_what_it_names_and_gives_it_back,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        assert_eq!(city.count("faculty_booking").await, 0);
        city.registered(id, &[june(9), june(13)], BOTH)
            .await
            .unwrap();
        assert_eq!(city.count("faculty_booking").await, 4);
        let seen = city.view("office", id).await;
        let lesson = &seen.lessons[0];
        // The register's names, whatever was typed.
        assert_eq!(
            (lesson.instructor.as_str(), lesson.place.as_str()),
            ("周七", "区局101教室")
        );
        city.file(id).await;
        // Moved after filing: the old hours are free again.
        city.registered(id, &[june(15)], BOTH).await.unwrap();
        assert_eq!(city.count("faculty_booking").await, 2);
        let version = city.view("office", id).await.version;
        filing::cancel(&city.ctx("office").await, id, version, "场地停用")
            .await
            .unwrap();
        assert_eq!(city.count("faculty_booking").await, 0);
    }
);

both_engines!(
    a_draft_shows_who_else_holds_a_room_and_an_announced_class_may_not_take_it,
    |t: TestDb| async move {
        let city = City::new(t).await;
        hired_out(&city).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        city.registered(id, &[june(9), june(13)], BOTH)
            .await
            .unwrap();
        assert_eq!(
            city.count("faculty_booking").await,
            4,
            "the instructor twice, the free afternoon, and the meeting"
        );
        let found = clashes(&city, id).await;
        assert_eq!(found.clashes.len(), 1);
        assert_eq!(
            found.clashes[0].text,
            "地点“区局101教室”同时被“党员大会”使用。"
        );
        let moves = found.suggestion.unwrap();
        assert_eq!(moves[0].place_id, Some(ROOM_TWO));
        assert_eq!(moves[0].place, "区局202教室");
        let version = city.view("office", id).await.version;
        let office = city.ctx("office").await;
        let refused = filing::file(&office, id, version).await.unwrap_err();
        assert_eq!(refused.code(), "class.taken");
        assert!(
            refused.detail().contains("“党员大会”（东区局）"),
            "{refused}"
        );
        assert_eq!(
            city.view("office", id).await.phase,
            "draft",
            "nothing half done"
        );
        city.registered(id, &[june(9), june(13)], (Some(TEACHER), Some(ROOM_TWO)))
            .await
            .unwrap();
        city.file(id).await;
        // Back into the taken room, now that it is announced: refused, and what was booked stays.
        let back = city.registered(id, &[june(9), june(13)], BOTH).await;
        assert_eq!(code(back), "class.taken");
        let seen = city.view("office", id).await;
        assert_eq!(seen.lessons[0].place_id, Some(ROOM_TWO));
        assert_eq!(city.count("faculty_booking").await, 5);
    }
);

both_engines!(
    two_announced_classes_never_hold_one_room_at_once,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let one = city.class("closed", "区局集中培训", "101教室").await;
        let two = city.class("joint", "联合培训", "102教室").await;
        city.registered(one, &[june(9)], (None, Some(ROOM)))
            .await
            .unwrap();
        city.file(one).await;
        city.registered(two, &[(at(6, 3, 10, 0), 60)], (None, Some(ROOM)))
            .await
            .unwrap();
        let told = clashes(&city, two).await.clashes;
        assert!(told[0].text.contains("区局集中培训"), "{}", told[0].text);
        let version = city.view("office", two).await.version;
        let refused = filing::file(&city.ctx("office").await, two, version).await;
        assert_eq!(code(refused), "class.taken");
        // What ends when the other begins is no clash.
        city.registered(two, &[(at(6, 3, 10, 30), 60)], (None, Some(ROOM)))
            .await
            .unwrap();
        city.file(two).await;
    }
);

both_engines!(
    only_serving_instructors_and_places_in_use_are_named,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let mut tx = city.state.db.write().await.unwrap();
        for text in [
            "update faculty_instructor set term_until = '2024-06-02'",
            "update faculty_place set state = 'withdrawn' where id = 2",
        ] {
            tx.run(sql(text)).await.unwrap();
        }
        tx.commit().await.unwrap();
        for (names, said) in [
            (
                (Some(TEACHER), None),
                "周七在2024年6月3日（周一）不在聘期内",
            ),
            ((Some(99), None), "师资库中没有这位教员"),
            ((None, Some(ROOM_TWO)), "没有启用"),
            ((None, Some(99)), "没有登记这处场所"),
        ] {
            let refused = city.registered(id, &[june(9)], names).await.unwrap_err();
            assert_eq!(refused.code(), "invalid.field");
            let text = format!("{refused:?}");
            assert!(text.contains(said), "{text}");
        }
        assert_eq!(city.count("faculty_booking").await, 0);
    }
);

both_engines!(
    a_released_instructor_is_told_to_whoever_planned_with_him,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        city.registered(id, &[june(9), june(13)], BOTH)
            .await
            .unwrap();
        city.file(id).await;
        let lines = async || -> Vec<String> {
            let ctx = city.ctx("office").await;
            let mut tx = city.state.db.read().await.unwrap();
            let found = crate::facade::todo(&mut tx, &ctx).await.unwrap();
            found
                .into_iter()
                .filter(|item| item.kind == "class.instructor_gone")
                .map(|item| item.detail)
                .collect()
        };
        assert!(lines().await.is_empty());
        let mut tx = city.state.db.write().await.unwrap();
        tx.run(sql("update faculty_instructor set state = 'released'"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(lines().await.is_empty(), "he comes as it was agreed");
        let mut tx = city.state.db.write().await.unwrap();
        tx.run(sql("delete from faculty_booking where instructor_id = 1"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let told = lines().await;
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("由周七授课"), "{}", told[0]);
        // Saved anew, the timetable takes back its room, not the instructor who gave the time back.
        city.registered(id, &[june(9), june(13)], BOTH)
            .await
            .unwrap();
        let his = "faculty_booking where instructor_id is not null";
        assert_eq!(city.count(his).await, 0);
        assert_eq!(city.count("faculty_booking").await, 2);
    }
);
