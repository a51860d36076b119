use chengzhi_db::sql;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, account, change, city, day, person};
use crate::domain::roster::Verdict;
use crate::domain::status::StatusKind;
use crate::facade;
use crate::store::imports::{self, PlanLine};
use crate::usecase::roster_import::{
    LeaverDecision, RosterCounts, commit, discard, dry_run, read_sheet, show,
};
use crate::usecase::{Editor, people};

const HEAD: &str =
    "工号,姓名,性别,区局,单位,在编,人员类别,岗位,职级,入职日期,初任培训结束日期,手机号\n";

struct Desk {
    t: TestDb,
    city: City,
    editor: Editor,
}

impl Desk {
    /// A district's desk: 宝山 with A1 in 大场镇中队, A2 in 顾村镇中队, A9 in 浦东.
    async fn open(t: TestDb) -> Desk {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        person(&mut tx, "A1", "张三", city.unit("BS-DC")).await;
        person(&mut tx, "A2", "李四", city.unit("BS-GC")).await;
        person(&mut tx, "A3", "王五", city.unit("BS-DC")).await;
        person(&mut tx, "A9", "浦东人", city.unit("PD-ZG")).await;
        let editor = account(&mut tx, &t, city.unit("BS")).await;
        tx.commit().await.unwrap();
        Desk { t, city, editor }
    }

    async fn dry(&self, rows: &str) -> i64 {
        let sent = read_sheet(format!("{HEAD}{rows}").as_bytes()).unwrap();
        dry_run(
            &self.t.db,
            &self.editor,
            "名册.csv",
            "digest",
            &sent,
            day(2024, 11, 18),
        )
        .await
        .unwrap()
    }

    async fn lines(&self, id: i64) -> Vec<PlanLine> {
        let mut tx = self.t.db.read().await.unwrap();
        imports::lines(&mut tx, id).await.unwrap()
    }

    async fn verdicts(&self, id: i64) -> Vec<(String, String, String)> {
        self.lines(id)
            .await
            .into_iter()
            .map(|line| (line.staff_no, line.verdict, line.detail))
            .collect()
    }

    async fn commit(&self, id: i64, accept_broken: bool) -> Result<(), chengzhi_http::Problem> {
        commit(&self.t.db, &self.editor, id, accept_broken, &[]).await
    }

    async fn count(&self, text: &'static str) -> i64 {
        let mut tx = self.t.db.read().await.unwrap();
        tx.one(sql(text)).await.unwrap().get("n").unwrap()
    }
}

const PEOPLE: &str = "select cast(count(*) as bigint) as n from person";

both_engines!(every_row_gets_its_verdict, |t: TestDb| async move {
    let desk = Desk::open(t).await;
    let id = desk
        .dry(
            "B1,新来的,女,宝山区局,大场镇中队,是,行政执法类公务员,执法队员,二级行政执法员,2024-07-01,,13912345678\n\
             A1,张三,,宝山区局,大场镇中队,是,,,,2021-07-01,,\n\
             A2,李四,,宝山区局,大场镇中队,是,,班组长,,2021/7/1,,\n\
             A9,浦东人,,宝山区局,大场镇中队,是,,,,2021-07-01,,\n\
             B2,甲乙,,宝山区局,大厂镇中队,是,,,,2024-07-01,,\n\
             B3,丙丁,,宝山区局,大场镇中队,是,,,,2024-07-01,,\n\
             B3,丙丁,,宝山区局,大场镇中队,是,,,,2024-07-01,,\n",
        )
        .await;
    let seen = desk.verdicts(id).await;
    let short: Vec<(&str, &str)> = seen
        .iter()
        .map(|(no, verdict, _)| (no.as_str(), verdict.as_str()))
        .collect();
    assert_eq!(
        short,
        [
            ("B1", "joiner"),
            ("A1", "unchanged"),
            ("A2", "transfer"),
            ("A9", "broken"),
            ("B2", "broken"),
            ("B3", "broken"),
            ("B3", "broken"),
            ("A3", "leaver"),
        ]
    );
    assert_eq!(seen[2].2, "顾村镇中队 → 大场镇中队；岗位（空） → 班组长");
    assert!(
        seen[3].2.contains("跨区调入") && !seen[3].2.contains("浦东"),
        "tells no more than needed"
    );
    assert!(seen[4].2.contains("是否为“大场镇中队”"));
    assert!(seen[5].2.contains("第7行、第8行"), "{}", seen[5].2);
    assert!(seen[7].2.contains("提交后仍保留"));
    let mut tx = desk.t.db.read().await.unwrap();
    let plan = show(&mut tx, &desk.editor, id).await.unwrap();
    let counts: RosterCounts = serde_json::from_str(&plan.counts).unwrap();
    assert_eq!(
        counts,
        RosterCounts {
            rows: 7,
            ok: 3,
            broken: 4,
            joiners: 1,
            leavers: 1,
            transfers: 1,
            changes: 0,
            unchanged: 1
        }
    );
    let stranger = Editor {
        account: Some(8.into()),
        ..desk.editor.clone()
    };
    assert_eq!(
        show(&mut tx, &stranger, id).await.unwrap_err().status(),
        404,
        "a plan holds personal data"
    );
});

