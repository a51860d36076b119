//! From the plan to the confirmed month, with a return in between.

use chengzhi_authz::Permission;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{
    CREW, City, SQUAD, TestUploads, checks, code, day, first, marks, second, session,
};
use crate::domain::checklist::Answer;
use crate::usecase::save::{SaveInput, SessionInput, save};

fn at(month: u32, date: u32, hour: u32) -> Timestamp {
    Timestamp::at(day(month, date), hour, 0)
}

fn input(id: Option<i64>, date: u32, present: &[i64]) -> SessionInput {
    let roster: Vec<i64> = (1..=10).collect();
    SessionInput {
        id,
        session: session(day(11, date)),
        marks: marks(&roster, present),
    }
}

both_engines!(
    a_half_is_returned_mended_and_confirmed_and_the_diff_is_exact,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(at(11, 5, 10));
        let key = first(SQUAD, 11);
        let start = city.view("reporter", key).await;
        assert_eq!((start.state.as_str(), start.version), ("not_started", 0));
        assert_eq!(start.submit_due.due_on, day(11, 15));
        assert_eq!(start.review_due.due_on, day(11, 15), "same day (B-51)");
        assert_eq!(start.lock_at.due_on, day(11, 30));

        // An incomplete draft is kept, and says what is missing.
        let mut draft = input(None, 5, &[1, 2, 3, 4, 5, 6]);
        draft.session.instructor = None;
        city.save("reporter", key, vec![draft]).await.unwrap();
        let missing = city.submit("reporter", key).await.unwrap_err();
        assert_eq!(
            (missing.status(), missing.code()),
            (422, "drill.incomplete")
        );
        let seen = city.view("reporter", key).await;
        let fields: Vec<&str> = seen.blockers.iter().map(|b| b.field.as_str()).collect();
        assert_eq!(fields, ["sessions[0].instructor", "sessions[0].film"]);
        let found = &seen.sessions[0];
        assert_eq!((found.attended, found.base, found.least), (6, 9, 7));
        assert_eq!(found.attendance[9].away.as_deref(), Some("产假"));
        assert_eq!(
            seen.warnings,
            ["11月5日（周二）参训比例：应训9人，到训6人，至少7人，还差1人。"]
        );

        // Broken rules do not block: the reviewer sends it back.
        city.draft("reporter", key, day(11, 5), &[1, 2, 3, 4, 5, 6])
            .await;
        city.at(at(11, 5, 16));
        city.submit("reporter", key).await.unwrap();
        assert_eq!(
            code(city.confirm("reviewer", key).await),
            Err("invalid.field".to_owned()),
            "arithmetic is not overruled silently"
        );
        city.open("reviewer", key).await.unwrap();
        city.send_back("reviewer", key).await.unwrap();
        let returned = city.view("reporter", key).await;
        assert_eq!(returned.state, "returned");
        let last = returned.history.last().unwrap();
        assert_eq!(last.reason.as_ref().unwrap().text, "时长不足");

        // Mended after the day of the first half: not late, reviewed by the lock.
        city.at(at(11, 18, 10));
        city.draft("reporter", key, day(11, 5), CREW).await;
        city.submit("reporter", key).await.unwrap();
        let again = city.view("reviewer", key).await;
        assert_eq!((again.round, again.on_time), (2, Some(true)));
        assert_eq!(again.review_due.due_on, day(11, 30));
        let diff: Vec<String> = again
            .diff
            .unwrap()
            .iter()
            .map(|change| format!("{}|{}|{}", change.label, change.before, change.after))
            .collect();
        assert_eq!(
            diff,
            [
                "参训：队员7|缺训（执勤）|参训",
                "参训：队员8|缺训（执勤）|参训",
                "参训：队员9|缺训（执勤）|参训"
            ]
        );
        city.confirm("reviewer", key).await.unwrap();
        let done = city.view("reporter", key).await;
        assert_eq!(
            (done.state.as_str(), done.reviewed_late),
            ("confirmed", Some(false))
        );
        assert_eq!(done.checks.len(), 6);
        assert!(done.allowed.is_empty());
        let events: Vec<&str> = done
            .history
            .iter()
            .map(|line| line.event.as_str())
            .collect();
        assert_eq!(
            events,
            [
                "save",
                "submit",
                "open_review",
                "return",
                "submit",
                "confirm"
            ]
        );
        assert_eq!(
            city.count("outbox where topic = 'drill.confirmed'").await,
            1
        );
        assert_eq!(
            city.count("audit_log where action = 'drill.confirm'").await,
            1
        );
    }
);

