//! Classes, timetable, conflicts, filing.

use std::collections::BTreeMap;

use chengzhi_authz::Permission;
use chengzhi_db::sql;
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, at, code, course, day, fields, q};
use crate::facade::{calendar_of, todo, verify};
use crate::usecase::class_list::{ClassRowOut, Filter, list};
use crate::usecase::conflicts::{ClassConflictsOut, conflicts};
use crate::usecase::filing;
use crate::usecase::programme;
use crate::usecase::save::{Origin, change, create};

async fn clashes(city: &City, id: i64) -> ClassConflictsOut {
    let (ctx, scope) = city.with("office", Permission::ClassRead).await;
    conflicts(&ctx, &scope, id).await.unwrap()
}

both_engines!(
    days_hours_and_shortcomings_follow_from_courses_and_lessons,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let seen = city.view("office", id).await;
        assert_eq!(
            (seen.first_on, seen.last_on),
            (Some(day(6, 3)), Some(day(6, 3)))
        );
        assert_eq!(seen.hours, q("4"));
        let codes: Vec<&str> = seen
            .shortcomings
            .iter()
            .map(|one| one.code.as_str())
            .collect();
        assert_eq!(codes, ["hours", "credits"]);
        assert_eq!(seen.phase, "draft");
        // Courses that are taken out take their lessons with them.
        let ctx = city.ctx("office").await;
        let mut kept = course("行政复议法", "teaching");
        kept.id = Some(seen.courses[0].id);
        programme::save(&ctx, id, seen.version, vec![kept])
            .await
            .unwrap();
        assert_eq!(city.view("office", id).await.lessons.len(), 1);
        let stale = programme::save(&ctx, id, seen.version, Vec::new()).await;
        assert_eq!(code(stale), "conflict.version");
    }
);

both_engines!(
    two_classes_in_one_room_are_told_and_a_suggestion_solves_it,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let one = city.class("closed", "区局集中培训", "101教室").await;
        assert!(clashes(&city, one).await.clashes.is_empty());
        let two = city.class("joint", "联合培训", "101教室").await;
        let found = clashes(&city, two).await;
        let whats: Vec<&str> = found.clashes.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(whats, ["instructor", "place", "instructor", "place"]);
        assert!(
            found.clashes[1].text.contains("101教室"),
            "{}",
            found.clashes[1].text
        );
        let moves = found.suggestion.unwrap();
        let plan: Vec<_> = city
            .view("office", two)
            .await
            .lessons
            .iter()
            .map(|lesson| {
                let to = moves.iter().find(|one| one.lesson_id == lesson.id);
                (
                    to.map_or(lesson.from, |to| to.from),
                    lesson.minutes,
                    "101教室",
                )
            })
            .collect();
        city.lessons(two, &plan).await.unwrap();
        assert!(clashes(&city, two).await.clashes.is_empty());
        // People who sit in both are told by name.
        city.enrol(one, &[1, 2]).await;
        city.enrol(two, &[2, 3]).await;
        city.lessons(
            two,
            &[
                (at(6, 3, 9, 30), 60, "102教室"),
                (at(6, 4, 9, 0), 90, "102教室"),
            ],
        )
        .await
        .unwrap();
        let told = clashes(&city, two).await;
        let sitting = told
            .clashes
            .iter()
            .find(|one| one.what == "trainees")
            .unwrap();
        assert!(
            sitting.text.starts_with("1名学员（队员2）"),
            "{}",
            sitting.text
        );
    }
);

both_engines!(
    a_class_moved_to_an_earlier_day_is_judged_by_that_day,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let moved = async |to: Date| {
            let plan: Vec<_> = [9, 13]
                .into_iter()
                .map(|hour| (Timestamp::at(to, hour, 0), 90, "101教室"))
                .collect();
            city.lessons(id, &plan).await.unwrap();
            let seen = city.view("office", id).await;
            let (ctx, scope) = city.with("office", Permission::ClassRead).await;
            let filter = Filter {
                year: 2024,
                ..Filter::default()
            };
            let rows = list(&ctx, &scope, filter).await.unwrap();
            let row = rows.into_iter().find(|row| row.id == id).unwrap();
            let last = seen.filings.last().unwrap().late;
            (last, seen.filing_verdict.unwrap(), row.filed_late)
        };
        assert!(city.view("office", id).await.filing_verdict.is_none());
        city.at(at(5, 6, 9, 0));
        city.file(id).await;
        let first = city.view("office", id).await.filing_verdict.unwrap();
        assert_eq!((first.late, first.due_on), (false, day(5, 23)));
        // Earlier, still seven working days ahead.
        let (last, verdict, late) = moved(day(5, 27)).await;
        assert_eq!((last, verdict.late, late), (Some(false), false, false));
        assert_eq!(verdict.first_on, day(5, 27));
        // Earlier than that can be.
        let (last, verdict, late) = moved(day(5, 10)).await;
        assert_eq!((last, verdict.late, late), (Some(true), true, true));
        assert!(
            ["5月27日", "5月10日", "变更迟于期限，记为迟报"]
                .iter()
                .all(|part| verdict.text.contains(part)),
            "{}",
            verdict.text
        );
        // Later again: nothing new is judged, and both days are told.
        let (last, verdict, late) = moved(day(6, 20)).await;
        assert_eq!((last, verdict.late, late), (None, true, true));
        assert!(
            verdict.text.contains("5月10日") && verdict.text.contains("6月20日"),
            "{}",
            verdict.text
        );
    }
);