both_engines!(
    a_commit_writes_the_good_rows_once_and_keeps_the_broken_ones_for_mending,
    |t: TestDb| async move {
        let desk = Desk::open(t).await;
        let id = desk
        .dry(
            "B1,新来的,女,,大场镇中队,是,行政执法类公务员,法制员、中队长,二级行政执法员,2024年7月1日,,13912345678\n\
             A1,张三,,,大场镇中队,否,,,四级主办,2021-07-01,,\n\
             A2,李四,,,大场镇中队,是,,,,2021-07-01,,\n\
             B2,甲乙,,,没有这队,是,,,,2024-07-01,,\n",
        )
        .await;
        let before = desk.count(PEOPLE).await;
        let refused = desk.commit(id, false).await.unwrap_err();
        assert_eq!(refused.code(), "roster.broken_rows");
        assert_eq!(desk.count(PEOPLE).await, before, "nothing half-written");
        desk.commit(id, true).await.unwrap();
        assert_eq!(desk.count(PEOPLE).await, before + 1);
        assert_eq!(
            desk.commit(id, true).await.unwrap_err().code(),
            "roster.ended"
        );

        let mut tx = desk.t.db.write().await.unwrap();
        let squad = desk.city.unit("BS-DC");
        let october = facade::roster_on(&mut tx, squad, day(2024, 10, 1))
            .await
            .unwrap();
        let here: Vec<_> = october
            .iter()
            .map(|p| (p.staff_no.as_str(), p.post.as_deref()))
            .collect();
        assert_eq!(
            here,
            [("A1", None), ("A3", None), ("B1", Some("中队长"))],
            "a newcomer is there since he joined"
        );
        let november = facade::roster_on(&mut tx, squad, day(2024, 11, 18))
            .await
            .unwrap();
        assert_eq!(
            november
                .iter()
                .map(|p| p.staff_no.as_str())
                .collect::<Vec<_>>(),
            ["A1", "A2", "A3", "B1"]
        );
        assert!(!november[0].established && november[1].established);
        let cells: Vec<bool> = imports::lines(&mut tx, id)
            .await
            .unwrap()
            .iter()
            .map(|line| line.cells.is_empty())
            .collect();
        assert_eq!(
            cells,
            [true, true, true, false, true],
            "personal data of good rows and leavers is forgotten"
        );
        drop(tx);

        // The same file again: what was done is told as unchanged, and still nobody is deleted.
        let again = desk.dry("B1,新来的,女,,大场镇中队,是,行政执法类公务员,法制员、中队长,二级行政执法员,2024年7月1日,,13912345678\n").await;
        let seen = desk.verdicts(again).await;
        assert_eq!((seen[0].1.as_str(), seen.len()), ("unchanged", 4));
        desk.commit(again, false).await.unwrap();
        assert_eq!(desk.count(PEOPLE).await, before + 1);
    }
);

