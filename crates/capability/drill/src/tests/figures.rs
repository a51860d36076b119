//! Grid, lists, figures, month lists, workbook, to-dos.

use chengzhi_authz::Permission;
use chengzhi_http::Paging;
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{
    CREW, City, DISTRICT, OTHER_SQUAD, SQUAD, SQUAD_TWO, code, day, first, month, second,
};
use crate::facade::{Block, todo};
use crate::usecase::export::export;
use crate::usecase::grid::{DrillLevel, grid};
use crate::usecase::list::{Filter, list};
use crate::usecase::month_list::month_list;
use crate::usecase::stats::statistics;

/// November: the squad confirmed both halves, the second squad handed in late and waits.
async fn november(city: &City) {
    city.at(Timestamp::at(day(11, 14), 20, 0));
    city.handed_in("reporter", first(SQUAD, 11), day(11, 5), CREW)
        .await;
    city.at(Timestamp::at(day(11, 16), 9, 0));
    city.confirm("reviewer", first(SQUAD, 11)).await.unwrap();
    city.handed_in("reporter_two", first(SQUAD_TWO, 11), day(11, 5), &[21])
        .await;
    city.at(Timestamp::at(day(11, 20), 20, 0));
    city.handed_in("reporter", second(SQUAD, 11), day(11, 20), CREW)
        .await;
    city.confirm("reviewer", second(SQUAD, 11)).await.unwrap();
}

both_engines!(the_grid_shows_every_half_by_state, |t: TestDb| async move {
    let city = City::new(t).await;
    november(&city).await;
    let (ctx, scope) = city.with("reviewer", Permission::DrillRead).await;
    let found = grid(&ctx, &scope, 2024, Some(month(11)), None, DrillLevel::Unit)
        .await
        .unwrap();
    let letters = |unit: i64| -> String {
        let row = found.units.iter().find(|row| row.unit_id == unit).unwrap();
        row.cells.iter().map(|cell| cell.letter.as_str()).collect()
    };
    assert_eq!(letters(SQUAD), "通通");
    assert_eq!(letters(SQUAD_TWO), "迟未");
    assert!(found.units.iter().all(|row| row.unit_id != OTHER_SQUAD));
    let cell = &found.units[0].cells[0];
    assert_eq!((cell.reviewed_late, cell.due), (Some(true), day(11, 15)));
    let by_district = grid(
        &ctx,
        &scope,
        2024,
        Some(month(11)),
        None,
        DrillLevel::District,
    )
    .await
    .unwrap();
    assert_eq!(by_district.units.len(), 1);
    assert_eq!(by_district.units[0].cells[0].letter, "1");
    let year = grid(&ctx, &scope, 2024, None, None, DrillLevel::Unit)
        .await
        .unwrap();
    let row = year.units.iter().find(|row| row.unit_id == SQUAD).unwrap();
    assert_eq!(row.cells.len(), 4, "November and December");
    let foreign = grid(
        &ctx,
        &scope,
        2024,
        None,
        Some(OTHER_SQUAD),
        DrillLevel::Unit,
    )
    .await;
    assert_eq!(code(foreign.map(|_| ())), Err("not_found".to_owned()));
});

both_engines!(both_sides_have_their_figures, |t: TestDb| async move {
    let city = City::new(t).await;
    november(&city).await;
    let (ctx, scope) = city.with("reviewer", Permission::DrillRead).await;
    let stats = statistics(&ctx, &scope, 2024, None).await.unwrap();
    let totals = stats.totals;
    assert_eq!(
        (totals.due, totals.submitted, totals.on_time, totals.late),
        (4, 3, 2, 1)
    );
    assert_eq!(
        (totals.confirmed, totals.pending, totals.review_late),
        (2, 1, 1)
    );
    assert_eq!(stats.reviewer[0].unit_id, DISTRICT);
    assert_eq!((stats.reviewer[0].reviewed, stats.reviewer[0].late), (2, 1));
    let halves: Vec<(u32, u32)> = stats
        .by_half
        .iter()
        .map(|row| (row.half.number(), row.figures.submitted))
        .collect();
    assert_eq!(halves, [(1, 2), (2, 1), (1, 0), (2, 0)]);
    let book = export(&ctx, &scope, 2024, None).await.unwrap();
    assert!(book.starts_with(b"PK"));
});

