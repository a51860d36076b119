//! From the first draft to the ledger, with a return in between.

use chengzhi_authz::Permission;
use chengzhi_kernel::{PersonId, Timestamp};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, SQUAD, SQUAD_TWO, code, day, picture, retouched, session, slot};
use crate::domain::session::Mark;
use crate::usecase::photo_files::{Size, picture as stored_picture};
use crate::usecase::save::{SaveInput, save};
use crate::usecase::{photos, submit};

fn mark(person: i64, present: bool, reason: Option<&str>) -> Mark {
    Mark {
        person_id: PersonId::from(person),
        present,
        absence_reason: reason.map(str::to_owned),
    }
}

both_engines!(
    a_record_is_returned_mended_and_confirmed,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let start = city.view("reporter", SQUAD, 11).await;
        assert_eq!((start.state.as_str(), start.version), ("not_started", 0));
        assert_eq!(
            start.attendance.len(),
            3,
            "the roster is offered before anything is saved"
        );
        assert_eq!(start.attendance[2].away.as_deref(), Some("产假"));
        assert!(start.allowed.contains(&"save".to_owned()));

        // An incomplete draft is kept, and says what is missing.
        let mut first = session(day(11, 5));
        first.speaker = None;
        let marks = vec![mark(1, true, None), mark(2, false, None)];
        city.save("reporter", SQUAD, first.clone(), marks)
            .await
            .unwrap();
        let missing = city.submit("reporter", SQUAD, 11).await.unwrap_err();
        assert_eq!(
            (missing.status(), missing.code()),
            (422, "study.incomplete")
        );
        let blockers: Vec<String> = city
            .view("reporter", SQUAD, 11)
            .await
            .blockers
            .into_iter()
            .map(|blocker| blocker.field)
            .collect();
        assert_eq!(blockers, ["speaker", "attendance", "photos"]);

        first.speaker = Some("外请老师".to_owned());
        let marks = vec![mark(1, true, None), mark(2, false, Some("出差"))];
        city.save("reporter", SQUAD, first.clone(), marks)
            .await
            .unwrap();
        city.photo("reporter", SQUAD, 11, picture(1)).await.unwrap();
        city.submit("reporter", SQUAD, 11).await.unwrap();
        let handed_in = city.view("reporter", SQUAD, 11).await;
        assert_eq!(
            (handed_in.state.as_str(), handed_in.round),
            ("submitted", 1)
        );
        assert_eq!((handed_in.attended, handed_in.expected), (1, 2));
        assert_eq!(handed_in.receipt.unwrap().hash_short.len(), 8);
        assert_eq!(
            city.months(1).await,
            Vec::<u32>::new(),
            "nothing is earned before review"
        );

        city.open("reviewer", SQUAD, 11).await.unwrap();
        city.send_back("reviewer", SQUAD, 11).await.unwrap();
        assert_eq!(
            city.count("audit_log where action = 'study.return' and detail like '%no_speaker%'")
                .await,
            0,
            "the log says the reason in words"
        );
        assert_eq!(
            city.count("audit_log where action = 'study.return' and detail like '%主讲%'")
                .await,
            1
        );
        let returned = city.view("reporter", SQUAD, 11).await;
        assert_eq!(returned.state, "returned");
        let last = returned.history.last().unwrap();
        assert_eq!(last.reason.as_ref().unwrap().text, "未标注主讲人");

        first.speaker = Some("张所长".to_owned());
        let marks = vec![mark(1, true, None), mark(2, true, None)];
        city.at(Timestamp::at(day(11, 26), 10, 0));
        city.save("reporter", SQUAD, first, marks).await.unwrap();
        city.submit("reporter", SQUAD, 11).await.unwrap();
        let again = city.view("reviewer", SQUAD, 11).await;
        assert_eq!(
            (again.round, again.on_time),
            (2, Some(true)),
            "mending is not late"
        );
        let diff: Vec<String> = again
            .diff
            .unwrap()
            .iter()
            .map(|change| format!("{}|{}|{}", change.label, change.before, change.after))
            .collect();
        assert_eq!(
            diff,
            ["主讲人|外请老师|张所长", "出勤：李二|缺席（出差）|参加"]
        );
        assert_eq!(
            again.review_due.due_on,
            day(11, 30),
            "a late round is due by the lock"
        );

        city.confirm("reviewer", SQUAD, 11).await.unwrap();
        let done = city.view("reporter", SQUAD, 11).await;
        assert_eq!(
            (done.state.as_str(), done.reviewed_late),
            ("confirmed", Some(false))
        );
        assert_eq!(city.months(1).await, [11]);
        assert_eq!(city.months(2).await, [11]);
        assert_eq!(city.months(3).await, Vec::<u32>::new());
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
            city.count("outbox where topic = 'study.confirmed'").await,
            1
        );
        assert!(city.count("audit_log where action = 'study.confirm'").await == 1);
    }
);