both_engines!(
    a_lesson_does_not_run_over_midnight,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let over = city.lessons(id, &[(at(6, 3, 23, 0), 240, "")]).await;
        let refused = over.unwrap_err();
        assert_eq!(refused.code(), "invalid.field");
        assert!(format!("{refused:?}").contains("跨过零点"), "{refused:?}");
        city.lessons(id, &[(at(6, 3, 22, 0), 120, "")])
            .await
            .unwrap();
    }
);

both_engines!(
    a_filing_is_on_time_seven_working_days_before_and_late_after_and_never_a_gate,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let late = city.class("closed", "区局集中培训", "102教室").await;
        let by = city.view("office", id).await.file_by.unwrap();
        // 3 June back over two weekends: the seventh working day is 23 May.
        assert_eq!(by.due.due_on, day(5, 23));
        assert!(by.strip.iter().any(|day| !day.counted));
        city.at(at(5, 23, 23, 59));
        city.file(id).await;
        city.at(at(5, 24, 0, 0));
        city.file(late).await;
        let seen = city.view("city", id).await;
        assert_eq!(
            (seen.phase.as_str(), seen.filings[0].late),
            ("filed", Some(false))
        );
        assert_eq!(seen.filings[0].to_unit_name, "市局教育培训处");
        assert_eq!(city.view("city", late).await.filings[0].late, Some(true));
        assert_eq!(city.count("training_session").await, 2, "B-11's base");
        let again = filing::file(&city.ctx("office").await, id, seen.version).await;
        assert_eq!(code(again), "class.filed");
        // The upper level returns it; the class goes on.
        let (ctx, scope) = city.with("city", Permission::ClassReview).await;
        let open = filing::open_filings(&ctx, &scope).await.unwrap();
        assert_eq!(open.len(), 2);
        let row = seen.filings[0].id;
        let silent = filing::answer(&ctx, &scope, id, row, "returned", " ").await;
        assert_eq!(code(silent), "invalid.field");
        filing::answer(&ctx, &scope, id, row, "returned", "请补充必修课")
            .await
            .unwrap();
        let twice = filing::answer(&ctx, &scope, id, row, "noted", "").await;
        assert_eq!(code(twice), "class.filing_answered");
        city.at(at(6, 3, 10, 0));
        assert_eq!(city.view("office", id).await.phase, "running");
    }
);

both_engines!(
    a_class_moved_or_cancelled_after_filing_is_told_upwards_and_to_calendars,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1, 2]).await;
        let person = PersonId::from(1);
        let calendar = async || {
            let mut tx = city.state.db.read().await.unwrap();
            calendar_of(&mut tx, person, 2024).await.unwrap()
        };
        let before = calendar().await;
        assert_eq!((before.len(), before[0].cancelled), (2, false));
        city.lessons(id, &[(at(6, 10, 9, 0), 90, "101教室")])
            .await
            .unwrap();
        let after = calendar().await;
        let moved = after.iter().find(|row| row.uid == before[0].uid).unwrap();
        assert_eq!((moved.from, moved.cancelled), (at(6, 10, 9, 0), false));
        assert!(moved.sequence > before[0].sequence);
        let gone = after.iter().find(|row| row.uid == before[1].uid).unwrap();
        assert!(
            gone.cancelled,
            "a lesson taken out is cancelled in calendars"
        );
        let seen = city.view("office", id).await;
        let whats: Vec<&str> = seen.filings.iter().map(|row| row.what.as_str()).collect();
        assert_eq!(whats, ["filed", "changed"]);
        assert_ne!(seen.filings[0].digest, seen.filings[1].digest);
        let mut tx = city.state.db.read().await.unwrap();
        let row = tx
            .one(sql("select starts_on from training_session"))
            .await
            .unwrap();
        assert_eq!(row.get::<String>("starts_on").unwrap(), "2024-06-10");
        drop(tx);
        let none = city.lessons(id, &[]).await;
        assert_eq!(code(none), "class.no_lessons");
        let ctx = city.ctx("office").await;
        assert_eq!(
            code(filing::cancel(&ctx, id, seen.version, "").await),
            "invalid.field"
        );
        filing::cancel(&ctx, id, seen.version, "场地停用")
            .await
            .unwrap();
        let over = city.view("office", id).await;
        assert_eq!(
            (over.phase.as_str(), over.filings.len(), over.may.len()),
            ("cancelled", 3, 0)
        );
        assert!(calendar().await.iter().all(|row| row.cancelled));
        assert_eq!(city.count("training_session").await, 0);
        assert_eq!(code(city.lessons(id, &[]).await), "class.cancelled");
    }
);

