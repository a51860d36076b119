//! The ledger, its imports and the assessments derived from it, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use chengzhi_assessment::facade::{self, StudyAward};
use chengzhi_assessment::usecase::assess::{PersonYear, YearRules, of_units};
use chengzhi_assessment::usecase::ledger_import::{self, ImportError, Importer};
use chengzhi_db::sql;
use chengzhi_kernel::{Clock as _, Date, Month, PersonId, Quantity, UnitId, dates};
use chengzhi_rules::assess::{Outcome, State};
use chengzhi_testkit::{TestDb, both_engines};

fn day(text: &str) -> Date {
    dates::parse_date(text).unwrap()
}

/// A city with one district of one squad: 甲 joined long ago, 乙 in July 2024, 丙 is not 在编.
async fn city(t: &TestDb) {
    let mut tx = t.db.write().await.unwrap();
    for (id, code, name, kind) in [
        (1, "SH", "市局", "city_bureau"),
        (2, "310113", "宝山区局", "district_bureau"),
        (3, "310113102Z", "大场镇中队", "squad"),
    ] {
        tx.run(
            sql("insert into unit (id, code, name, kind, opened_on) values ($1, $2, $3, $4, '2010-01-01')")
                .bind(i64::from(id))
                .bind(code)
                .bind(name)
                .bind(kind),
        )
        .await
        .unwrap();
    }
    for (child, parent) in [(2_i64, 1_i64), (3, 2)] {
        tx.run(
            sql("insert into unit_edge (unit_id, line, parent_id, from_on) values ($1, 'professional', $2, '2010-01-01')")
                .bind(child)
                .bind(parent),
        )
        .await
        .unwrap();
    }
    for (id, number, name, established, joined) in [
        (1, "A1", "甲", true, "2015-07-01"),
        (2, "A2", "乙", true, "2024-07-10"),
        (3, "A3", "丙", false, "2016-03-01"),
    ] {
        tx.run(
            sql("insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
                 values ($1, $2, $3, $4, 'enforcement_civil_servant', $5, 0, 0)")
            .bind(i64::from(id))
            .bind(number)
            .bind(name)
            .bind(established)
            .bind(joined),
        )
        .await
        .unwrap();
        tx.run(
            sql("insert into membership (person_id, unit_id, from_on) values ($1, 3, $2)")
                .bind(i64::from(id))
                .bind(joined),
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

fn importer(t: &TestDb) -> Importer {
    Importer {
        account: None,
        name: "命令行：测试".to_owned(),
        units: BTreeSet::from([1, 2, 3]),
        now: t.clock.now(),
    }
}

async fn year_of(t: &TestDb, year: i32) -> Vec<PersonYear> {
    let mut tx = t.db.read().await.unwrap();
    let rules = YearRules::load(&mut tx, "shanghai", year).await.unwrap();
    let mut people = of_units(
        &mut tx,
        &rules,
        &BTreeSet::from([1, 2, 3]),
        t.clock.now().date(),
        None,
    )
    .await
    .unwrap();
    people.sort_by(|a, b| a.person.staff_no.cmp(&b.person.staff_no));
    people
}

const HEAD: &str = "工号,日期,类别,学时,学分,所属月份,编号\n";

async fn plan(t: &TestDb, rows: &str) -> Result<i64, ImportError> {
    ledger_import::dry_run(
        &t.db,
        &importer(t),
        "学时.csv",
        format!("{HEAD}{rows}").as_bytes(),
    )
    .await
}

async fn import(t: &TestDb, rows: &str) -> u64 {
    let id = plan(t, rows).await.unwrap();
    ledger_import::commit(&t.db, &importer(t), id, false)
        .await
        .unwrap()
}

both_engines!(
    an_import_posts_hours_and_the_year_follows,
    |t: TestDb| async move {
        city(&t).await;
        assert_eq!(
            year_of(&t, 2024).await[0].assessment.online.earned_hours,
            Quantity::ZERO
        );
        let stored = import(&t, "A1,2024-03-05,市局网训,23.5,12,,N1\nA1,2024-06-03,区局集训,24,12,,N2\nA1,2024-05-08,科队学习,1,,2024-05,N3\n").await;
        assert_eq!(stored, 3);
        let people = year_of(&t, 2024).await;
        let a = &people[0].assessment;
        assert_eq!((a.state, a.result), (State::Full, Some(Outcome::NotMet)));
        assert_eq!(a.online.earned_hours, Quantity::from_thousandths(23_500));
        assert!(a.district.met && !a.online.met);
        assert_eq!(a.squad.fulfilled.iter().collect::<Vec<_>>(), [5]);
        assert_eq!(
            people[1].assessment.state,
            State::Partial,
            "joined in the year"
        );
        assert!(!people[1].assessment.district.due);
        assert_eq!(people[2].assessment.state, State::NotAssessed, "not 在编");
    }
);

both_engines!(
    the_same_number_is_posted_once_and_other_content_under_it_is_refused,
    |t: TestDb| async move {
        city(&t).await;
        let row = "A1,2024-03-05,市局网训,2,2,,N1\n";
        assert_eq!(
            import(&t, &format!("{row}{row}")).await,
            1,
            "twice in one sheet"
        );
        let again = plan(&t, row).await.unwrap();
        let refused = ledger_import::commit(&t.db, &importer(&t), again, false).await;
        assert!(
            matches!(refused, Err(ImportError::NothingNew)),
            "known already: {refused:?}"
        );
        let other = plan(&t, "A1,2024-03-05,市局网训,3,2,,N1\n").await.unwrap();
        let refused = ledger_import::commit(&t.db, &importer(&t), other, false).await;
        assert!(matches!(refused, Err(ImportError::HasBroken(1))));
        let nothing = ledger_import::commit(&t.db, &importer(&t), other, true).await;
        assert!(matches!(nothing, Err(ImportError::NothingNew)));
    }
);

both_engines!(
    two_plans_of_the_same_rows_count_them_once,
    |t: TestDb| async move {
        city(&t).await;
        let first = plan(&t, "A1,2024-03-05,市局网训,2,2,,N1\n").await.unwrap();
        let second = plan(&t, "A1,2024-03-05,市局网训,2,2,,N1\n").await.unwrap();
        assert_eq!(
            ledger_import::commit(&t.db, &importer(&t), first, false)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            ledger_import::commit(&t.db, &importer(&t), second, false)
                .await
                .unwrap(),
            0
        );
        let again = ledger_import::commit(&t.db, &importer(&t), first, false).await;
        assert!(
            matches!(again, Err(ImportError::WrongState("已导入"))),
            "committing twice"
        );
        assert_eq!(
            year_of(&t, 2024).await[0].assessment.online.earned_hours,
            Quantity::whole(2)
        );
    }
);

both_engines!(a_course_counts_once_a_year, |t: TestDb| async move {
    city(&t).await;
    let head = "工号,日期,类别,学时,学分,所属月份,编号,课程,课程类型\n";
    let rows = "A1,2024-03-05,市局网训,2,2,,,行政强制法程序,学分课程\nA1,2024-09-05,市局网训,2,2,,,行政强制法程序,学分课程\nA1,2023-09-05,市局网训,2,2,,,行政强制法程序,学分课程\n";
    let id = ledger_import::dry_run(
        &t.db,
        &importer(&t),
        "网训.csv",
        format!("{head}{rows}").as_bytes(),
    )
    .await
    .unwrap();
    assert_eq!(
        ledger_import::commit(&t.db, &importer(&t), id, false)
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        year_of(&t, 2024).await[0].assessment.online.earned_hours,
        Quantity::whole(2)
    );
});

both_engines!(
    undoing_an_import_restores_what_was_before,
    |t: TestDb| async move {
        city(&t).await;
        import(&t, "A1,2024-03-05,市局网训,2,2,,N1\n").await;
        let before = year_of(&t, 2024).await[0].assessment.clone();
        let id = plan(
            &t,
            "A1,2024-04-05,市局网训,4,4,,N2\nA1,2024-05-08,科队学习,1,,2024-05,N3\n",
        )
        .await
        .unwrap();
        ledger_import::commit(&t.db, &importer(&t), id, false)
            .await
            .unwrap();
        assert_ne!(year_of(&t, 2024).await[0].assessment, before);
        assert_eq!(
            ledger_import::reverse(&t.db, &importer(&t), id, "重复报送")
                .await
                .unwrap(),
            2
        );
        assert_eq!(year_of(&t, 2024).await[0].assessment, before);
        let twice = ledger_import::reverse(&t.db, &importer(&t), id, "重复报送").await;
        assert!(matches!(twice, Err(ImportError::WrongState("已冲回"))));
        assert_eq!(
            import(&t, "A1,2024-04-05,市局网训,4,4,,N2\n").await,
            1,
            "its numbers are free again"
        );
    }
);

both_engines!(
    an_import_for_others_is_not_there_for_a_narrower_scope,
    |t: TestDb| async move {
        city(&t).await;
        let id = plan(&t, "A1,2024-03-05,市局网训,2,2,,N1\n").await.unwrap();
        let stranger = Importer {
            name: "旁人".to_owned(),
            units: BTreeSet::from([9]),
            ..importer(&t)
        };
        let refused = ledger_import::commit(&t.db, &stranger, id, false).await;
        assert!(matches!(refused, Err(ImportError::NotFound)));
        let outside = ledger_import::dry_run(
            &t.db,
            &stranger,
            "x.csv",
            format!("{HEAD}A1,2024-03-05,市局网训,2,2,,N1\n").as_bytes(),
        )
        .await
        .unwrap();
        let refused = ledger_import::commit(&t.db, &stranger, outside, true).await;
        assert!(
            matches!(
                refused,
                Err(ImportError::NotFound | ImportError::NothingNew)
            ),
            "people outside are unknown"
        );
    }
);

both_engines!(
    confirmed_study_posts_once_and_a_correction_takes_it_back,
    |t: TestDb| async move {
        city(&t).await;
        let award = StudyAward {
            person: PersonId::from(1),
            for_month: Month::new(2024, 10).unwrap(),
            happened_on: day("2024-10-16"),
            source: "study:7".to_owned(),
        };
        for _ in 0..2 {
            let mut tx = t.db.write().await.unwrap();
            facade::post_study(&mut tx, None, t.clock.now(), std::slice::from_ref(&award))
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let months = |t: TestDb| async move {
            let mut tx = t.db.read().await.unwrap();
            let found = facade::months_fulfilled(&mut tx, &[PersonId::from(1)], 2024)
                .await
                .unwrap();
            drop(tx);
            (
                t,
                found.get(&PersonId::from(1)).cloned().unwrap_or_default(),
            )
        };
        let (t, found) = months(t).await;
        assert_eq!(found, BTreeSet::from([10]));
        let mut tx = t.db.write().await.unwrap();
        let undone = facade::reverse_study(
            &mut tx,
            None,
            t.clock.now(),
            PersonId::from(1),
            "study:7",
            "未到场",
        )
        .await
        .unwrap();
        let again = facade::reverse_study(
            &mut tx,
            None,
            t.clock.now(),
            PersonId::from(1),
            "study:7",
            "未到场",
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!((undone, again), (true, false));
        let (t, found) = months(t).await;
        assert!(found.is_empty());
        let mut tx = t.db.write().await.unwrap();
        t.clock.advance_seconds(1);
        facade::post_study(&mut tx, None, t.clock.now(), &[award])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let (_, found) = months(t).await;
        assert_eq!(
            found,
            BTreeSet::from([10]),
            "posting after a correction counts again"
        );
    }
);

both_engines!(
    a_year_without_its_own_pack_says_whose_rules_it_runs_on,
    |t: TestDb| async move {
        city(&t).await;
        let mut tx = t.db.read().await.unwrap();
        let rules = YearRules::load(&mut tx, "shanghai", 2026).await.unwrap();
        assert_eq!(
            rules.policy.carried_over_text().as_deref(),
            Some("沿用2024年规则")
        );
        assert!(YearRules::load(&mut tx, "shanghai", 2020).await.is_err());
    }
);

both_engines!(a_session_of_a_closed_year_stays, |t: TestDb| async move {
    use chengzhi_assessment::usecase::{drafts::close_year, training_sessions};
    city(&t).await;
    let mut tx = t.db.write().await.unwrap();
    let unit: UnitId = tx
        .one(sql("select id from unit order by id limit 1"))
        .await
        .unwrap()
        .get("id")
        .unwrap();
    for year in [2024, 2025] {
        let from = day(&format!("{year}-06-03"));
        facade::add_training_session(&mut tx, unit, (from, from), None, "区局", t.clock.now())
            .await
            .unwrap();
    }
    let rows = tx
        .all(sql("select id from training_session order by starts_on"))
        .await
        .unwrap();
    let ids: Vec<i64> = rows.iter().map(|row| row.get("id").unwrap()).collect();
    tx.commit().await.unwrap();
    t.clock
        .set(chengzhi_kernel::Timestamp::at(day("2025-01-20"), 9, 0));
    close_year(&t.db, "shanghai", 2024, "市局", t.clock.now())
        .await
        .unwrap();
    let mut tx = t.db.write().await.unwrap();
    let refused = training_sessions::remove(&mut tx, unit, ids[0]).await;
    assert_eq!(refused.unwrap_err().code(), "year.closed");
    training_sessions::remove(&mut tx, unit, ids[1])
        .await
        .unwrap();
    let again = training_sessions::remove(&mut tx, unit, ids[1]).await;
    assert_eq!(again.unwrap_err().status(), 404);
});

both_engines!(
    a_closed_year_keeps_its_rules_and_takes_no_more_entries,
    |t: TestDb| async move {
        use chengzhi_assessment::usecase::drafts::{DraftError, close_year};
        city(&t).await;
        let early = close_year(&t.db, "shanghai", 2024, "市局", t.clock.now()).await;
        assert!(
            matches!(early, Err(DraftError::YearRunning(2024))),
            "not before its end"
        );
        t.clock
            .set(chengzhi_kernel::Timestamp::at(day("2025-01-20"), 9, 0));
        let open = plan(&t, "A1,2024-03-05,市局网训,2,2,,N1\n").await.unwrap();
        assert!(
            close_year(&t.db, "shanghai", 2024, "市局", t.clock.now())
                .await
                .unwrap()
        );
        assert!(
            !close_year(&t.db, "shanghai", 2024, "市局", t.clock.now())
                .await
                .unwrap(),
            "once"
        );
        let late = ledger_import::commit(&t.db, &importer(&t), open, false).await;
        assert!(
            matches!(late, Err(ImportError::YearClosed(2024))),
            "planned before, committed after: {late:?}"
        );
        let broken = plan(&t, "A1,2024-03-06,市局网训,2,2,,N2\n").await.unwrap();
        let refused = ledger_import::commit(&t.db, &importer(&t), broken, false).await;
        assert!(matches!(refused, Err(ImportError::HasBroken(1))));
        let mut tx = t.db.read().await.unwrap();
        let rules = YearRules::load(&mut tx, "shanghai", 2024).await.unwrap();
        assert!(rules.closed);
        assert_eq!(rules.policy.pack.id(), "shanghai/2024");
    }
);
