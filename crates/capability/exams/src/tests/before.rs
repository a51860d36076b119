//! Before and around an exam: rooms while people are placed, faults that name their room, years, reports after the results.

use std::collections::BTreeSet;

use chengzhi_kernel::{Date, Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use crate::tests::office::{CITY, DISTRICT, OTHER_DISTRICT, Office, at, code, input, staff_no};
use crate::usecase::seats::{self, RoomInput};
use crate::usecase::sessions::{SessionInput, create};
use crate::usecase::{own_results, report, results, session_out};

fn room(id: Option<i64>, name: &str) -> RoomInput {
    RoomInput {
        id,
        name: name.to_owned(),
        address: "培训中心".to_owned(),
        rows: 4,
        columns: 4,
        accessible: true,
        closed: BTreeSet::new(),
        invigilators: vec![staff_no(55)],
    }
}

both_engines!(
    seats_are_taken_back_before_a_room_goes_and_a_new_name_needs_nothing,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.session(5).await;
        office.draw(id).await;
        office.confirm_all(id).await;
        let city = office.ctx("city").await;
        let save = async |list: Vec<RoomInput>| {
            seats::save_rooms(&city, id, office.version(id).await, list).await
        };
        let nothing = seats::unplace(&city, id, office.version(id).await).await;
        assert_eq!(code(nothing), "exams.not_placed");
        save(vec![room(None, "第一考场")]).await.unwrap();
        seats::place(&city, id, office.version(id).await)
            .await
            .unwrap();
        let seen = session_out::view(&city, id).await.unwrap();
        assert!(seen.acts.contains(&"unseat".to_owned()));
        let first = seen.rooms[0].id;
        let ticket = async || {
            let own = own_results::list(&office.ctx("p1").await).await.unwrap();
            own[0].ticket.clone()
        };
        let number = ticket().await;
        assert!(number.is_some());
        // Another name and address: everybody keeps his seat.
        save(vec![RoomInput {
            address: "二楼".to_owned(),
            ..room(Some(first), "东考场")
        }])
        .await
        .unwrap();
        let smaller = RoomInput {
            columns: 3,
            ..room(Some(first), "东考场")
        };
        for (name, list) in [("smaller", vec![smaller]), ("gone", Vec::new())] {
            let answer = save(list).await;
            let text = answer.as_ref().unwrap_err().detail().to_owned();
            assert_eq!(code(answer), "exams.room_used", "{name}");
            assert!(text.contains("撤销编排"), "{text}");
        }
        let placed = seats::unplace(&city, id, office.version(id).await)
            .await
            .unwrap();
        assert!(placed > 0);
        assert_eq!(ticket().await, None);
        save(vec![room(None, "西考场")]).await.unwrap();
        seats::place(&city, id, office.version(id).await)
            .await
            .unwrap();
        assert_eq!(ticket().await, number, "the number comes back");
        let (east, version) = (office.ctx("east").await, office.version(id).await);
        let others = seats::unplace(&east, id, version).await;
        assert_eq!(code(others), "not_found");
    }
);

both_engines!(a_fault_of_a_room_says_which_room, |t: TestDb| async move {
    let office = Office::open(t).await;
    let id = office.session(5).await;
    let city = office.ctx("city").await;
    for (second, begins) in [
        (
            RoomInput {
                rows: 0,
                ..room(None, "二")
            },
            "第2个考场“二”：排数",
        ),
        (
            RoomInput {
                columns: 101,
                ..room(None, "二")
            },
            "第2个考场“二”：每排座位",
        ),
        (
            RoomInput {
                closed: [99].into(),
                ..room(None, "二")
            },
            "第2个考场“二”：停用",
        ),
        (room(None, " "), "第2个考场："),
        (room(None, "一"), "第2个考场“一”：考场名称重复"),
        (
            RoomInput {
                invigilators: vec!["9999999".to_owned()],
                ..room(None, "二")
            },
            "第2个考场“二”：没有工号为“9999999”的人员",
        ),
    ] {
        let version = office.version(id).await;
        let list = vec![room(None, "一"), second];
        let answer = seats::save_rooms(&city, id, version, list).await;
        let problem = answer.unwrap_err();
        assert_eq!(problem.status(), 422, "{begins}");
        assert!(problem.detail().starts_with(begins), "{}", problem.detail());
    }
});

both_engines!(
    a_session_of_a_far_year_and_one_that_a_district_may_not_hold_are_refused,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let city = office.ctx("city").await;
        let on = |year: i32| {
            let day = Date::from_ymd_opt(year, 5, 16).unwrap();
            SessionInput {
                opens: Timestamp::at(day, 9, 0),
                last_start: Timestamp::at(day, 9, 30),
                closes: Timestamp::at(day, 11, 0),
                review_until: Date::from_ymd_opt(year, 5, 10).unwrap(),
                ..input(5)
            }
        };
        for (year, good) in [(2024, true), (2026, true), (2027, false), (9024, false)] {
            let made = create(&city, UnitId::from(CITY), "qualification", on(year)).await;
            assert_eq!(made.is_ok(), good, "{year}");
        }
        let east = office.ctx("east").await;
        let made = create(&east, UnitId::from(DISTRICT), "qualification", input(5)).await;
        let text = made.unwrap_err().detail().to_owned();
        for own in ["培训班考试", "课程测验", "单位测验", "知识竞赛"] {
            assert!(text.contains(own), "{text}");
        }
    }
);

both_engines!(
    a_report_is_taken_in_time_after_the_results_and_stands_in_the_circular,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        office.sit(id, 1, 4, None).await;
        office.published(id, 60).await;
        let (ctx, scope) = office.with("east").await;
        let open = report::list(&ctx, &scope, id).await.unwrap();
        assert!(open.reports.iter().all(|row| row.may_report));
        report::hand_in(&ctx, id, DISTRICT, "断电十分钟")
            .await
            .unwrap();
        let (city, all) = office.with("city").await;
        let circular = results::circular(&city, &all, id).await.unwrap();
        assert_eq!(circular.reports.len(), 1);
        assert_eq!(circular.reports[0].incidents, "断电十分钟");
        // Its last day is over.
        office.at(at(6, 16, 9, 0));
        let (west, _) = office.with("west").await;
        let late = report::hand_in(&west, id, OTHER_DISTRICT, "正常").await;
        assert_eq!(code(late), "exams.report_closed");
    }
);
