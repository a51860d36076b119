//! The month's lock: by the clock, by the sweep, by two sweeps.

use chengzhi_authz::Permission;
use chengzhi_jobs::JobRunner;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{
    City, EMPTY_SQUAD, OTHER_SQUAD, SQUAD, SQUAD_TWO, code, day, month, picture, session, slot,
};
use crate::facade::{LOCK_JOB, Swept, lock_due, lock_handler, verify};
use crate::store::BOOK;
use crate::usecase::lock::sweep_month;
use crate::usecase::policy::YearRules;
use crate::usecase::submit;

both_engines!(the_lock_holds_by_the_clock_alone, |t: TestDb| async move {
    let city = City::new(t).await;
    city.draft("reporter", SQUAD, 11).await;
    city.handed_in("reporter_two", SQUAD_TWO, 11).await;
    let lock = Timestamp::end_of_day(day(11, 30));
    city.at(lock.plus_micros(-1));
    assert_eq!(city.view("reporter", SQUAD, 11).await.state, "draft");
    city.at(lock);
    assert_eq!(
        city.view("reporter", SQUAD, 11).await.state,
        "locked_missed"
    );
    for late in [
        city.submit("reporter", SQUAD, 11).await,
        city.save("reporter", SQUAD, session(day(11, 6)), vec![])
            .await,
        city.photo("reporter", SQUAD, 11, picture(5)).await,
        city.confirm("reviewer", SQUAD, 11).await,
    ] {
        assert_eq!(code(late), Err("study.locked".to_owned()));
    }
    let pending = city.view("reviewer", SQUAD_TWO, 11).await;
    assert_eq!(pending.state, "locked_pending");
    assert!(
        pending
            .history
            .iter()
            .any(|line| line.event == "lock" && line.at == lock)
    );
    assert_eq!(
        code(city.send_back("reviewer", SQUAD_TWO, 11).await),
        Err("study.locked".to_owned())
    );
    city.confirm("reviewer", SQUAD_TWO, 11).await.unwrap();
    let done = city.view("reporter_two", SQUAD_TWO, 11).await;
    assert_eq!(
        (done.state.as_str(), done.on_time, done.reviewed_late),
        ("confirmed", Some(true), Some(true))
    );
    assert_eq!(
        city.months(4).await,
        [11],
        "the unit keeps what it did in time"
    );
});

both_engines!(
    the_last_instant_before_the_lock_still_counts,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.draft("reporter", SQUAD, 11).await;
        city.at(Timestamp::end_of_day(day(11, 30)).plus_micros(-1));
        city.submit("reporter", SQUAD, 11).await.unwrap();
        assert_eq!(city.view("reporter", SQUAD, 11).await.on_time, Some(false));
    }
);

both_engines!(
    a_locked_record_may_be_refused_for_good,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.handed_in("reporter", SQUAD, 11).await;
        city.at(Timestamp::at(day(12, 2), 9, 0));
        city.reject("reviewer", SQUAD, 11).await.unwrap();
        let refused = city.view("reporter", SQUAD, 11).await;
        assert_eq!(refused.state, "rejected_final");
        assert_eq!(city.months(1).await, Vec::<u32>::new());
        assert_eq!(
            code(city.confirm("reviewer", SQUAD, 11).await),
            Err("study.rejected".to_owned())
        );
    }
);

both_engines!(a_sweep_writes_every_slot_once, |t: TestDb| async move {
    let city = City::new(t).await;
    city.draft("reporter", SQUAD, 11).await;
    city.handed_in("reporter_two", SQUAD_TWO, 11).await;
    assert_eq!(
        lock_due(&city.state).await.unwrap(),
        Swept::default(),
        "nothing is over yet"
    );
    city.at(Timestamp::at(day(12, 1), 0, 5));
    // Killed before its commit: nothing is left.
    {
        let mut tx = city.state.db.write().await.unwrap();
        let year = YearRules::load(&mut tx, &city.state, 2024).await.unwrap();
        let rules = year.month(month(11)).unwrap();
        let now = city.test.clock.clone();
        let swept = sweep_month(&mut tx, &rules, chengzhi_kernel::Clock::now(&now))
            .await
            .unwrap();
        assert!(swept.is_some());
    }
    assert_eq!(city.count("study_month_lock").await, 0);
    assert_eq!(city.count("study_event where event = 'lock'").await, 0);

    let (a, b) = tokio::join!(lock_due(&city.state), lock_due(&city.state));
    let months = a.unwrap().months + b.unwrap().months;
    assert_eq!(months, 1, "of two sweeps one does it");
    assert_eq!(lock_due(&city.state).await.unwrap(), Swept::default());
    assert_eq!(city.count("study_month_lock").await, 1);
    assert_eq!(city.count("audit_log where action = 'study.lock'").await, 1);
    assert_eq!(
        city.view("reporter", SQUAD, 11).await.state,
        "locked_missed"
    );
    assert_eq!(
        city.view("reporter_two", SQUAD_TWO, 11).await.state,
        "locked_pending"
    );
    assert_eq!(
        city.view("city", OTHER_SQUAD, 11).await.state,
        "locked_missed"
    );
    assert_eq!(city.view("city", EMPTY_SQUAD, 11).await.state, "exempt");
    let mut tx = city.state.db.read().await.unwrap();
    assert_eq!(verify(&mut tx).await.unwrap(), Vec::<String>::new());
    drop(tx);
    city.confirm("reviewer", SQUAD_TWO, 11).await.unwrap();
});

both_engines!(
    the_recurring_job_sweeps_and_months_before_the_start_are_not_owed,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let runner = || {
            JobRunner::new(city.state.db.clone()).every(
                60,
                LOCK_JOB,
                lock_handler(city.state.clone()),
            )
        };
        runner().tick().await.unwrap();
        assert_eq!(runner().run_due().await.unwrap(), 1);
        let mut tx = city.state.db.read().await.unwrap();
        assert_eq!(BOOK.start_month(&mut tx).await.unwrap(), Some(month(11)));
        drop(tx);
        assert_eq!(
            city.view("city", SQUAD, 9).await.state,
            "exempt",
            "before the system was in use"
        );
        city.at(Timestamp::at(day(12, 1), 8, 0));
        runner().tick().await.unwrap();
        runner().run_due().await.unwrap();
        assert_eq!(city.count("study_month_lock").await, 1);
        assert_eq!(
            city.count("study_record where state = 'locked_missed'")
                .await,
            6,
            "every unit that reports and has people"
        );
    }
);

both_engines!(
    a_month_that_has_not_begun_takes_nothing,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let early = city
            .save("reporter", SQUAD, session(day(12, 2)), vec![])
            .await;
        assert_eq!(code(early), Err("study.not_open".to_owned()));
        let (ctx, scope) = city.with("reporter", Permission::StudyReport).await;
        let (unit, month) = slot(EMPTY_SQUAD, 11);
        let outside = submit::submit(&ctx, &scope, unit, month, 0).await;
        assert_eq!(code(outside), Err("not_found".to_owned()));
    }
);
