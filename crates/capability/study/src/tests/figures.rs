//! Grid, lists, figures, sheet, export, to-dos, tasks, bulk.

use chengzhi_authz::Permission;
use chengzhi_http::{Paging, Upload};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{
    City, DISTRICT, OTHER_DISTRICT, SECTION, SPECIAL_SQUAD, SQUAD, SQUAD_TWO, day, month, picture,
    session,
};
use crate::facade::{
    Attendee, BulkDecision, BulkRecord, BulkRound, BulkTask, Content, Doer, Outcome, PhotoRef,
    bulk_records, bulk_tasks, lock_due, store_photo, todo, verify,
};
use crate::usecase::case;
use crate::usecase::grid::{Level, grid};
use crate::usecase::list::{Filter, list, queue};
use crate::usecase::policy::YearRules;
use crate::usecase::{export, sheet, stats, tasks};

const ALL: Paging = Paging {
    page: None,
    size: None,
};

/// October: the squad in time but returned and mended, the second squad late and confirmed, the
/// rest missed; November: the squad waits for review.
async fn autumn(t: TestDb) -> City {
    let city = City::new(t).await;
    city.at(Timestamp::at(day(10, 18), 9, 0));
    city.handed_in("reporter", SQUAD, 10).await;
    city.at(Timestamp::at(day(10, 22), 9, 0));
    city.send_back("reviewer", SQUAD, 10).await.unwrap();
    city.submit("reporter", SQUAD, 10).await.unwrap();
    city.confirm("reviewer", SQUAD, 10).await.unwrap();
    city.handed_in("reporter_two", SQUAD_TWO, 10).await;
    city.at(Timestamp::at(day(10, 28), 9, 0));
    city.confirm("reviewer", SQUAD_TWO, 10).await.unwrap();
    city.at(Timestamp::at(day(11, 1), 9, 0));
    lock_due(&city.state).await.unwrap();
    city.at(Timestamp::at(day(11, 18), 9, 0));
    city.handed_in("reporter", SQUAD, 11).await;
    city
}

