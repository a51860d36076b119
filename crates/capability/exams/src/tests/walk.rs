//! From the range to the circular, and into the next range.

use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};

use crate::domain::Marks;
use crate::tests::office::{CITY, DISTRICT, OTHER_DISTRICT, Office, at, code, input, nobody};
use crate::usecase::marking::collect;
use crate::usecase::publish::publish;
use crate::usecase::range::draw_range;
use crate::usecase::review;
use crate::usecase::sessions::{create, set_pass_mark};
use crate::usecase::{board, conduct, own_results, report, results};

/// May: 队员1 passes, 队员2 fails, 队员3 away with leave, 队员4 away, 队员31 passes, 队员32 left out.
async fn may(office: &Office) -> i64 {
    let id = office.session(5).await;
    office.draw(id).await;
    let left = office
        .candidates("west", id)
        .await
        .into_iter()
        .find(|row| row.name == "队员32")
        .unwrap();
    review::decide(
        &office.ctx("west").await,
        id,
        &[left.id],
        "leave_out",
        "援藏",
    )
    .await
    .unwrap();
    office.confirm_all(id).await;
    office.arrange(id).await;
    office.at(at(5, 16, 9, 5));
    office.sit(id, 1, 4, None).await;
    office.sit(id, 2, 2, None).await;
    office.sit(id, 31, 3, None).await;
    let away = office.candidates("city", id).await;
    let third = away.iter().find(|row| row.name == "队员3").unwrap();
    conduct::absence(&office.ctx("p55").await, id, third.id, "leave", "住院")
        .await
        .unwrap();
    office.at(at(5, 16, 11, 1));
    collect(&office.ctx("city").await, id, office.version(id).await)
        .await
        .unwrap();
    set_pass_mark(
        &office.ctx("city").await,
        id,
        office.version(id).await,
        Marks::whole(60),
    )
    .await
    .unwrap();
    publish(
        &office.ctx("city").await,
        &nobody(),
        id,
        office.version(id).await,
    )
    .await
    .unwrap();
    id
}

both_engines!(
    results_reach_the_units_and_the_failed_and_absent_are_in_the_next_range,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = may(&office).await;
        let seen = office.outcomes(id).await;
        let of = |name: &str| (seen[name].0.as_str(), seen[name].1);
        assert_eq!(of("队员1"), ("passed", Some(80)));
        assert_eq!(of("队员2"), ("failed", Some(40)));
        assert_eq!(of("队员3"), ("absent_leave", None));
        assert_eq!(of("队员4"), ("absent", None));
        assert_eq!(of("队员31"), ("passed", Some(60)));
        assert!(!seen.contains_key("队员32"));

        // B-61: a district reads its own people, a squad head his squad, another district nobody of them.
        let (ctx, scope) = office.with("west").await;
        let west = results::circular(&ctx, &scope, id).await.unwrap();
        let names: Vec<&str> = west.results.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["队员31"]);
        let (ctx, scope) = office.with("head").await;
        let squad = results::circular(&ctx, &scope, id).await.unwrap();
        assert_eq!(
            (squad.all.registered, squad.all.passed, squad.all.failed),
            (4, 1, 1)
        );
        assert_eq!((squad.all.absent_leave, squad.all.absent), (1, 1));

        // The candidate sees his marks but no key: that is the rule of the qualification exam.
        let own = own_results::view(&office.ctx("p2").await, id)
            .await
            .unwrap();
        assert_eq!((own.score, own.questions.len()), (Some(4000), 0));
        assert_eq!(own.fields[0].rate, 0);

        let next = office.session(10).await;
        office.draw(next).await;
        let rows = office.candidates("city", next).await;
        let mut sources: Vec<(String, String)> =
            rows.into_iter().map(|row| (row.name, row.source)).collect();
        sources.sort();
        let want = [
            ("队员1", "rule"),
            ("队员2", "carried_failed"),
            ("队员3", "carried_leave"),
            ("队员31", "rule"),
            ("队员32", "carried_excluded"),
            ("队员4", "carried_absent"),
        ];
        let sources: Vec<(&str, &str)> = sources
            .iter()
            .map(|(name, source)| (name.as_str(), source.as_str()))
            .collect();
        assert_eq!(sources, want);
    }
);

