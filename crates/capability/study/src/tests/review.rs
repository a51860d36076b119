//! Who may review, holds, races, corrections.

use chengzhi_authz::Permission;
use chengzhi_kernel::{PersonId, Timestamp};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, OTHER_SQUAD, SECTION, SPECIAL_SQUAD, SQUAD, code, complaint, day, slot};
use crate::usecase::correct::{Correction, correct};
use crate::usecase::review;

both_engines!(of_two_reviewers_at_once_one_wins, |t: TestDb| async move {
    let city = City::new(t).await;
    city.handed_in("reporter", SQUAD, 11).await;
    let version = city.version(SQUAD, 11).await;
    let (first, scope) = city.with("reviewer", Permission::StudyReview).await;
    let (second, _) = city.with("both", Permission::StudyReview).await;
    let (a, b) = tokio::join!(
        review::confirm(&first, &scope, slot(SQUAD, 11), version, ""),
        review::send_back(
            &second,
            &scope,
            slot(SQUAD, 11),
            version,
            complaint("no_speaker")
        ),
    );
    assert!(a.is_ok() != b.is_ok(), "exactly one decides");
    let lost = a.err().or(b.err()).unwrap();
    assert_eq!(lost.status(), 409);
    let decided = city.count("study_hand_in where outcome is not null").await;
    assert_eq!(decided, 1);
});

both_engines!(
    a_hold_keeps_others_out_until_it_is_released_or_runs_out,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        city.open("reviewer", SQUAD, 11).await.unwrap();
        let seen = city.view("both", SQUAD, 11).await;
        assert_eq!(seen.state, "under_review");
        assert_eq!(seen.hold.as_ref().unwrap().name, "孙六");
        assert!(!seen.allowed.contains(&"confirm".to_owned()));
        assert_eq!(
            code(city.confirm("both", SQUAD, 11).await),
            Err("study.held".to_owned())
        );
        assert_eq!(
            code(city.open("both", SQUAD, 11).await),
            Err("study.held".to_owned())
        );
        let (ctx, scope) = city.with("both", Permission::StudyReview).await;
        assert_eq!(
            code(review::release(&ctx, &scope, slot(SQUAD, 11)).await),
            Err("study.held".to_owned())
        );
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        review::release(&ctx, &scope, slot(SQUAD, 11))
            .await
            .unwrap();
        assert_eq!(
            code(review::release(&ctx, &scope, slot(SQUAD, 11)).await),
            Err("study.not_held".to_owned())
        );

        city.open("reviewer", SQUAD, 11).await.unwrap();
        let version = city.version(SQUAD, 11).await;
        city.test.clock.advance_seconds(30 * 60 - 1);
        assert_eq!(
            code(city.open("both", SQUAD, 11).await),
            Err("study.held".to_owned())
        );
        city.test.clock.advance_seconds(1);
        assert_eq!(city.view("both", SQUAD, 11).await.state, "submitted");
        // The one who read too long may still decide, as long as nobody took it over.
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        review::confirm(&ctx, &scope, slot(SQUAD, 11), version, "")
            .await
            .unwrap();
    }
);

both_engines!(
    a_hold_that_ran_out_can_be_taken_over,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        city.open("reviewer", SQUAD, 11).await.unwrap();
        let version = city.version(SQUAD, 11).await;
        city.test.clock.advance_seconds(31 * 60);
        city.open("both", SQUAD, 11).await.unwrap();
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        let late = review::confirm(&ctx, &scope, slot(SQUAD, 11), version, "").await;
        assert_eq!(late.unwrap_err().status(), 409);
        city.confirm("both", SQUAD, 11).await.unwrap();
    }
);

both_engines!(
    nobody_reviews_what_he_entered_himself,
    |t: TestDb| async move {
        let city = City::new(t).await;
        // 周七 reports for the squad and reviews for the district.
        city.handed_in("both", SQUAD, 11).await;
        assert_eq!(
            code(city.confirm("both", SQUAD, 11).await),
            Err("study.four_eyes".to_owned())
        );
        assert_eq!(
            code(city.send_back("both", SQUAD, 11).await),
            Err("study.four_eyes".to_owned())
        );
        let own = city.view("both", SQUAD, 11).await;
        assert!(own.allowed.contains(&"pass_up".to_owned()));
        let why = own.denied.iter().find(|d| d.action == "confirm").unwrap();
        assert!(why.why.contains("市局教育培训处"), "{}", why.why);
        // A colleague, or the city because a reviewer touched it.
        assert!(
            city.view("reviewer", SQUAD, 11)
                .await
                .allowed
                .contains(&"confirm".to_owned())
        );
        city.confirm("city", SQUAD, 11).await.unwrap();
    }
);

both_engines!(
    a_district_record_without_conflict_is_not_the_citys,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        assert_eq!(
            code(city.confirm("city", SQUAD, 11).await),
            Err("study.not_reviewer".to_owned())
        );
        let (ctx, scope) = city.with("other", Permission::StudyReview).await;
        let other = review::confirm(&ctx, &scope, slot(SQUAD, 11), 3, "").await;
        assert_eq!(
            code(other),
            Err("not_found".to_owned()),
            "another district sees nothing"
        );
    }
);

