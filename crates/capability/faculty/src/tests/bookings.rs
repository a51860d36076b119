//! Bookings, invitations and the calendar.

use chengzhi_authz::Permission;
use chengzhi_kernel::{Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, OTHER_DISTRICT, SQUAD, code, day, status};
use crate::domain::instructor::Ahead;
use crate::domain::place::PlaceKind;
use crate::facade::{self, Booking, Span, Subject, Wanted};
use crate::usecase::calendar::{Asked, calendar};
use crate::usecase::ending;
use crate::usecase::invitations::{InvitationInput, answer, invite, list, withdraw};
use crate::usecase::own::own;

fn span(from: u32, until: u32) -> Span {
    Span {
        from: Timestamp::at(day("2024-12-02"), from, 0),
        until: Timestamp::at(day("2024-12-02"), until, 0),
    }
}

fn booking(subject: Subject, span: Span, title: &str) -> Booking {
    Booking {
        subject,
        span,
        title: title.to_owned(),
        unit_id: UnitId::from(DISTRICT),
    }
}

fn asking(from: u32, until: u32) -> InvitationInput {
    InvitationInput {
        unit: UnitId::from(DISTRICT),
        starts_at: span(from, until).from,
        ends_at: span(from, until).until,
        topic: "燃气安全入户检查".to_owned(),
        place: "区局一楼教室".to_owned(),
        note: String::new(),
    }
}

both_engines!(what_is_booked_is_booked_once, |t: TestDb| async move {
    let city = City::new(t).await;
    let person = Subject::Instructor(city.serving(1).await);
    let room = Subject::Place(
        city.place("district", PlaceKind::Room, SQUAD, "一楼教室")
            .await,
    );
    let mut tx = city.state.db.write().await.unwrap();
    let morning = [
        booking(person, span(9, 11), "上午课"),
        booking(room, span(9, 11), "上午课"),
    ];
    facade::book(&mut tx, "class_session:1", &morning)
        .await
        .unwrap();
    // Touching is free, overlapping is not, and the clash says with what.
    let after = [booking(room, span(11, 12), "午间")];
    facade::book(&mut tx, "class_session:2", &after)
        .await
        .unwrap();
    let across = [booking(person, span(10, 12), "另一课")];
    let refused = facade::book(&mut tx, "class_session:3", &across)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "faculty.clash");
    assert!(
        refused.detail().contains("队员1") && refused.detail().contains("上午课"),
        "{}",
        refused.detail()
    );
    let wishes = [
        Wanted {
            subject: person,
            span: span(8, 9),
        },
        Wanted {
            subject: room,
            span: span(8, 24),
        },
    ];
    let found = facade::clashes(&mut tx, &wishes, "").await.unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|clash| clash.index == 1));
    let own = facade::clashes(&mut tx, &wishes, "class_session:1")
        .await
        .unwrap();
    assert_eq!(own.len(), 1);
    // The same owner books anew: what it held is replaced.
    let moved = [booking(person, span(13, 15), "下午课")];
    facade::book(&mut tx, "class_session:1", &moved)
        .await
        .unwrap();
    facade::book(&mut tx, "class_session:3", &across)
        .await
        .unwrap();
    let inside = [
        booking(room, span(14, 16), "一"),
        booking(room, span(15, 17), "二"),
    ];
    assert_eq!(
        code(facade::book(&mut tx, "class_session:4", &inside).await),
        "faculty.clash"
    );
    let nobody = [booking(Subject::Place(999), span(9, 10), "空")];
    assert_eq!(
        status(facade::book(&mut tx, "class_session:4", &nobody).await),
        404
    );
    let backward = [booking(room, span(18, 17), "反")];
    assert_eq!(
        status(facade::book(&mut tx, "class_session:4", &backward).await),
        422
    );
    assert_eq!(
        facade::release(&mut tx, "class_session:3").await.unwrap(),
        1
    );
    tx.commit().await.unwrap();
    assert!(city.faults().await.is_empty());
});