both_engines!(
    the_next_range_waits_until_the_session_before_has_results,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        office.sealed(5).await;
        let next = office.session(10).await;
        let ctx = office.ctx("city").await;
        let version = office.version(next).await;
        assert_eq!(
            code(draw_range(&ctx, next, version).await),
            "exams.before_open"
        );
    }
);

both_engines!(
    a_district_reviews_its_own_until_its_day_and_the_holder_until_the_sealing,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.session(5).await;
        office.draw(id).await;
        let rows = office.candidates("city", id).await;
        let east = rows.iter().find(|row| row.district_id == DISTRICT).unwrap();
        let west = rows
            .iter()
            .find(|row| row.district_id == OTHER_DISTRICT)
            .unwrap();
        let ctx = office.ctx("east").await;
        for (name, ids, event, want) in [
            ("another district's", vec![west.id], "confirm", "not_found"),
            ("no reason", vec![east.id], "leave_out", "invalid.field"),
            ("nobody", vec![], "confirm", "invalid.field"),
            ("no such act", vec![east.id], "praise", "invalid.field"),
            (
                "not reviewed yet",
                vec![east.id],
                "recall",
                "exams.candidate_state",
            ),
            // One wrong id and nothing of the list is done.
            ("one of two", vec![east.id, west.id], "confirm", "not_found"),
        ] {
            let answer = review::decide(&ctx, id, &ids, event, "").await;
            assert_eq!(code(answer), want, "{name}");
        }
        assert!(
            office
                .candidates("city", id)
                .await
                .iter()
                .all(|row| row.state == "nominated")
        );
        office.at(at(5, 11, 0, 0));
        let ctx = office.ctx("east").await;
        let late = review::decide(&ctx, id, &[east.id], "confirm", "").await;
        assert_eq!(code(late), "exams.review_locked");
        let ctx = office.ctx("city").await;
        review::decide(&ctx, id, &[east.id], "confirm", "")
            .await
            .unwrap();
    }
);

both_engines!(
    sessions_are_refused_field_by_field,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let ctx = office.ctx("city").await;
        let wrong = |change: fn(&mut crate::usecase::sessions::SessionInput)| {
            let mut given = input(5);
            change(&mut given);
            given
        };
        for (name, given) in [
            ("no title", wrong(|one| one.title.clear())),
            ("a month without exam", wrong(|one| one.month = Some(7))),
            (
                "ends before it begins",
                wrong(|one| one.closes = at(5, 16, 8, 0)),
            ),
            ("longer than its window", wrong(|one| one.minutes = 121)),
            (
                "review after the opening",
                wrong(|one| one.review_until = crate::tests::office::day(5, 16)),
            ),
            (
                "an unknown mode",
                wrong(|one| one.mode = "space".to_owned()),
            ),
            (
                "an unknown post",
                wrong(|one| {
                    one.range.posts.insert("king".to_owned());
                }),
            ),
            (
                "in the past",
                wrong(|one| {
                    one.opens = at(4, 1, 9, 0);
                    one.last_start = at(4, 1, 9, 0);
                    one.closes = at(4, 1, 11, 0);
                    one.review_until = crate::tests::office::day(3, 20);
                }),
            ),
        ] {
            let answer = create(&ctx, UnitId::from(CITY), "qualification", given).await;
            assert_eq!(code(answer), "invalid.field", "{name}");
        }
        // The qualification exam is the city's.
        let east = office.ctx("east").await;
        let answer = create(&east, UnitId::from(DISTRICT), "qualification", input(5)).await;
        assert_eq!(code(answer), "invalid.field");
        let answer = create(&east, UnitId::from(CITY), "quiz", input(5)).await;
        assert_eq!(code(answer), "not_found");
        create(&east, UnitId::from(DISTRICT), "quiz", input(5))
            .await
            .unwrap();
    }
);

