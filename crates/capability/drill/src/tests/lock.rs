//! The month's lock: by the clock, by the sweep, by two sweeps.

use chengzhi_authz::Permission;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{CREW, City, EMPTY_SQUAD, SQUAD, SQUAD_TWO, code, day, first, month, second};
use crate::facade::{Swept, lock_due, verify};
use crate::store::BOOK;
use crate::usecase::lock::sweep_month;
use crate::usecase::policy::YearRules;

fn lock() -> Timestamp {
    Timestamp::end_of_day(day(11, 30))
}

both_engines!(the_lock_holds_by_the_clock_alone, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at(Timestamp::at(day(11, 14), 20, 0));
    let open = first(SQUAD, 11);
    let waiting = first(SQUAD_TWO, 11);
    city.draft("reporter", open, day(11, 5), CREW).await;
    city.handed_in("reporter_two", waiting, day(11, 5), &[21])
        .await;
    city.at(lock().plus_micros(-1));
    assert_eq!(city.view("reporter", open).await.state, "draft");
    city.at(lock());
    assert_eq!(city.view("reporter", open).await.state, "locked_missed");
    assert_eq!(
        city.view("reporter", second(SQUAD, 11)).await.state,
        "locked_missed"
    );
    for late in [
        city.submit("reporter", open).await,
        city.save("reporter", open, vec![]).await,
        city.attach("reporter", open, 1, "late").await,
        city.confirm("reviewer", open).await,
    ] {
        assert_eq!(code(late), Err("drill.locked".to_owned()));
    }
    let pending = city.view("reviewer", waiting).await;
    assert_eq!(pending.state, "locked_pending");
    assert_eq!(pending.on_time, Some(true));
    assert_eq!(
        code(city.send_back("reviewer", waiting).await),
        Err("drill.locked".to_owned())
    );
    city.confirm("reviewer", waiting).await.unwrap();
    let done = city.view("reviewer", waiting).await;
    assert_eq!(
        (done.state.as_str(), done.reviewed_late),
        ("confirmed", Some(true))
    );
});

both_engines!(
    the_last_instant_before_the_lock_still_counts,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let key = second(SQUAD, 11);
        city.at(Timestamp::at(day(11, 30), 20, 0));
        city.draft("reporter", key, day(11, 30), CREW).await;
        city.at(lock().plus_micros(-1));
        city.submit("reporter", key).await.unwrap();
        let seen = city.view("reporter", key).await;
        assert_eq!(
            seen.on_time,
            Some(true),
            "the second half is due when the month ends"
        );
        city.at(lock());
        assert_eq!(city.view("reporter", key).await.state, "locked_pending");
        city.reject("reviewer", key).await.unwrap();
        assert_eq!(city.view("reporter", key).await.state, "rejected_final");
    }
);

both_engines!(
    the_sweep_writes_down_both_halves_once,
    |t: TestDb| async move {
        let city = City::new(t).await;
        city.at(Timestamp::at(day(11, 5), 20, 0));
        city.handed_in("reporter", first(SQUAD, 11), day(11, 5), CREW)
            .await;
        city.confirm("reviewer", first(SQUAD, 11)).await.unwrap();
        city.at(lock());
        let swept = lock_due(&city.state).await.unwrap();
        // Four manned squads with two halves each, of which one is confirmed; one empty squad.
        assert_eq!(
            swept,
            Swept {
                months: 1,
                missed: 7,
                pending: 0,
                exempt: 2
            }
        );
        assert_eq!(lock_due(&city.state).await.unwrap(), Swept::default());
        assert_eq!(city.count("drill_event where event = 'lock'").await, 9);
        assert_eq!(
            city.view("city", second(EMPTY_SQUAD, 11)).await.state,
            "exempt"
        );
        assert_eq!(city.view("city", first(SQUAD, 11)).await.state, "confirmed");
        let mut tx = city.state.db.write().await.unwrap();
        let rules = YearRules::load(&mut tx, &city.state, 2024)
            .await
            .unwrap()
            .month(month(11))
            .unwrap();
        let again = sweep_month(&mut tx, &rules, lock()).await.unwrap();
        assert_eq!(again, None);
        assert_eq!(verify(&mut tx).await.unwrap(), Vec::<String>::new());
        assert_eq!(BOOK.swept_months(&mut tx).await.unwrap(), [month(11)]);
    }
);

both_engines!(
    months_before_the_system_was_used_are_owed_by_nobody,
    |t: TestDb| async move {
        let city = City::new(t).await;
        assert_eq!(lock_due(&city.state).await.unwrap(), Swept::default());
        assert_eq!(city.view("city", first(SQUAD, 3)).await.state, "exempt");
        let (ctx, scope) = city.with("city", Permission::DrillRead).await;
        let stats = crate::usecase::stats::statistics(&ctx, &scope, 2024, None)
            .await
            .unwrap();
        // Both halves of November have begun on the 18th: four manned squads.
        assert_eq!(stats.totals.due, 8);
    }
);