both_engines!(
    a_fitness_test_needs_a_reason_and_a_section_runs_its_own_special_trainings_only,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("fitness", "体能测试", "体育场").await;
        let seen = city.view("office", id).await;
        let ctx = city.ctx("office").await;
        assert_eq!(
            code(filing::file(&ctx, id, seen.version).await),
            "invalid.field"
        );
        let mut with = fields("体能测试");
        with.reason = "集训期间场地不足".to_owned();
        change(&ctx, id, seen.version, with).await.unwrap();
        city.file(id).await;

        let section = city.ctx("section").await;
        let origin = |kind: &str| Origin {
            unit: UnitId::from(DISTRICT),
            year: 2024,
            kind: kind.to_owned(),
            programme: None,
        };
        let mut own = fields("党务工作培训");
        own.section = "政工科".to_owned();
        let made = create(&section, origin("special"), own.clone())
            .await
            .unwrap();
        assert_eq!(
            code(create(&section, origin("closed"), own.clone()).await),
            "not_found"
        );
        let mut foreign = own.clone();
        foreign.section = "案件审理科".to_owned();
        assert_eq!(
            code(create(&section, origin("special"), foreign.clone()).await),
            "not_found"
        );
        assert_eq!(
            code(change(&section, made, 1, foreign).await),
            "invalid.field"
        );
        assert_eq!(code(change(&section, id, 4, own).await), "not_found");
        for who in ["city", "other"] {
            let ctx = city.ctx(who).await;
            assert_eq!(
                code(change(&ctx, made, 1, fields("甲")).await),
                "not_found",
                "{who}"
            );
        }
    }
);

both_engines!(
    the_first_page_tells_each_role_what_to_do,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let lines = async |who: &str| {
            let ctx = city.ctx(who).await;
            let mut tx = city.state.db.read().await.unwrap();
            let found = todo(&mut tx, &ctx).await.unwrap();
            found
                .into_iter()
                .map(|item| (item.kind, item.detail))
                .collect::<Vec<_>>()
        };
        let id = city.class("closed", "区局集中培训", "101教室").await;
        city.at(at(5, 20, 9, 0));
        let kinds =
            |found: &[(&'static str, String)]| found.iter().map(|item| item.0).collect::<Vec<_>>();
        assert_eq!(kinds(&lines("office").await), ["class.file"]);
        city.at(at(5, 24, 9, 0));
        assert!(lines("office").await[0].1.contains("迟报"));
        city.file(id).await;
        city.enrol(id, &[1, 2]).await;
        assert_eq!(kinds(&lines("city").await), ["class.filings"]);
        let squad = lines("reporter").await;
        assert!(
            squad
                .iter()
                .any(|(kind, text)| *kind == "class.missing"
                    && text == "东一中队有10人还没有入期次。")
        );
        assert!(
            kinds(&squad).contains(&"class.own"),
            "the reporter is a trainee himself"
        );
        assert_eq!(kinds(&lines("p2").await), ["class.news", "class.own"]);
        city.at(at(6, 4, 9, 0));
        assert_eq!(kinds(&lines("office").await), ["class.close"]);
        let mut tx = city.state.db.read().await.unwrap();
        assert_eq!(verify(&mut tx).await.unwrap(), Vec::<String>::new());
    }
);

both_engines!(
    the_list_tells_what_is_due_next_to_whoever_runs_the_class_and_to_nobody_else,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.class("closed", "区局集中培训", "101教室").await;
        let free = city.class("joint", "联合培训", "102教室").await;
        let dues = |rows: Vec<ClassRowOut>| -> BTreeMap<i64, Option<Date>> {
            rows.into_iter()
                .map(|row| (row.id, row.due.map(|due| due.due_on)))
                .collect()
        };
        let filter = || Filter {
            year: 2024,
            ..Filter::default()
        };
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let own = dues(list(&ctx, &scope, filter()).await.unwrap());
        let by = city.view("office", id).await.file_by.unwrap().due.due_on;
        assert_eq!(own, BTreeMap::from([(id, Some(by)), (free, None)]));
        let (ctx, scope) = city.with("reporter", Permission::ClassRead).await;
        let read = dues(list(&ctx, &scope, filter()).await.unwrap());
        assert!(read.values().all(Option::is_none), "{read:?}");
    }
);