both_engines!(
    of_two_bookings_at_once_one_is_refused,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let room = Subject::Place(
            city.place("district", PlaceKind::Room, SQUAD, "一楼教室")
                .await,
        );
        let attempt = |owner: &'static str| {
            let db = city.state.db.clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                let wish = [booking(room, span(9, 11), owner)];
                facade::book(&mut tx, owner, &wish).await?;
                tx.commit().await.unwrap();
                Ok::<(), chengzhi_http::Problem>(())
            })
        };
        let (one, two) = (attempt("class_session:1"), attempt("class_session:2"));
        let mut codes = [code(one.await.unwrap()), code(two.await.unwrap())];
        codes.sort();
        assert_eq!(codes, ["faculty.clash", "ok"]);
    }
);

both_engines!(
    an_invitation_is_answered_and_booked,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.serving(3).await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        // In the past, turned round, beyond the term, for a unit elsewhere.
        let mut past = asking(9, 11);
        past.starts_at = Timestamp::at(day("2024-11-01"), 9, 0);
        past.ends_at = Timestamp::at(day("2024-11-01"), 11, 0);
        assert_eq!(status(invite(&ctx, &scope, id, past).await), 422);
        assert_eq!(status(invite(&ctx, &scope, id, asking(11, 9)).await), 422);
        let mut late = asking(9, 11);
        late.starts_at = Timestamp::at(day("2028-01-05"), 9, 0);
        late.ends_at = Timestamp::at(day("2028-01-05"), 11, 0);
        assert_eq!(
            code(invite(&ctx, &scope, id, late).await),
            "faculty.not_serving"
        );
        let mut foreign = asking(9, 11);
        foreign.unit = UnitId::from(OTHER_DISTRICT);
        assert_eq!(status(invite(&ctx, &scope, id, foreign).await), 404);

        let first = invite(&ctx, &scope, id, asking(9, 11)).await.unwrap();
        let second = invite(&ctx, &scope, id, asking(10, 12)).await.unwrap();
        let me = city.ctx("officer").await;
        let seen = own(&me).await.unwrap();
        assert_eq!(seen.invitations.len(), 2);
        assert_eq!(seen.pages.len(), 1);
        // Somebody else's does not exist.
        let stranger = city.ctx("colleague").await;
        assert_eq!(status(answer(&stranger, first, true, "").await), 404);
        answer(&me, first, true, "按时到").await.unwrap();
        assert_eq!(
            code(answer(&me, first, true, "").await),
            "faculty.invitation_over"
        );
        // The other one overlaps now: it can only be declined, with a word.
        let seen = own(&me).await.unwrap();
        let waiting = seen
            .invitations
            .iter()
            .find(|one| one.id == second)
            .unwrap();
        assert_eq!(waiting.clashes.len(), 1);
        assert_eq!(code(answer(&me, second, true, "").await), "faculty.clash");
        assert_eq!(status(answer(&me, second, false, "").await), 422);
        answer(&me, second, false, "时间冲突").await.unwrap();
        assert_eq!(seen.bookings.len(), 1);
        assert_eq!(seen.bookings[0].when, "2024年12月2日（周一） 09:00至11:00");
        assert_eq!(
            code(invite(&ctx, &scope, id, asking(10, 11)).await),
            "faculty.clash"
        );
        // Taken back, the time is free again.
        let rows = list(&ctx, &scope).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().any(|row| row.may_withdraw));
        withdraw(&ctx, &scope, first, "课程取消").await.unwrap();
        assert_eq!(
            code(withdraw(&ctx, &scope, first, "课程取消").await),
            "faculty.invitation_over"
        );
        assert!(own(&me).await.unwrap().bookings.is_empty());
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(the_calendar_shows_what_is_seen, |t: TestDb| async move {
    let city = City::new(t).await;
    let id = city.serving(1).await;
    let room = city
        .place("district", PlaceKind::Room, SQUAD, "一楼教室")
        .await;
    let mut tx = city.state.db.write().await.unwrap();
    let both = [
        booking(Subject::Instructor(id), span(9, 11), "课"),
        booking(Subject::Place(room), span(9, 11), "课"),
    ];
    facade::book(&mut tx, "class_session:1", &both)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let asked = |instructor, place| Asked {
        from: day("2024-12-01"),
        to: day("2024-12-31"),
        instructor,
        place,
    };
    let rows = async |who: &str, asked: Asked| {
        let (ctx, scope) = city.with(who, Permission::FacultyRead).await;
        calendar(&ctx, &scope, asked)
            .await
            .map(|found| found.rows.len())
    };
    assert_eq!(rows("district", asked(None, None)).await.unwrap(), 2);
    // Rooms in use are there for everybody, another district's instructors are not.
    assert_eq!(rows("other", asked(None, None)).await.unwrap(), 1);
    assert_eq!(status(rows("other", asked(Some(id), None)).await), 404);
    assert_eq!(rows("other", asked(None, Some(room))).await.unwrap(), 1);
    let mut endless = asked(None, None);
    endless.to = day("2026-12-31");
    assert_eq!(status(rows("city", endless).await), 422);
});