both_engines!(the_grid_shows_each_slot, |t: TestDb| async move {
    let city = autumn(t).await;
    let (ctx, scope) = city.with("reviewer", Permission::StudyRead).await;
    let out = grid(&ctx, &scope, 2024, None, Level::Unit).await.unwrap();
    let shown: Vec<String> = out
        .units
        .iter()
        .map(|row| {
            format!(
                "{}{}",
                row.name,
                row.cells
                    .iter()
                    .map(|c| c.letter.as_str())
                    .collect::<String>()
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "东区政工科逾未未",
            "东一中队通审未",
            "东二中队通未未",
            "东空中队免免未"
        ]
    );
    assert_eq!(out.counts["confirmed"], 2);
    assert_eq!(out.units[1].cells[0].round, 2);
    assert_eq!(out.units[2].cells[0].on_time, Some(false));
    assert_eq!(out.units[0].district_name, "东区局");

    let (ctx, scope) = city.with("city", Permission::StudyRead).await;
    let districts = grid(&ctx, &scope, 2024, None, Level::District)
        .await
        .unwrap();
    let row = districts
        .units
        .iter()
        .find(|row| row.name == "东区局")
        .unwrap();
    assert_eq!(row.cells[0].state_name, "应报3，通过2，逾期1");
    assert_eq!(row.cells[0].state, "locked_missed");
    let (ctx, scope) = city.with("reporter", Permission::StudyRead).await;
    let own = grid(&ctx, &scope, 2024, None, Level::Unit).await.unwrap();
    assert_eq!(own.units.len(), 1);
    let outside = grid(&ctx, &scope, 2024, Some(OTHER_DISTRICT), Level::Unit).await;
    assert_eq!(outside.unwrap_err().status(), 404);
});

both_engines!(lists_and_queue_show_what_waits, |t: TestDb| async move {
    let city = autumn(t).await;
    let (ctx, scope) = city.with("reviewer", Permission::StudyRead).await;
    let filter = Filter {
        month: Some(month(10)),
        state: Some("confirmed".to_owned()),
        ..Filter::default()
    };
    let page = list(
        &ctx,
        &scope,
        &filter,
        Paging {
            page: Some(2),
            size: Some(1),
        },
    )
    .await
    .unwrap();
    assert_eq!((page.total, page.rows.len()), (2, 1));
    assert_eq!(page.rows[0].unit_name, "东二中队");
    let everything = list(&ctx, &scope, &Filter::default(), ALL).await.unwrap();
    assert_eq!(
        everything.total, 8,
        "October and November of four units, no month to come"
    );

    city.draft("reporter_two", SQUAD_TWO, 11).await;
    city.photo("reporter_two", SQUAD_TWO, 11, picture(511))
        .await
        .unwrap();
    city.submit("reporter_two", SQUAD_TWO, 11).await.unwrap();
    let (ctx, scope) = city.with("reviewer", Permission::StudyReview).await;
    let waiting = queue(&ctx, &scope, &Filter::default(), ALL).await.unwrap();
    let names: Vec<(&str, usize)> = waiting
        .rows
        .iter()
        .map(|r| (r.unit_name.as_str(), r.flags.len()))
        .collect();
    assert_eq!(
        names,
        [("东一中队", 1), ("东二中队", 1)],
        "told on both sides"
    );
    assert_eq!(waiting.rows[1].flags, ["照片与东一中队2024年11月记录相同"]);
    assert_eq!(waiting.rows[0].review_due.due_on, day(11, 25));
    let (ctx, scope) = city.with("city", Permission::StudyReview).await;
    assert_eq!(
        queue(&ctx, &scope, &Filter::default(), ALL)
            .await
            .unwrap()
            .total,
        0
    );
});

both_engines!(figures_count_both_sides, |t: TestDb| async move {
    let city = autumn(t).await;
    let (ctx, scope) = city.with("reviewer", Permission::StudyRead).await;
    let out = stats::statistics(&ctx, &scope, 2024, None).await.unwrap();
    let october = &out.by_month[0].figures;
    assert_eq!(
        (
            october.due,
            october.submitted,
            october.on_time,
            october.late,
            october.missed,
            october.returned
        ),
        (3, 2, 1, 1, 1, 1)
    );
    assert_eq!(
        october.first_pass_rate.map(|q| q.thousandths()),
        Some(50_000)
    );
    assert_eq!(out.reasons[0].text, "未标注主讲人");
    let reviewer = &out.reviewer[0];
    assert_eq!(
        (
            reviewer.name.as_str(),
            reviewer.reviewed,
            reviewer.on_time,
            reviewer.late
        ),
        ("东区局", 3, 2, 1)
    );
    let paper = sheet::sheet(&ctx, &scope, UnitId::from(SQUAD), 2024)
        .await
        .unwrap();
    assert_eq!(
        (
            paper.totals.due,
            paper.totals.on_time,
            paper.totals.returned
        ),
        (2, 2, 1)
    );
    assert_eq!(paper.months.iter().filter(|m| m.due).count(), 2);
    assert_eq!(paper.unit.reviewer_name, "东区局");
    let late = sheet::sheet(&ctx, &scope, UnitId::from(SQUAD_TWO), 2024)
        .await
        .unwrap();
    assert_eq!(
        (late.totals.late, late.reviewer.late),
        (1, 1),
        "late on both sides, each its own"
    );
    let book = export::export(&ctx, &scope, 2024, Some(DISTRICT))
        .await
        .unwrap();
    assert!(book.starts_with(b"PK"));
});

async fn kinds(city: &City, who: &str) -> Vec<String> {
    let ctx = city.ctx(who).await;
    let mut tx = city.state.db.read().await.unwrap();
    let items = todo(&mut tx, &ctx).await.unwrap();
    items
        .iter()
        .map(|item| format!("{}:{}", item.block.code(), item.kind))
        .collect()
}

both_engines!(everybody_is_told_what_to_do_today, |t: TestDb| async move {
    let city = autumn(t).await;
    assert_eq!(kinds(&city, "reporter").await, ["waiting:study.submitted"]);
    assert_eq!(
        kinds(&city, "reporter_two").await,
        ["due_soon:study.report"]
    );
    assert_eq!(
        kinds(&city, "reviewer").await,
        ["due_soon:study.review", "waiting:study.lagging"]
    );
    assert_eq!(
        kinds(&city, "city").await,
        ["overdue:study.task", "waiting:study.lagging"]
    );
    assert_eq!(kinds(&city, "officer").await, Vec::<String>::new());
    city.at(Timestamp::at(day(11, 27), 9, 0));
    assert_eq!(kinds(&city, "reporter_two").await, ["overdue:study.report"]);
    assert_eq!(
        kinds(&city, "reviewer").await,
        ["overdue:study.lagging", "overdue:study.review"]
    );
    assert_eq!(
        kinds(&city, "city").await,
        [
            "overdue:study.task",
            "overdue:study.lagging",
            "due_soon:study.task"
        ]
    );
});

both_engines!(
    the_city_issues_tasks_with_materials,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (ctx, scope) = city.with("city", Permission::StudyTask).await;
        let before = tasks::list(&ctx, 2024).await.unwrap();
        assert!(
            before[10]
                .missing_warning
                .as_ref()
                .unwrap()
                .contains("尚未下发")
        );
        assert_eq!(
            before[9].missing_warning, None,
            "a month that is over warns no more"
        );
        let file = |name: &str, bytes: &[u8]| Upload {
            file_name: name.to_owned(),
            bytes: bytes.to_vec().into(),
        };
        assert_eq!(
            tasks::add_material(&ctx, month(12), file("讲义.pdf", b"%PDF-1.7"))
                .await
                .unwrap_err()
                .code(),
            "study.task_missing"
        );
        tasks::put(&ctx, month(12), " 年度法规 ", "学第三章")
            .await
            .unwrap();
        let task = tasks::add_material(&ctx, month(12), file("讲义.pdf", b"%PDF-1.7 body"))
            .await
            .unwrap();
        assert_eq!((task.topic.as_str(), task.materials.len()), ("年度法规", 1));
        assert_eq!(
            tasks::add_material(&ctx, month(12), file("a.exe", b"MZ"))
                .await
                .unwrap_err()
                .status(),
            422
        );
        let hash = task.materials[0].hash.clone();
        let (material, bytes) = tasks::read_material(&ctx, month(12), &hash).await.unwrap();
        assert_eq!(
            (material.name.as_str(), bytes.as_slice()),
            ("讲义.pdf", b"%PDF-1.7 body".as_slice())
        );
        tasks::put(&ctx, month(12), "年度法规（改）", "")
            .await
            .unwrap();
        assert_eq!(
            tasks::put(&ctx, month(10), "旧", "")
                .await
                .unwrap_err()
                .code(),
            "study.task_over"
        );
        tasks::remove_material(&ctx, month(12), &hash)
            .await
            .unwrap();
        assert_eq!(
            tasks::remove_material(&ctx, month(12), &hash)
                .await
                .unwrap_err()
                .status(),
            404
        );
        let listed = tasks::list(&ctx, 2024).await.unwrap();
        assert_eq!(
            (listed[11].topic.as_str(), listed[11].materials.len()),
            ("年度法规（改）", 0)
        );
        assert!(scope.has_unit(UnitId::from(SPECIAL_SQUAD)));
    }
);