both_engines!(
    commands_twice_and_out_of_order_are_refused,
    |t: TestDb| async move {
        let city = City::new(t).await;
        assert_eq!(
            code(city.submit("reporter", SQUAD, 11).await),
            Err("study.not_started".to_owned())
        );
        assert_eq!(
            code(city.confirm("reviewer", SQUAD, 11).await),
            Err("study.not_submitted".to_owned())
        );
        city.draft("reporter", SQUAD, 11).await;
        assert_eq!(
            code(city.send_back("reviewer", SQUAD, 11).await),
            Err("study.not_submitted".to_owned())
        );
        let (ctx, scope) = city.with("reporter", Permission::StudyReport).await;
        let (unit, month) = slot(SQUAD, 11);
        let version = city.version(SQUAD, 11).await;
        submit::submit(&ctx, &scope, unit, month, version)
            .await
            .unwrap();
        assert_eq!(
            code(submit::submit(&ctx, &scope, unit, month, version).await),
            Err("study.submitted".to_owned())
        );
        assert_eq!(
            code(
                city.save("reporter", SQUAD, session(day(11, 6)), vec![])
                    .await
            ),
            Err("study.submitted".to_owned())
        );
        city.confirm("reviewer", SQUAD, 11).await.unwrap();
        for again in [
            city.confirm("reviewer", SQUAD, 11).await,
            city.send_back("reviewer", SQUAD, 11).await,
            city.submit("reporter", SQUAD, 11).await,
            city.photo("reporter", SQUAD, 11, picture(9)).await,
        ] {
            assert_eq!(code(again), Err("study.confirmed".to_owned()));
        }
        assert_eq!(city.count("ledger_entry").await, 2, "posted once");
    }
);

both_engines!(
    an_old_version_is_refused_and_a_repeated_save_changes_nothing,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.draft("reporter", SQUAD, 11).await;
        let version = city.version(SQUAD, 11).await;
        let (ctx, scope) = city.with("reporter", Permission::StudyReport).await;
        let (unit, month) = slot(SQUAD, 11);
        let input = |version, place: &str| {
            let mut session = session(day(11, 5));
            session.place = Some(place.to_owned());
            SaveInput {
                version,
                session,
                marks: vec![],
            }
        };
        save(&ctx, &scope, unit, month, input(version, "三楼会议室"))
            .await
            .unwrap();
        assert_eq!(city.version(SQUAD, 11).await, version, "nothing changed");
        save(&ctx, &scope, unit, month, input(version, "食堂"))
            .await
            .unwrap();
        let stale = save(&ctx, &scope, unit, month, input(version, "操场")).await;
        assert_eq!(stale.unwrap_err().code(), "conflict.version");
        let now = city.view("reporter", SQUAD, 11).await;
        assert_eq!(now.session.place.as_deref(), Some("食堂"));
    }
);

both_engines!(
    the_due_instant_is_the_line_between_in_time_and_late,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let due = Timestamp::end_of_day(day(11, 20));
        city.at(due.plus_micros(-1));
        city.handed_in("reporter", SQUAD, 11).await;
        city.at(due);
        city.handed_in("reporter_two", SQUAD_TWO, 11).await;
        assert_eq!(city.view("reporter", SQUAD, 11).await.on_time, Some(true));
        assert_eq!(
            city.view("reporter_two", SQUAD_TWO, 11).await.on_time,
            Some(false)
        );
    }
);