/// Somebody with an invitation that he accepted for the morning, and a class in the afternoon.
async fn booked_twice(city: &City, person: i64) -> (i64, i64) {
    let id = city.serving(person).await;
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    let invitation = invite(&ctx, &scope, id, asking(9, 11)).await.unwrap();
    answer(&city.ctx("officer").await, invitation, true, "")
        .await
        .unwrap();
    let mut tx = city.state.db.write().await.unwrap();
    let afternoon = [booking(
        Subject::Instructor(id),
        span(13, 15),
        "集中培训 复议法",
    )];
    facade::book(&mut tx, "class:7", &afternoon).await.unwrap();
    tx.commit().await.unwrap();
    (id, invitation)
}

both_engines!(
    a_release_asks_what_becomes_of_the_times_ahead,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (id, invitation) = booked_twice(&city, 3).await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let version = city.version(id).await;
        let today = ctx.today;
        let end = |ahead| (today, "调离本市", ahead);
        let silent = ending::release(&ctx, &scope, id, version, end(None))
            .await
            .unwrap_err();
        assert_eq!(silent.code(), "faculty.booked_ahead");
        for word in ["2次授课", "12月2日", "燃气安全入户检查", "集中培训 复议法"]
        {
            assert!(silent.detail().contains(word), "{}", silent.detail());
        }
        assert_eq!(
            city.page("district", id).await.instructor.state,
            "appointed"
        );
        ending::release(&ctx, &scope, id, version, end(Some(Ahead::GiveBack)))
            .await
            .unwrap();
        let wish = [Wanted {
            subject: Subject::Instructor(id),
            span: span(8, 18),
        }];
        let mut tx = city.state.db.read().await.unwrap();
        assert!(
            facade::clashes(&mut tx, &wish, "")
                .await
                .unwrap()
                .is_empty()
        );
        drop(tx);
        let rows = list(&ctx, &scope).await.unwrap();
        let ended = rows.iter().find(|row| row.id == invitation).unwrap();
        assert_eq!(ended.state, "withdrawn");
        assert!(
            city.page("district", id)
                .await
                .end_reason
                .contains("交还时段")
        );
        assert!(city.faults().await.is_empty(), "{:?}", city.faults().await);
    }
);

both_engines!(
    times_that_are_kept_stay_booked_after_a_release,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (id, _) = booked_twice(&city, 3).await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let version = city.version(id).await;
        let end = (ctx.today, "调离本市", Some(Ahead::Keep));
        ending::release(&ctx, &scope, id, version, end)
            .await
            .unwrap();
        let wish = [Wanted {
            subject: Subject::Instructor(id),
            span: span(8, 18),
        }];
        let mut tx = city.state.db.read().await.unwrap();
        assert_eq!(facade::clashes(&mut tx, &wish, "").await.unwrap().len(), 2);
        drop(tx);
        assert!(city.faults().await.is_empty(), "{:?}", city.faults().await);
    }
);

both_engines!(what_is_over_is_not_asked_about, |t: TestDb| async move {
    let city = City::new(t).await;
    let (id, _) = booked_twice(&city, 3).await;
    city.at("2024-12-03");
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    let version = city.version(id).await;
    let end = (ctx.today, "调离本市", None);
    ending::release(&ctx, &scope, id, version, end)
        .await
        .unwrap();
});