both_engines!(lists_filter_by_half_and_state, |t: TestDb| async move {
    let city = City::new(t).await;
    november(&city).await;
    let (ctx, scope) = city.with("reviewer", Permission::DrillRead).await;
    let paging = Paging {
        page: None,
        size: None,
    };
    let rows = |filter: Filter| list(&ctx, &scope, filter_of(filter), paging);
    fn filter_of(filter: Filter) -> &'static Filter {
        Box::leak(Box::new(filter))
    }
    let base = Filter {
        month: Some(month(11)),
        ..Filter::default()
    };
    assert_eq!(
        rows(base.clone()).await.unwrap().total,
        6,
        "with the empty squad"
    );
    let late = rows(Filter {
        state: Some("late".to_owned()),
        ..base.clone()
    })
    .await
    .unwrap();
    assert_eq!((late.total, late.rows[0].unit_id), (1, SQUAD_TWO));
    let half = Filter {
        half: Some(crate::domain::half::Half::Second),
        state: Some("confirmed".to_owned()),
        ..base
    };
    let found = rows(half).await.unwrap();
    assert_eq!(found.total, 1);
    let row = &found.rows[0];
    assert_eq!((row.sessions, row.attended, row.base), (1, 9, 9));
});

both_engines!(
    the_month_of_all_squads_tells_results,
    |t: TestDb| async move {
        let city = City::new(t).await;
        november(&city).await;
        let (ctx, scope) = city.with("city", Permission::DrillRead).await;
        let found = month_list(&ctx, &scope, month(11), None).await.unwrap();
        assert_eq!((found.owed, found.ok), (4, 1));
        let squad = found.rows.iter().find(|row| row.unit_id == SQUAD).unwrap();
        assert!(squad.result.ok && squad.settled);
        let other = found
            .rows
            .iter()
            .find(|row| row.unit_id == SQUAD_TWO)
            .unwrap();
        assert_eq!(
            other.result.breaches,
            [
                "上半月没有完成训练。",
                "上半月迟报。",
                "下半月没有完成训练。"
            ]
        );
        let below = month_list(&ctx, &scope, month(11), Some(DISTRICT))
            .await
            .unwrap();
        assert_eq!(below.owed, 2);
    }
);

both_engines!(each_role_is_told_what_to_do, |t: TestDb| async move {
    let city = City::new(t).await;
    november(&city).await;
    let lines = async |who: &str| -> Vec<(Block, &'static str, String)> {
        let ctx = city.ctx(who).await;
        let mut tx = city.state.db.read().await.unwrap();
        todo(&mut tx, &ctx)
            .await
            .unwrap()
            .into_iter()
            .map(|item| (item.block, item.kind, item.detail))
            .collect()
    };
    assert!(lines("reporter").await.is_empty(), "the month is done");
    let second_squad = lines("reporter_two").await;
    let kinds: Vec<&str> = second_squad.iter().map(|line| line.1).collect();
    assert_eq!(kinds, ["drill.session", "drill.submitted"]);
    assert_eq!(
        second_squad[0].2,
        "东二中队：11月30日（周六）前下半月还差1次训练。"
    );
    let reviewer = lines("reviewer").await;
    let kinds: Vec<&str> = reviewer.iter().map(|line| line.1).collect();
    assert_eq!(
        kinds,
        [
            "drill.review",
            "drill.contest",
            "drill.instructor",
            "drill.lagging"
        ]
    );
    assert_eq!(reviewer[0].2, "1份待审。");
    assert_eq!(reviewer[2].2, "东区局还没有登记队列教官。");
    assert_eq!(reviewer[3].2, "东二中队。");
    assert!(lines("officer").await.is_empty());
    assert!(lines("head").await.is_empty());
});

both_engines!(an_officer_reads_his_own_drill, |t: TestDb| async move {
    let city = City::new(t).await;
    november(&city).await;
    city.draft("reporter_two", second(SQUAD_TWO, 11), day(11, 19), &[21])
        .await;
    let own = async |who: &str| crate::usecase::own::own(&city.ctx(who).await, 2024).await;
    let officer = own("officer").await.unwrap();
    assert_eq!((officer.attended, officer.sessions.len()), (2, 2));
    assert_eq!(officer.sessions[0].day, day(11, 20), "newest first");
    let drafted = own("reporter_two").await.unwrap();
    assert_eq!(drafted.sessions.len(), 1, "a draft is not told");
    let none = own("reviewer").await.unwrap();
    assert!(none.sessions.is_empty());
});