both_engines!(
    december_has_its_own_dates_and_mending_runs_to_the_end,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(12, 15), 23, 59));
        city.handed_in("reporter", SQUAD, 12).await;
        let record = city.view("reporter", SQUAD, 12).await;
        assert_eq!(record.on_time, Some(true));
        assert_eq!(record.submit_due.due_on, day(12, 15));
        assert_eq!(record.review_due.due_on, day(12, 15));
        city.at(Timestamp::at(day(12, 16), 9, 0));
        city.send_back("reviewer", SQUAD, 12).await.unwrap();
        city.at(Timestamp::at(day(12, 31), 22, 0));
        city.submit("reporter", SQUAD, 12).await.unwrap();
        let mended = city.view("reporter", SQUAD, 12).await;
        assert_eq!((mended.on_time, mended.round), (Some(true), 2));
        assert_eq!(mended.review_due.due_on, day(12, 31));
        city.confirm("reviewer", SQUAD, 12).await.unwrap();
        assert_eq!(
            city.view("reporter", SQUAD, 12).await.reviewed_late,
            Some(false)
        );
    }
);

both_engines!(
    a_withdrawn_first_hand_in_never_was,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        let (ctx, scope) = city.with("reporter", Permission::StudyReport).await;
        let (unit, month) = slot(SQUAD, 11);
        let version = city.version(SQUAD, 11).await;
        submit::withdraw(&ctx, &scope, unit, month, version)
            .await
            .unwrap();
        let back = city.view("reporter", SQUAD, 11).await;
        assert_eq!(
            (back.state.as_str(), back.round, back.on_time),
            ("draft", 0, None)
        );
        city.at(Timestamp::at(day(11, 21), 9, 0));
        city.submit("reporter", SQUAD, 11).await.unwrap();
        assert_eq!(city.view("reporter", SQUAD, 11).await.on_time, Some(false));
        city.open("reviewer", SQUAD, 11).await.unwrap();
        let version = city.version(SQUAD, 11).await;
        let (ctx, scope) = city.with("reporter", Permission::StudyReport).await;
        assert_eq!(
            code(submit::withdraw(&ctx, &scope, unit, month, version).await),
            Err("study.under_review".to_owned())
        );
    }
);

both_engines!(
    attendance_follows_the_roster_of_the_day,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.draft("reporter", SQUAD, 11).await;
        let mut tx = city.state.db.write().await.unwrap();
        // 李二 moves away, 赵四 comes, both on the 10th.
        for (person, to) in [(2, SQUAD_TWO), (4, SQUAD)] {
            tx.run(
                chengzhi_db::sql(
                    "update membership set until_on = '2024-11-10' where person_id = $1",
                )
                .bind(person),
            )
            .await
            .unwrap();
            tx.run(
                chengzhi_db::sql("insert into membership (person_id, unit_id, from_on) values ($1, $2, '2024-11-10')")
                    .bind(person)
                    .bind(to),
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let version = city.version(SQUAD, 11).await;
        let (ctx, scope) = city.with("reporter", Permission::StudyReport).await;
        let (unit, month) = slot(SQUAD, 11);
        let input = SaveInput {
            version,
            session: session(day(11, 12)),
            marks: vec![],
        };
        let told = save(&ctx, &scope, unit, month, input).await.unwrap();
        assert_eq!(told.joined, ["赵四"]);
        assert_eq!(told.left, ["李二"]);
        let now = city.view("reporter", SQUAD, 11).await;
        let names: Vec<(&str, bool)> = now
            .attendance
            .iter()
            .map(|row| (row.name.as_str(), row.present))
            .collect();
        assert_eq!(names, [("王一", true), ("张三", false), ("赵四", false)]);
        let version = city.version(SQUAD, 11).await;
        let input = SaveInput {
            version,
            session: session(day(11, 12)),
            marks: vec![mark(5, true, None)],
        };
        let stranger = save(&ctx, &scope, unit, month, input).await.unwrap_err();
        assert_eq!(
            stranger.status(),
            422,
            "people of other units cannot be entered"
        );
    }
);

both_engines!(
    a_photo_used_elsewhere_is_told_to_the_reviewer_only,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(10, 18), 9, 0));
        city.draft("reporter", SQUAD, 10).await;
        city.photo("reporter", SQUAD, 10, picture(77))
            .await
            .unwrap();
        city.submit("reporter", SQUAD, 10).await.unwrap();
        city.at(Timestamp::at(day(11, 18), 9, 0));
        city.draft("reporter_two", SQUAD_TWO, 11).await;
        city.photo("reporter_two", SQUAD_TWO, 11, retouched(77))
            .await
            .unwrap();
        city.photo("reporter_two", SQUAD_TWO, 11, picture(510))
            .await
            .unwrap();
        city.submit("reporter_two", SQUAD_TWO, 11).await.unwrap();

        let told = city.view("reviewer", SQUAD_TWO, 11).await;
        let found: Vec<Vec<String>> = told
            .photos
            .iter()
            .map(|photo| {
                photo
                    .look_alikes
                    .as_ref()
                    .unwrap()
                    .iter()
                    .map(|other| format!("{}{}{}", other.unit_name, other.month, other.kind))
                    .collect()
            })
            .collect();
        assert_eq!(
            found,
            [
                vec![],
                vec!["东一中队2024-10similar".to_owned()],
                vec!["东一中队2024-10same".to_owned()],
            ]
        );
        let own = city.view("reporter_two", SQUAD_TWO, 11).await;
        assert!(own.photos.iter().all(|photo| photo.look_alikes.is_none()));
        let earlier = city.view("reviewer", SQUAD, 10).await;
        let sides: usize = earlier
            .photos
            .iter()
            .map(|p| p.look_alikes.as_ref().unwrap().len())
            .sum();
        assert_eq!(sides, 2, "the earlier record's reviewer is told too");
    }
);