fn doer(account: i64, name: &str, home: i64) -> Doer {
    Doer {
        account: AccountId::from(account),
        name: name.to_owned(),
        home: Some(UnitId::from(home)),
    }
}

async fn story(city: &City, unit: i64, number: u32, hash: &str) -> BulkRecord {
    let mut tx = city.state.db.read().await.unwrap();
    let year = YearRules::load(&mut tx, &city.state, 2024).await.unwrap();
    let held_on = day(number, 5);
    let attendance: Vec<Attendee> =
        case::roster(&mut tx, UnitId::from(unit), held_on, &year.params)
            .await
            .unwrap()
            .into_iter()
            .map(|mut row| {
                row.present = row.away.is_none();
                row.absence_reason.clone_from(&row.away);
                row
            })
            .collect();
    let photos = vec![PhotoRef {
        hash: hash.to_owned(),
        name: "会场.png".to_owned(),
    }];
    let content = Content {
        session: session(held_on),
        attendance,
        photos,
    };
    let at = |d, hour| Timestamp::at(day(number, d), hour, 0);
    BulkRecord {
        unit: UnitId::from(unit),
        month: month(number),
        reviewer: UnitId::from(DISTRICT),
        passed_up: false,
        started_at: at(6, 9),
        by: doer(201, "填报员", unit),
        draft: None,
        rounds: vec![BulkRound {
            submitted_at: at(8, 10),
            content,
            decision: Some(BulkDecision {
                outcome: Outcome::Confirmed,
                at: at(12, 10),
                by: doer(202, "审核员", SECTION),
                reason: None,
                note: None,
            }),
        }],
    }
}