both_engines!(
    a_plan_that_no_longer_holds_is_refused,
    |t: TestDb| async move {
        let desk = Desk::open(t).await;
        let id = desk.dry("A2,李四,,,大场镇中队,是,,,,2021-07-01,,\n").await;
        let mut tx = desk.t.db.write().await.unwrap();
        let a2 = facade::people_by_staff_no(&mut tx, &["A2".to_owned()])
            .await
            .unwrap()["A2"]
            .id;
        people::transfer_person(
            &mut tx,
            &desk.editor,
            a2,
            desk.city.unit("BS-ZG"),
            day(2024, 11, 18),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let stale = desk.commit(id, true).await.unwrap_err();
        assert_eq!((stale.code(), stale.status()), ("roster.stale", 409));
        let mut tx = desk.t.db.write().await.unwrap();
        discard(&mut tx, &desk.editor, id).await.unwrap();
        tx.commit().await.unwrap();
        assert!(
            desk.lines(id)
                .await
                .iter()
                .all(|line| line.cells.is_empty())
        );
        assert_eq!(
            desk.commit(id, true).await.unwrap_err().code(),
            "roster.ended"
        );
    }
);

both_engines!(two_commits_at_once_write_once, |t: TestDb| async move {
    let desk = Desk::open(t).await;
    let id = desk
        .dry("B1,新来的,女,,大场镇中队,是,,,,2024-07-01,,\n")
        .await;
    let (one, other) = tokio::join!(desk.commit(id, true), desk.commit(id, true));
    assert_eq!(
        [&one, &other]
            .iter()
            .filter(|result| result.is_ok())
            .count(),
        1,
        "{one:?} {other:?}"
    );
    assert_eq!(one.and(other).unwrap_err().status(), 409);
});

both_engines!(
    a_leaver_is_closed_only_by_a_decision,
    |t: TestDb| async move {
        let desk = Desk::open(t).await;
        let id = desk.dry("A1,张三,,,大场镇中队,是,,,,2021-07-01,,\n").await;
        let decision = |staff_no: &str, kind| LeaverDecision {
            staff_no: staff_no.to_owned(),
            kind,
            effective_on: day(2024, 11, 1),
            decided_on: Some(day(2024, 11, 1)),
        };
        for wrong in [
            decision("A2", StatusKind::Left),
            decision("A3", StatusKind::MaternityLeave),
        ] {
            assert_eq!(
                commit(&desk.t.db, &desk.editor, id, false, &[wrong])
                    .await
                    .unwrap_err()
                    .status(),
                422
            );
        }
        commit(
            &desk.t.db,
            &desk.editor,
            id,
            false,
            &[decision("A3", StatusKind::Left)],
        )
        .await
        .unwrap();
        let mut tx = desk.t.db.read().await.unwrap();
        assert_eq!(
            facade::left_by(&mut tx, day(2024, 11, 18))
                .await
                .unwrap()
                .len(),
            1
        );
    }
);

both_engines!(
    who_has_left_comes_back_only_with_a_new_day_of_joining,
    |t: TestDb| async move {
        let desk = Desk::open(t).await;
        let mut tx = desk.t.db.write().await.unwrap();
        let a1 = facade::people_by_staff_no(&mut tx, &["A1".to_owned()])
            .await
            .unwrap()["A1"]
            .id;
        change(&mut tx, a1, StatusKind::Left, day(2024, 3, 1)).await;
        tx.commit().await.unwrap();
        let id = desk.dry("A1,张三,,,大场镇中队,是,,,,2021-07-01,,\n").await;
        let seen = desk.verdicts(id).await;
        assert_eq!(seen[0].1, Verdict::Broken.code());
        assert!(seen[0].2.contains("已离职"));
        let id = desk.dry("A1,张三,,,大场镇中队,是,,,,2024-09-01,,\n").await;
        assert_eq!(desk.verdicts(id).await[0].1, Verdict::Change.code());
    }
);