both_engines!(
    a_photo_that_cannot_be_taken_says_what_to_do,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let heic = city
            .photo(
                "reporter",
                SQUAD,
                11,
                b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(),
            )
            .await
            .unwrap_err();
        assert!(heic.status() == 422 && heic.detail().contains("HEIC"));
        city.photo("reporter", SQUAD, 11, picture(1)).await.unwrap();
        assert_eq!(
            code(city.photo("reporter", SQUAD, 11, picture(1)).await),
            Err("study.photo_twice".to_owned())
        );
        for seed in 2..10 {
            city.photo("reporter", SQUAD, 11, picture(seed))
                .await
                .unwrap();
        }
        assert_eq!(
            code(city.photo("reporter", SQUAD, 11, picture(10)).await),
            Err("study.photos_full".to_owned())
        );
        let first = city.view("reporter", SQUAD, 11).await.photos[0].id;
        let (ctx, scope) = city.with("reporter", Permission::StudyReport).await;
        let (unit, month) = slot(SQUAD, 11);
        photos::remove(&ctx, &scope, unit, month, first)
            .await
            .unwrap();
        assert_eq!(
            code(photos::remove(&ctx, &scope, unit, month, first).await),
            Err("not_found".to_owned())
        );
        assert_eq!(city.view("reporter", SQUAD, 11).await.photos.len(), 8);
    }
);

both_engines!(
    the_place_of_a_photo_is_for_the_reviewer_alone,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        let mut tx = city.state.db.write().await.unwrap();
        tx.run(chengzhi_db::sql(
            "update stored_file set place = '31.23040,121.47370'",
        ))
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let photo = city.view("reporter", SQUAD, 11).await.photos[0].clone();
        assert_eq!(photo.place, None);
        assert!(
            city.view("reviewer", SQUAD, 11).await.photos[0]
                .place
                .is_some()
        );
        assert_eq!(city.view("city", SQUAD, 11).await.photos[0].place, None);
        let read = |who: &'static str, size| {
            let city = &city;
            let id = photo.id;
            async move {
                let (ctx, scope) = city.with(who, Permission::StudyRead).await;
                stored_picture(&ctx, &scope, slot(SQUAD, 11), id, size)
                    .await
                    .unwrap()
            }
        };
        let original = picture(u32::try_from(SQUAD).unwrap() * 100 + 11);
        assert_eq!(read("reviewer", Size::Full).await.bytes, original);
        let copy = read("reporter", Size::Full).await;
        assert_ne!(
            copy.bytes, original,
            "a copy of the pixels, without camera data"
        );
        assert_eq!(copy.mime, "image/jpeg");
        assert_eq!(read("reporter", Size::Thumb).await.mime, "image/jpeg");
    }
);