both_engines!(bulk_stories_obey_the_same_rules, |t: TestDb| async move {
    let city = City::new(t).await;
    let mut tx = city.state.db.write().await.unwrap();
    let one = store_photo(&mut tx, &city.state.files, &picture(1))
        .await
        .unwrap();
    let two = store_photo(&mut tx, &city.state.files, &picture(2))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let good = [
        story(&city, SQUAD, 9, &one).await,
        story(&city, SQUAD, 10, &one).await,
        story(&city, SQUAD_TWO, 10, &two).await,
    ];
    let mut tx = city.state.db.write().await.unwrap();
    let task = BulkTask {
        month: month(9),
        topic: "九月".to_owned(),
        guidance: String::new(),
        issued_at: Timestamp::at(day(8, 28), 9, 0),
        by: doer(203, "市局", 2),
    };
    bulk_tasks(&mut tx, &[task]).await.unwrap();
    let report = bulk_records(&mut tx, &city.state.calendar, &good)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        (
            report.records,
            report.hand_ins,
            report.awards,
            report.look_alikes
        ),
        (3, 3, 7, 1)
    );
    assert_eq!(city.months(1).await, [9, 10]);
    assert_eq!(
        city.months(3).await,
        [9, 10],
        "on leave only since 8 October"
    );
    lock_due(&city.state).await.unwrap();
    assert_eq!(city.view("city", SQUAD, 9).await.state, "confirmed");
    assert_eq!(city.view("city", SQUAD_TWO, 9).await.state, "locked_missed");
    // The next single command goes on where the bulk ended.
    city.handed_in("reporter", SQUAD, 11).await;
    city.confirm("reviewer", SQUAD, 11).await.unwrap();
    let mut tx = city.state.db.read().await.unwrap();
    assert_eq!(verify(&mut tx).await.unwrap(), Vec::<String>::new());
    drop(tx);

    type Spoil = fn(&mut BulkRecord);
    let spoils: &[Spoil] = &[
        |r| r.rounds[0].content.session.minutes = Some(39),
        |r| r.rounds[0].content.photos.clear(),
        |r| r.rounds[0].submitted_at = Timestamp::at(day(11, 1), 0, 0),
        |r| r.rounds[0].decision.as_mut().unwrap().by.account = AccountId::from(201),
        |r| r.rounds[0].decision.as_mut().unwrap().by.home = Some(r.unit),
        |r| r.rounds[0].decision.as_mut().unwrap().outcome = Outcome::Rejected,
        |r| r.rounds[0].decision.as_mut().unwrap().at = Timestamp::at(day(10, 7), 0, 0),
        |r| r.started_at = Timestamp::at(day(9, 30), 0, 0),
    ];
    for (index, spoil) in spoils.iter().enumerate() {
        let mut bad = story(&city, SECTION, 10, &one).await;
        bad.reviewer = UnitId::from(2);
        bad.rounds[0].decision.as_mut().unwrap().by.home = Some(UnitId::from(2));
        spoil(&mut bad);
        let mut tx = city.state.db.write().await.unwrap();
        let refused = bulk_records(&mut tx, &city.state.calendar, &[bad])
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "study.bulk", "spoil {index}");
    }
});