both_engines!(
    the_month_tells_what_is_missing_and_the_second_session_brings_the_others,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(at(11, 5, 12));
        let (one, two) = (first(SQUAD, 11), second(SQUAD, 11));
        city.handed_in("reporter", one, day(11, 5), &[1, 2, 3, 4, 5, 6, 7])
            .await;
        city.confirm("reviewer", one).await.unwrap();
        let month = city.month("reporter", SQUAD, 11).await;
        let texts: Vec<&str> = month.needs.iter().map(|need| need.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "11月30日（周六）前还差2人参训：队员8、队员9。",
                "11月30日（周六）前下半月还差1次训练。"
            ]
        );
        let next = month.next.unwrap();
        assert_eq!((next.base, next.least, next.must.len()), (9, 7, 2));
        assert_eq!(next.from, day(11, 16));

        // Planned for a day to come: not to be handed in, and the plan leaves nobody out.
        let plan = input(None, 20, &[3, 4, 5, 6, 7, 8, 9]);
        city.save("reporter", two, vec![plan]).await.unwrap();
        let planned = city.view("reporter", two).await;
        assert!(planned.sessions[0].planned);
        assert!(
            planned
                .blockers
                .iter()
                .any(|b| b.field == "sessions[0].held_on")
        );
        let month = city.month("reporter", SQUAD, 11).await;
        assert_eq!(month.needs.len(), 0, "{:?}", month.needs);
        assert!(month.expected.ok && !month.result.ok);

        city.at(at(11, 20, 18));
        city.handed_in("reporter", two, day(11, 20), &[3, 4, 5, 6, 7, 8, 9])
            .await;
        city.confirm("reviewer", two).await.unwrap();
        let month = city.month("reporter", SQUAD, 11).await;
        assert!(month.result.ok, "{:?}", month.result.breaches);
        assert_eq!((month.result.required, month.result.covered), (9, 9));
        assert_eq!(month.needs.len(), 0);
    }
);

both_engines!(
    a_make_up_repairs_the_count_and_the_half_stays_broken,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(at(11, 18, 20));
        let (one, two) = (first(SQUAD, 11), second(SQUAD, 11));
        let needs = city.month("reporter", SQUAD, 11).await.needs;
        assert!(
            needs.iter().any(|need| need.kind == "makeup"
                && need.text == "上半月未训练，11月30日（周六）前补训1次并上报。"),
            "{needs:?}"
        );
        city.handed_in("reporter", one, day(11, 17), CREW).await;
        let seen = city.view("reviewer", one).await;
        assert!(seen.sessions[0].makeup);
        assert_eq!(seen.on_time, Some(false), "the hand-in is late");
        city.confirm("reviewer", one).await.unwrap();
        city.handed_in("reporter", two, day(11, 18), CREW).await;
        city.confirm("reviewer", two).await.unwrap();
        let result = city.month("reporter", SQUAD, 11).await.result;
        assert_eq!(
            (
                result.count_ok,
                result.two_halves_ok,
                result.coverage_ok,
                result.ok
            ),
            (true, false, Some(true), false)
        );
        assert_eq!(
            result.breaches,
            ["上半月未在当期训练，已在下半月补训。", "上半月迟报。"]
        );
    }
);