both_engines!(
    the_section_of_the_reviewers_is_reviewed_by_the_city,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(10, 18), 9, 0));
        city.handed_in("section", SECTION, 10).await;
        assert_eq!(
            code(city.confirm("reviewer", SECTION, 10).await),
            Err("study.own_section".to_owned())
        );
        let version = city.version(SECTION, 10).await;
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        review::pass_up(&ctx, &scope, slot(SECTION, 10), version)
            .await
            .unwrap();
        let queued = city.view("city", SECTION, 10).await;
        assert!(queued.passed_up && queued.allowed.contains(&"confirm".to_owned()));
        assert_eq!(queued.unit.reviewer_name, "市局教育培训处");
        city.confirm("city", SECTION, 10).await.unwrap();
        assert_eq!(city.months(6).await, [10]);

        // Once somebody of the section has reviewed for the bureau, its records go up by themselves.
        city.at(Timestamp::at(day(11, 18), 9, 0));
        city.handed_in("reporter", SQUAD, 11).await;
        city.confirm("reviewer", SQUAD, 11).await.unwrap();
        city.handed_in("section", SECTION, 11).await;
        assert!(city.view("city", SECTION, 11).await.passed_up);
        city.confirm("city", SECTION, 11).await.unwrap();
    }
);

both_engines!(
    special_units_are_reviewed_by_the_city,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("special", SPECIAL_SQUAD, 11).await;
        let record = city.view("city", SPECIAL_SQUAD, 11).await;
        assert_eq!(record.unit.reviewer_name, "市局教育培训处");
        city.confirm("city", SPECIAL_SQUAD, 11).await.unwrap();
        assert_eq!(city.months(10).await, [11]);
    }
);

both_engines!(
    a_correction_reverses_and_posts_again_until_the_year_ends,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        let fix = |person: i64, present, reason: &str| Correction {
            person: PersonId::from(person),
            present,
            reason: reason.to_owned(),
            version: None,
        };
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        let early = correct(&ctx, &scope, slot(SQUAD, 11), fix(2, false, "实际请假")).await;
        assert_eq!(code(early), Err("study.not_confirmed".to_owned()));
        city.confirm("reviewer", SQUAD, 11).await.unwrap();
        assert_eq!(city.months(2).await, [11]);

        // After the month's lock: correcting is not reopening.
        city.at(Timestamp::at(day(12, 10), 9, 0));
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        let silent = correct(&ctx, &scope, slot(SQUAD, 11), fix(2, false, " ")).await;
        assert_eq!(silent.unwrap_err().status(), 422);
        correct(&ctx, &scope, slot(SQUAD, 11), fix(2, false, "实际请假"))
            .await
            .unwrap();
        assert_eq!(city.months(2).await, Vec::<u32>::new());
        let same = correct(&ctx, &scope, slot(SQUAD, 11), fix(2, false, "再次")).await;
        assert_eq!(code(same), Err("study.no_change".to_owned()));
        correct(&ctx, &scope, slot(SQUAD, 11), fix(2, true, "签到表补交"))
            .await
            .unwrap();
        assert_eq!(city.months(2).await, [11]);
        let stranger = correct(&ctx, &scope, slot(SQUAD, 11), fix(5, true, "错误")).await;
        assert_eq!(stranger.unwrap_err().status(), 422);
        let record = city.view("reporter", SQUAD, 11).await;
        assert_eq!((record.state.as_str(), record.attended), ("confirmed", 2));
        assert_eq!(
            record
                .history
                .iter()
                .filter(|l| l.event == "correct")
                .count(),
            2
        );

        let (own, own_scope) = city.with("city", Permission::StudyReview).await;
        let not_his = correct(&own, &own_scope, slot(SQUAD, 11), fix(1, false, "核实")).await;
        assert_eq!(code(not_his), Err("study.not_reviewer".to_owned()));

        city.at(Timestamp::end_of_day(day(12, 31)));
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        let late = correct(&ctx, &scope, slot(SQUAD, 11), fix(2, false, "太迟")).await;
        assert_eq!(code(late), Err("study.year_closed".to_owned()));
    }
);

both_engines!(
    a_return_needs_a_known_reason_and_other_needs_words,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        let version = city.version(SQUAD, 11).await;
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        for bad in ["", "nonsense", "other"] {
            let result =
                review::send_back(&ctx, &scope, slot(SQUAD, 11), version, complaint(bad)).await;
            assert_eq!(result.unwrap_err().status(), 422, "{bad}");
        }
        assert_eq!(
            code(
                review::reject(
                    &ctx,
                    &scope,
                    slot(SQUAD, 11),
                    version,
                    complaint("off_topic")
                )
                .await
            ),
            Err("study.not_locked".to_owned()),
            "within the month a record is sent back, not refused"
        );
        assert_eq!(city.view("reviewer", SQUAD, 11).await.state, "submitted");
        let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
        let out = review::open(&ctx, &scope, slot(OTHER_SQUAD, 11), 0).await;
        assert_eq!(code(out), Err("not_found".to_owned()));
    }
);
