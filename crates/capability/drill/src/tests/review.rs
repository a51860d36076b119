//! Who may review, holds, races, notes.

use chengzhi_authz::Permission;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{
    CREW, City, OTHER_SQUAD, SPECIAL_SQUAD, SQUAD, checks, code, complaint, day, first,
};
use crate::domain::checklist::Answer;
use crate::domain::half::SlotKey;
use crate::domain::reasons::reasons;
use crate::usecase::notes::{self, NoteInput};
use crate::usecase::policy::YearRules;
use crate::usecase::review;

async fn waiting(city: &City) -> SlotKey {
    city.at(Timestamp::at(day(11, 14), 20, 0));
    let key = first(SQUAD, 11);
    city.handed_in("reporter", key, day(11, 5), CREW).await;
    key
}

both_engines!(of_two_reviewers_at_once_one_wins, |t: TestDb| async move {
    let city = City::new(t).await;
    let key = waiting(&city).await;
    let version = city.version(key).await;
    let (one, scope) = city.with("reviewer", Permission::DrillReview).await;
    let (two, _) = city.with("both", Permission::DrillReview).await;
    let (a, b) = tokio::join!(
        review::confirm(&one, &scope, key, version, "", checks(Answer::Pass, "")),
        review::send_back(&two, &scope, key, version, complaint("angle")),
    );
    assert!(a.is_ok() != b.is_ok(), "exactly one decides");
    assert_eq!(a.err().or(b.err()).unwrap().status(), 409);
    assert_eq!(
        city.count("drill_hand_in where outcome is not null").await,
        1
    );
});

both_engines!(
    a_hold_keeps_others_out_until_it_is_released_or_runs_out,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let key = waiting(&city).await;
        city.open("reviewer", key).await.unwrap();
        let seen = city.view("both", key).await;
        assert_eq!(seen.state, "under_review");
        assert_eq!(seen.hold.as_ref().unwrap().name, "孙六");
        assert!(!seen.allowed.contains(&"confirm".to_owned()));
        let held = Err("drill.held".to_owned());
        assert_eq!(code(city.confirm("both", key).await), held);
        assert_eq!(code(city.open("both", key).await), held);
        assert_eq!(
            code(city.save("reporter", key, vec![]).await),
            Err("drill.under_review".to_owned())
        );
        let version = city.version(key).await;
        city.test.clock.advance_seconds(30 * 60);
        assert_eq!(city.view("both", key).await.state, "submitted");
        // The one who read too long may still decide, as long as nobody took it over.
        let (ctx, scope) = city.with("reviewer", Permission::DrillReview).await;
        review::confirm(&ctx, &scope, key, version, "", checks(Answer::Pass, ""))
            .await
            .unwrap();
    }
);

both_engines!(
    whoever_filled_it_in_cannot_review_it_and_passes_it_up,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 14), 20, 0));
        let key = first(SQUAD, 11);
        city.handed_in("both", key, day(11, 5), CREW).await;
        assert_eq!(
            code(city.confirm("both", key).await),
            Err("drill.four_eyes".to_owned())
        );
        let version = city.version(key).await;
        let (ctx, scope) = city.with("both", Permission::DrillReview).await;
        review::pass_up(&ctx, &scope, key, version).await.unwrap();
        let seen = city.view("city", key).await;
        assert!(seen.passed_up && seen.allowed.contains(&"confirm".to_owned()));
        city.confirm("city", key).await.unwrap();
    }
);

both_engines!(
    the_city_reviews_special_units_and_reads_along_elsewhere,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let key = waiting(&city).await;
        assert_eq!(
            code(city.confirm("city", key).await),
            Err("drill.not_reviewer".to_owned())
        );
        let special = first(SPECIAL_SQUAD, 11);
        city.handed_in("special", special, day(11, 5), &[61]).await;
        city.confirm("city", special).await.unwrap();
        let (ctx, scope) = city.with("other", Permission::DrillReview).await;
        let foreign = review::open(&ctx, &scope, key, 1).await.unwrap_err();
        assert_eq!(
            foreign.status(),
            404,
            "another district does not see it at all"
        );
        let (ctx, scope) = city.with("other", Permission::DrillRead).await;
        let own = first(OTHER_SQUAD, 11);
        let seen = crate::usecase::record_view::view(&ctx, &scope, own, None).await;
        assert_eq!(seen.unwrap().state, "not_started");
    }
);

both_engines!(
    notes_at_time_marks_reach_the_squad_with_the_decision,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let key = waiting(&city).await;
        city.open("reviewer", key).await.unwrap();
        let session = city.view("reviewer", key).await.sessions[0].id;
        let (ctx, scope) = city.with("reviewer", Permission::DrillReview).await;
        let note = |session_id, at_ms, text: &str| NoteInput {
            session_id,
            at_ms,
            text: text.to_owned(),
        };
        for (session_id, at_ms, text) in [
            (Some(session), Some(200_000), "3分20秒后镜头移动"),
            (None, None, "整体动作规范"),
        ] {
            notes::add(&ctx, &scope, key, note(session_id, at_ms, text))
                .await
                .unwrap();
        }
        let lost = notes::add(&ctx, &scope, key, note(None, Some(1), "x")).await;
        assert_eq!(lost.unwrap_err().status(), 422);
        let lost = notes::add(&ctx, &scope, key, note(Some(999), None, "x")).await;
        assert_eq!(lost.unwrap_err().status(), 404);
        let mine = city.view("reviewer", key).await.notes;
        assert_eq!(mine.len(), 2);
        assert_eq!(mine[1].at_label.as_deref(), Some("3分20秒"));
        assert!(
            city.view("reporter", key).await.notes.is_empty(),
            "not before the decision"
        );
        notes::remove(&ctx, &scope, key, mine[0].id).await.unwrap();
        city.send_back("reviewer", key).await.unwrap();
        let told = city.view("reporter", key).await.notes;
        assert_eq!((told.len(), told[0].at_ms), (1, Some(200_000)));
        let late = notes::add(&ctx, &scope, key, note(None, None, "x")).await;
        assert_eq!(code(late), Err("drill.not_submitted".to_owned()));
    }
);

both_engines!(
    each_reason_cites_the_clause_of_its_item,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let mut tx = city.state.db.read().await.unwrap();
        let rules = YearRules::load(&mut tx, &city.state, 2024).await.unwrap();
        let cited = |code: &str| {
            let list = reasons(&rules.params);
            let reason = list.iter().find(|reason| reason.code == code).unwrap();
            rules.reason_clause(reason.ground).unwrap().text
        };
        for (code, words) in [
            ("angle", "同一角度"),
            ("not_continuous", "连续摄像"),
            ("too_short", "不少于20分钟"),
            ("rest", "休息"),
        ] {
            assert!(cited(code).contains(words), "{code}: {}", cited(code));
        }
    }
);

both_engines!(
    the_audit_log_says_in_words_why_a_record_went_back,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let key = waiting(&city).await;
        city.send_back("reviewer", key).await.unwrap();
        let told = city
            .texts("select detail as text from audit_log where action = 'drill.return'")
            .await;
        assert!(told[0].contains("时长不足"), "{told:?}");
        assert!(!told[0].contains("too_short"), "{told:?}");
    }
);
