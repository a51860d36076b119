//! From nomination to renewal or release.

use chengzhi_authz::Permission;
use chengzhi_db::sql;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{
    CITY, CITY_OFFICE, City, DISTRICT, OTHER_DISTRICT, SECTION, SQUAD, code, day, nomination,
    status, trial,
};
use crate::domain::instructor::{Kind, YearResult};
use crate::facade::{self, InstructorFilter, Taught};
use crate::usecase::ending::release;
use crate::usecase::instructors::{Particulars, correct, nominate};
use crate::usecase::steps::{appoint, assess, record_trial, refuse, renew, withdraw};

both_engines!(
    an_instructor_goes_from_nomination_to_renewal,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at("2024-03-01");
        let id = city.nominate("head", Kind::District, SQUAD, 1).await;
        let page = city.page("head", id).await;
        assert_eq!(page.instructor.state, "nominated");
        assert_eq!(page.instructor.unit_id, DISTRICT);
        assert_eq!(page.may, ["withdraw"]);
        assert_eq!(
            city.page("district", id).await.may,
            ["try", "refuse", "withdraw", "correct"]
        );

        // Appointing without a trial lecture, and after a failed one, is refused.
        assert_eq!(
            code(city.appoint("district", id, "2024-03-01").await),
            "faculty.trial_missing"
        );
        city.try_out("district", id, &[7_000, 8_500]).await.unwrap();
        assert_eq!(
            code(city.appoint("district", id, "2024-03-01").await),
            "faculty.trial_failed"
        );
        city.at("2024-03-04")
            .try_out("district", id, &[8_000, 8_001])
            .await
            .unwrap();
        assert_eq!(
            status(city.appoint("district", id, "2024-03-03").await),
            422
        );
        city.appoint("district", id, "2024-03-04").await.unwrap();
        let page = city.page("district", id).await;
        assert_eq!(page.trials[0].score, 8_001);
        assert_eq!(page.instructor.term_until, Some(day("2027-03-03")));
        assert_eq!(page.trials.len(), 2);

        // What he teaches is noted by others and counted for the year.
        let mut tx = city.state.db.write().await.unwrap();
        let mut lesson = Taught {
            instructor_id: id,
            owner: "class_session:1".to_owned(),
            held_on: day("2024-05-10"),
            minutes: 90,
            topic: "燃气检查".to_owned(),
            courseware_id: None,
            rating: None,
            ratings: 0,
        };
        let now = Timestamp::at(day("2024-05-10"), 12, 0);
        facade::note_taught(&mut tx, &lesson, now).await.unwrap();
        lesson.rating = Some(9_200);
        lesson.ratings = 30;
        facade::note_taught(&mut tx, &lesson, now).await.unwrap();
        lesson.owner = "class_session:2".to_owned();
        lesson.rating = Some(8_000);
        lesson.ratings = 10;
        facade::note_taught(&mut tx, &lesson, now).await.unwrap();
        lesson.minutes = 0;
        assert_eq!(
            status(facade::note_taught(&mut tx, &lesson, now).await),
            422
        );
        tx.commit().await.unwrap();

        // Renewal asks for an assessment, and is not made years ahead.
        city.at("2026-12-20");
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let version = city.version(id).await;
        assert_eq!(
            code(renew(&ctx, &scope, id, version, None).await),
            "faculty.assessment_missing"
        );
        let judged = (2024, YearResult::Excellent, "");
        assess(&ctx, &scope, id, version, judged).await.unwrap();
        let version = city.version(id).await;
        let judged = (2026, YearResult::Qualified, "");
        assess(&ctx, &scope, id, version, judged).await.unwrap();
        let page = city.page("district", id).await;
        assert_eq!(
            (page.years[1].minutes, page.years[1].rating),
            (180, Some(8_900))
        );
        let version = page.instructor.version;
        renew(&ctx, &scope, id, version, None).await.unwrap();
        let page = city.page("district", id).await;
        assert_eq!(page.instructor.term_until, Some(day("2030-03-03")));
        assert_eq!(page.instructor.term.as_deref(), Some("running"));
        assert_eq!(
            code(renew(&ctx, &scope, id, page.instructor.version, None).await),
            "faculty.renew_early"
        );
        let version = page.instructor.version;
        let end = (day("2026-12-20"), "调离本市", None);
        release(&ctx, &scope, id, version, end).await.unwrap();
        let page = city.page("district", id).await;
        assert_eq!(page.instructor.state, "released");
        assert!(page.may.is_empty());
        assert!(city.faults().await.is_empty(), "{:?}", city.faults().await);
    }
);