both_engines!(
    the_board_shows_who_saves_who_is_silent_and_what_was_noted,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        let exam = office.exam(id).await;
        let ctx = office.ctx("p1").await;
        office.room.start(&ctx, exam).await.unwrap();
        office.sit(id, 2, 4, None).await;
        let watcher = office.ctx("p55").await;
        let state = |board: &board::ExamBoardOut, name: &str| {
            let row = board.rows.iter().find(|row| row.name == name).unwrap();
            row.state.clone()
        };
        let seen = board::board(&watcher, id).await.unwrap();
        assert_eq!(state(&seen, "队员1"), "saving");
        assert_eq!(state(&seen, "队员2"), "handed_in");
        assert_eq!(state(&seen, "队员3"), "waiting");
        assert!(seen.may_note);
        office.at(at(5, 16, 9, 4));
        let watcher = office.ctx("p55").await;
        let seen = board::board(&watcher, id).await.unwrap();
        assert_eq!(state(&seen, "队员1"), "silent");

        let first = seen.rows.iter().find(|row| row.name == "队员1").unwrap();
        for (code_of, note, want) in [
            ("flying", "", "invalid.field"),
            ("other", "", "invalid.field"),
        ] {
            let answer = conduct::note(&watcher, id, first.candidate, code_of, note).await;
            assert_eq!(code(answer), want);
        }
        let note = conduct::note(&watcher, id, first.candidate, "talking", "与邻座交谈")
            .await
            .unwrap();
        conduct::note(&watcher, id, first.candidate, "device", "键盘失灵")
            .await
            .unwrap();
        // Somebody who watches nothing finds nothing, a district looks on and may not note.
        assert_eq!(
            code(board::board(&office.ctx("p4").await, id).await),
            "not_found"
        );
        let east = office.ctx("east").await;
        let seen = board::board(&east, id).await.unwrap();
        assert!(!seen.may_note && seen.rows.iter().all(|row| row.unit_name == "东一中队"));
        let answer = conduct::note(&east, id, first.candidate, "late", "").await;
        assert_eq!(code(answer), "auth.forbidden");
        assert_eq!(code(conduct::withdraw(&east, id, note).await), "not_found");
        conduct::withdraw(&watcher, id, note).await.unwrap();
        let seen = board::board(&watcher, id).await.unwrap();
        let first = seen.rows.iter().find(|row| row.name == "队员1").unwrap();
        let notes: Vec<&str> = first.notes.iter().map(|note| note.code.as_str()).collect();
        assert_eq!(notes, ["device"]);
        // Who sits is not away.
        let answer = conduct::absence(&watcher, id, first.candidate, "away", "").await;
        assert_eq!(code(answer), "exams.sat");
    }
);

both_engines!(
    a_district_reports_after_the_end_and_a_late_report_says_so,
    |t: TestDb| async move {
        let office = Office::open(t).await;
        let id = office.sealed(5).await;
        office.at(at(5, 16, 9, 0));
        office.sit(id, 1, 4, None).await;
        let ctx = office.ctx("east").await;
        let early = report::hand_in(&ctx, id, DISTRICT, "考场秩序良好").await;
        assert_eq!(code(early), "exams.not_over");
        office.at(at(5, 16, 11, 0));
        let ctx = office.ctx("east").await;
        let others = report::hand_in(&ctx, id, OTHER_DISTRICT, "考场秩序良好").await;
        assert_eq!(code(others), "not_found");
        assert_eq!(
            code(report::hand_in(&ctx, id, DISTRICT, " ").await),
            "invalid.field"
        );
        report::hand_in(&ctx, id, DISTRICT, "考场秩序良好")
            .await
            .unwrap();
        // Five days after the 16th: until the 21st.
        office.at(at(5, 22, 0, 0));
        let ctx = office.ctx("west").await;
        report::hand_in(&ctx, id, OTHER_DISTRICT, "断电十分钟")
            .await
            .unwrap();
        let (ctx, scope) = office.with("city").await;
        let all = report::list(&ctx, &scope, id).await.unwrap();
        let told: Vec<(i64, i64, i64, bool)> = all
            .reports
            .iter()
            .map(|one| (one.registered, one.present, one.absent, one.late))
            .collect();
        assert_eq!(told, [(4, 1, 3, false), (2, 0, 2, true)]);
        assert_eq!(all.due.due_on, crate::tests::office::day(5, 21));
    }
);