both_engines!(
    two_devices_cannot_overwrite_each_other_and_an_empty_save_changes_nothing,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(at(11, 5, 20));
        let key = first(SQUAD, 11);
        let (ctx, scope) = city.with("reporter", Permission::DrillReport).await;
        let send = |version, sessions| {
            let input = SaveInput { version, sessions };
            save(&ctx, &scope, &TestUploads, key, input)
        };
        let (a, b) = tokio::join!(
            send(0, vec![input(None, 5, CREW)]),
            send(0, vec![input(None, 4, CREW)])
        );
        assert!(a.is_ok() != b.is_ok(), "exactly one wins");
        let lost = a.err().or(b.err()).unwrap();
        assert_eq!(lost.code(), "conflict.version");
        let seen = city.view("reporter", key).await;
        let day_held = seen.sessions[0].held_on.unwrap();
        let mut same = input(Some(seen.sessions[0].id), 5, CREW);
        same.session.held_on = Some(day_held);
        send(seen.version, vec![same]).await.unwrap();
        assert_eq!(city.version(key).await, seen.version);
        // A session that is not sent any more is taken off.
        send(seen.version, vec![input(None, 3, CREW)])
            .await
            .unwrap();
        let after = city.view("reporter", key).await;
        assert_eq!(after.sessions.len(), 1);
        assert_ne!(after.sessions[0].id, seen.sessions[0].id);
        let strange = send(
            after.version,
            vec![input(Some(seen.sessions[0].id), 3, CREW)],
        )
        .await;
        assert_eq!(strange.unwrap_err().status(), 404);
    }
);

both_engines!(
    a_session_outside_the_month_is_not_saved_and_texts_hold_no_control_characters,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(at(11, 5, 20));
        let key = first(SQUAD, 11);
        for (year, month, day) in [(9999, 12, 31), (1, 1, 1), (2023, 11, 5), (2024, 12, 1)] {
            let mut wrong = input(None, 5, CREW);
            wrong.session.held_on = chengzhi_kernel::Date::from_ymd_opt(year, month, day);
            let refused = city
                .save("reporter", key, vec![input(None, 4, CREW), wrong])
                .await
                .unwrap_err();
            assert_eq!(refused.status(), 422);
            let told = format!("{refused:?}");
            assert!(told.contains("sessions[1].held_on"), "{told}");
            assert!(told.contains("不在2024年11月上半月内"), "{told}");
        }
        assert_eq!(city.count("drill_session").await, 0);
        let mut odd = input(None, 20, CREW);
        odd.session.place = Some("操\0场\u{1b}".to_owned());
        odd.session.notes = Some("一\n二".to_owned());
        city.save("reporter", key, vec![odd]).await.unwrap();
        let seen = city.view("reporter", key).await;
        assert_eq!(seen.sessions[0].place.as_deref(), Some("操场"));
        assert_eq!(seen.sessions[0].notes.as_deref(), Some("一\n二"));
        assert!(
            seen.sessions[0].makeup,
            "the month's second half stays allowed"
        );
    }
);

both_engines!(
    a_hand_in_can_be_taken_back_until_somebody_reads_it,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(at(11, 15, 20));
        let key = first(SQUAD, 11);
        city.handed_in("reporter", key, day(11, 14), CREW).await;
        city.withdraw("reporter", key).await.unwrap();
        let back = city.view("reporter", key).await;
        assert_eq!(
            (back.state.as_str(), back.round, back.on_time),
            ("draft", 0, None)
        );
        // Handed in again after midnight it counts by its own time.
        city.at(Timestamp::end_of_day(day(11, 15)));
        city.submit("reporter", key).await.unwrap();
        assert_eq!(city.view("reporter", key).await.on_time, Some(false));
        city.open("reviewer", key).await.unwrap();
        assert_eq!(
            code(city.withdraw("reporter", key).await),
            Err("drill.under_review".to_owned())
        );
    }
);

both_engines!(
    the_reviewer_may_pass_what_arithmetic_calls_broken_only_with_a_word,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(at(11, 5, 20));
        let key = first(SQUAD, 11);
        city.handed_in("reporter", key, day(11, 5), &[1, 2, 3])
            .await;
        let refused = city
            .confirm_with("reviewer", key, checks(Answer::Fail, "x"))
            .await
            .unwrap_err();
        assert!(
            refused.detail().contains("不能通过"),
            "{}",
            refused.detail()
        );
        let seen = city.view("reviewer", key).await;
        let broken: Vec<&str> = seen
            .check_items
            .iter()
            .filter(|item| item.broken)
            .map(|item| item.item.as_str())
            .collect();
        assert_eq!(broken, ["attendance"]);
        let explained = checks(Answer::Pass, "防汛值守，经区局批准");
        city.confirm_with("reviewer", key, explained).await.unwrap();
        let month = city.month("reporter", SQUAD, 11).await;
        assert_eq!(
            month.result.ratio_ok,
            Some(false),
            "the breach stays visible"
        );
    }
);