both_engines!(
    each_kind_is_appointed_by_its_level,
    |t: TestDb| async move {
        let city = City::new(t).await;
        // The city's own: proposed by a district, appointed by the city only.
        let id = city.nominate("district", Kind::City, SQUAD, 1).await;
        assert_eq!(city.page("district", id).await.instructor.unit_id, CITY);
        assert_eq!(status(city.try_out("district", id, &[9_000]).await), 404);
        city.try_out("city", id, &[9_000]).await.unwrap();
        city.appoint("city", id, "2024-11-18").await.unwrap();
        // Heads of offices and guests give no trial lecture.
        let head = city
            .nominate("city", Kind::OfficeHead, CITY_OFFICE, 52)
            .await;
        assert_eq!(
            code(city.try_out("city", head, &[9_000]).await),
            "faculty.no_trial"
        );
        city.appoint("city", head, "2024-11-18").await.unwrap();
        let (ctx, scope) = city.with("district", Permission::FacultyNominate).await;
        let mut guest = nomination(Kind::External, DISTRICT, None);
        assert_eq!(status(nominate(&ctx, &scope, guest.clone()).await), 422);
        guest.name = "周律师".to_owned();
        guest.organisation = "某律师事务所".to_owned();
        let guest = nominate(&ctx, &scope, guest).await.unwrap();
        city.appoint("district", guest, "2024-11-18").await.unwrap();
        let page = city.page("officer", head).await;
        assert_eq!(page.instructor.state, "appointed");
        assert!(page.trials.is_empty() && page.history.is_empty());
        // A district's kind is not proposed by the city's office.
        let (ctx, scope) = city.with("city", Permission::FacultyNominate).await;
        let wrong = nomination(Kind::Practice, CITY_OFFICE, Some(52));
        assert_eq!(status(nominate(&ctx, &scope, wrong).await), 422);
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(bad_input_is_refused, |t: TestDb| async move {
    let city = City::new(t).await;
    let (ctx, scope) = city.with("district", Permission::FacultyNominate).await;
    for (wrong, expected) in [
        (nomination(Kind::District, OTHER_DISTRICT, Some(31)), 404),
        (nomination(Kind::District, SQUAD, Some(31)), 422),
        (nomination(Kind::District, SQUAD, None), 422),
        (nomination(Kind::District, SQUAD, Some(999)), 422),
    ] {
        assert_eq!(status(nominate(&ctx, &scope, wrong).await), expected);
    }
    let mut fields = nomination(Kind::District, SQUAD, Some(1));
    fields.fields = vec!["cooking".to_owned()];
    assert_eq!(status(nominate(&ctx, &scope, fields).await), 422);
    let id = city.nominate("district", Kind::District, SECTION, 42).await;
    let again = nomination(Kind::District, SECTION, Some(42));
    assert_eq!(code(nominate(&ctx, &scope, again).await), "faculty.twice");

    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    // Points above 100, judges twice, an answer missing, a lecture of tomorrow.
    assert_eq!(status(city.try_out("district", id, &[10_001]).await), 422);
    assert_eq!(status(city.try_out("district", id, &[]).await), 422);
    let mut twice = trial(ctx.today, &[9_000, 9_000]);
    twice.scores[1].judge = twice.scores[0].judge.clone();
    assert_eq!(status(record_trial(&ctx, &scope, id, twice).await), 422);
    let mut silent = trial(ctx.today, &[9_000]);
    silent.answers.pop();
    assert_eq!(status(record_trial(&ctx, &scope, id, silent).await), 422);
    let early = trial(day("2024-11-19"), &[9_000]);
    assert_eq!(status(record_trial(&ctx, &scope, id, early).await), 422);
    // A condition that is not met fails the lecture, whatever the points.
    let mut unfit = trial(ctx.today, &[9_900]);
    unfit.answers[2].met = false;
    record_trial(&ctx, &scope, id, unfit).await.unwrap();
    assert_eq!(
        code(city.appoint("district", id, "2024-11-18").await),
        "faculty.trial_failed"
    );
    city.try_out("district", id, &[9_000]).await.unwrap();
    // Terms that are over, turned round, or endless.
    for until in ["2024-11-17", "2020-01-01", "2040-01-01"] {
        let version = city.version(id).await;
        let term = (day("2024-11-18"), Some(day(until)));
        assert_eq!(
            status(appoint(&ctx, &scope, id, version, term).await),
            422,
            "{until}"
        );
    }
    assert_eq!(
        code(refuse(&ctx, &scope, id, 1, "不合适").await),
        "conflict.version"
    );
    let version = city.version(id).await;
    assert_eq!(status(refuse(&ctx, &scope, id, version, " ").await), 422);
    refuse(&ctx, &scope, id, version, "条件不符").await.unwrap();
    let version = city.version(id).await;
    assert_eq!(
        code(withdraw(&ctx, &scope, id, version, "误报").await),
        "faculty.state"
    );
    // After a refusal he may be proposed again.
    city.nominate("district", Kind::District, SECTION, 42).await;
});

both_engines!(an_unqualified_year_is_not_renewed, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at("2022-01-10");
    let id = city.serving(1).await;
    city.at("2024-12-20");
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    let version = city.version(id).await;
    for (year, result, note, expected) in [
        (2021, YearResult::Qualified, "", 422),
        (2025, YearResult::Qualified, "", 422),
        (2024, YearResult::Unqualified, "", 422),
        (2024, YearResult::Unqualified, "全年没有授课", 200),
    ] {
        let judged = (year, result, note);
        assert_eq!(
            status(assess(&ctx, &scope, id, version, judged).await),
            expected,
            "{year} {note}"
        );
    }
    let version = city.version(id).await;
    assert_eq!(
        code(renew(&ctx, &scope, id, version, None).await),
        "faculty.assessment_failed"
    );
    // Two at once: the second one is told that the row has changed.
    let end = (day("2024-12-20"), "考核不合格", None);
    release(&ctx, &scope, id, version, end).await.unwrap();
    assert_eq!(
        code(release(&ctx, &scope, id, version, end).await),
        "conflict.version"
    );
    let mut tx = city.state.db.read().await.unwrap();
    let events = tx
        .one(sql(
            "select cast(count(*) as bigint) as n from faculty_instructor_event",
        ))
        .await
        .unwrap();
    assert_eq!(events.get::<i64>("n").unwrap(), 5);
});

both_engines!(
    particulars_are_kept_to_their_readers,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let mine = city.serving(1).await;
        let citys = city.serving_city(52).await;
        // His district's instructors and the city's are seen by an officer, without telephones.
        assert_eq!(city.page("officer", mine).await.instructor.contact, None);
        assert_eq!(city.page("far", citys).await.instructor.contact, None);
        let (ctx, scope) = city.with("far", Permission::FacultyRead).await;
        let hidden = crate::usecase::instructor_page::view(&ctx, &scope, mine).await;
        assert_eq!(status(hidden), 404);
        assert!(
            city.page("district", mine)
                .await
                .instructor
                .contact
                .is_some()
        );
        assert_eq!(city.page("district", citys).await.instructor.contact, None);
        // The façade's answer: serving on the day only.
        let mut tx = city.state.db.read().await.unwrap();
        let filter = InstructorFilter {
            units: Some([OTHER_DISTRICT].into()),
            field: Some("燃气".to_owned()),
            text: None,
        };
        let found = facade::instructors(&mut tx, day("2024-11-18"), &filter)
            .await
            .unwrap();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [citys]);
        let all = InstructorFilter::default();
        let before = facade::instructors(&mut tx, day("2024-11-17"), &all)
            .await
            .unwrap();
        assert!(before.is_empty());
        drop(tx);
        // A micro-video is a video of the register that was released.
        let video = city.video("燃气微课").await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let mut input = Particulars {
            version: city.version(mine).await,
            title: "中队长".to_owned(),
            contact: String::new(),
            fields: vec!["gas".to_owned()],
            intro: String::new(),
            micro_video: Some(999),
        };
        assert_eq!(
            status(correct(&ctx, &scope, mine, input.clone()).await),
            422
        );
        input.micro_video = Some(video);
        correct(&ctx, &scope, mine, input).await.unwrap();
        let page = city.page("officer", mine).await;
        assert_eq!(
            page.micro_video.map(|video| video.name).as_deref(),
            Some("燃气微课")
        );
    }
);
