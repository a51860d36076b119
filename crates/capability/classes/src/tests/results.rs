//! Evaluation, results, hours and credits.

use chengzhi_assessment::facade as assessment;
use chengzhi_authz::Permission;
use chengzhi_db::sql;
use chengzhi_http::Upload;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, at, code, day, fields, q};
use crate::facade::verify;
use crate::usecase::evaluate::{self, ClassEvaluationsOut};
use crate::usecase::results::{self, ResultInput};
use crate::usecase::save::change;
use crate::usecase::{awards, enrol, results_import};

/// A class with exam and evaluation, over, whose people were there.
pub(super) async fn over(city: &City, people: &[i64]) -> i64 {
    let id = city.class("closed", "区局集中培训", "101教室").await;
    let mut with = fields("区局集中培训");
    with.has_exam = true;
    with.evaluates = true;
    let version = city.view("office", id).await.version;
    change(&city.ctx("office").await, id, version, with)
        .await
        .unwrap();
    city.file(id).await;
    city.enrol(id, people).await;
    for (index, hour) in [(0, 8), (1, 12)] {
        city.at(at(6, 3, hour, 50));
        for person in people {
            city.sign_in(&format!("p{person}"), id, index).await;
        }
    }
    city.at(at(6, 4, 9, 0));
    id
}

async fn evaluations(city: &City, id: i64) -> ClassEvaluationsOut {
    let (ctx, scope) = city.with("office", Permission::ClassRead).await;
    evaluate::results(&ctx, &scope, id).await.unwrap()
}

pub(super) fn result(trainee: i64, score: &str) -> ResultInput {
    ResultInput {
        trainee,
        score: Some(q(score)),
        passed: None,
        absent: false,
        note: String::new(),
    }
}

async fn trainees(city: &City, id: i64) -> Vec<i64> {
    let (ctx, scope) = city.with("office", Permission::ClassRead).await;
    let rows = results::list(&ctx, &scope, id).await.unwrap();
    rows.into_iter().map(|row| row.trainee_id).collect()
}

pub(super) async fn ledger(city: &City, person: i64) -> i64 {
    let mut tx = city.state.db.read().await.unwrap();
    let text = "select cast(coalesce(sum(hours), 0) as bigint) as n from ledger_entry
                where person_id = $1 and component = 'district'";
    tx.one(sql(text).bind(person))
        .await
        .unwrap()
        .get("n")
        .unwrap()
}

both_engines!(
    a_result_entered_wrongly_is_taken_back_unless_hours_stand_on_it,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city, &[1, 2]).await;
        let office = city.ctx("office").await;
        let list = trainees(&city, id).await;
        assert_eq!(city.view("office", id).await.pass_line, q("60"));
        let nothing = |trainee| ResultInput {
            score: None,
            ..result(trainee, "0")
        };
        let none = results::save(&office, id, vec![nothing(list[0])]).await;
        assert_eq!(code(none), "invalid.field", "there is nothing to take back");
        results::save(
            &office,
            id,
            vec![result(list[0], "80"), result(list[1], "90")],
        )
        .await
        .unwrap();
        results::save(&office, id, vec![nothing(list[0])])
            .await
            .unwrap();
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let rows = results::list(&ctx, &scope, id).await.unwrap();
        assert_eq!((rows[0].passed, rows[0].score), (None, None));
        assert_eq!(rows[1].score, Some(q("90")));
        assert_eq!(
            city.count("audit_log where action = 'class.result_withdraw'")
                .await,
            1
        );
        // Once hours were posted it is corrected, not taken away.
        let second = city.ctx("p2").await;
        for course in city.view("office", id).await.courses {
            evaluate::answer(&second, id, course.id, vec![5; 5], "")
                .await
                .unwrap();
        }
        awards::post(&office, id).await.unwrap();
        let standing = results::save(&office, id, vec![nothing(list[1])]).await;
        assert_eq!(code(standing), "class.result_awarded");
    }
);

both_engines!(
    evaluations_are_shown_from_five_answers_and_name_nobody,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city, &[1, 2, 3, 4, 5]).await;
        let courses: Vec<i64> = city
            .view("office", id)
            .await
            .courses
            .iter()
            .map(|c| c.id)
            .collect();
        let answer = async |who: &str, scores: &[u32], text: &str| {
            evaluate::answer(&city.ctx(who).await, id, courses[0], scores.to_vec(), text).await
        };
        assert_eq!(code(answer("p1", &[5, 5], "").await), "invalid.field");
        assert_eq!(
            code(answer("p1", &[5, 5, 5, 5, 6], "").await),
            "invalid.field"
        );
        assert_eq!(code(answer("p9", &[5; 5], "").await), "not_found");
        for (who, score) in [("p1", 5), ("p2", 4), ("p3", 5), ("p4", 4)] {
            answer(who, &[score; 5], "").await.unwrap();
        }
        assert_eq!(code(answer("p1", &[1; 5], "").await), "class.evaluated");
        let hidden = &evaluations(&city, id).await.courses[0];
        assert_eq!(
            (hidden.answers, hidden.mean.is_none(), hidden.texts.len()),
            (4, true, 0)
        );
        assert_eq!(hidden.hidden.as_deref(), Some("收到4份，满5份后显示结果。"));
        answer("p5", &[4; 5], "多讲案例").await.unwrap();
        let shown = &evaluations(&city, id).await.courses[0];
        assert_eq!(
            (shown.mean, shown.texts.as_slice()),
            (Some(q("4.4")), &["多讲案例".to_owned()][..])
        );
        // The answer's row holds neither person nor account nor instant.
        let mut tx = city.state.db.read().await.unwrap();
        let row = tx
            .one(sql("select * from class_evaluation limit 1"))
            .await
            .unwrap();
        for column in ["trainee_id", "person_id", "account_id", "at"] {
            assert!(row.get::<Option<i64>>(column).is_err(), "{column}");
        }
        drop(tx);
        let office = city.ctx("office").await;
        let odd = evaluate::add_outside(&office, id, "第三方", day(6, 5), q("90"), "").await;
        assert_eq!(code(odd), "invalid.field");
        evaluate::add_outside(&office, id, "第三方", day(6, 3), q("92.5"), "好")
            .await
            .unwrap();
        assert_eq!(evaluations(&city, id).await.outside[0].score, q("92.5"));
    }
);

both_engines!(
    a_sheet_of_results_gets_a_verdict_for_each_row,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city, &[1, 2, 3, 4]).await;
        let office = city.ctx("office").await;
        let csv = "工号,姓名,成绩,备注\n3100001,队员1,88.5,\n3100002,队员2,缺考,\n3100003,张三,70,\n\
                   3100009,队员9,90,\n3100004,队员4,甲,\n3100001,队员1,60,\n";
        let sheet = |text: &str| Upload {
            file_name: "成绩.csv".to_owned(),
            bytes: text.as_bytes().to_vec().into(),
        };
        let read = results_import::dry_run(&office, id, sheet(csv))
            .await
            .unwrap();
        let verdicts: Vec<(&str, &str)> = read
            .rows
            .iter()
            .map(|row| (row.verdict.as_str(), row.text.as_str()))
            .collect();
        assert_eq!(
            verdicts,
            [
                ("new", "88.5"),
                ("new", "缺考"),
                ("broken", "工号3100003是队员3，与表中姓名不符"),
                ("broken", "工号“3100009”不在本班名单中"),
                ("broken", "成绩“甲”无法识别，请填写分数、及格、不及格或缺考"),
                ("broken", "与第2行工号重复"),
            ]
        );
        assert_eq!(city.count("class_result").await, 0, "nothing is stored yet");
        let refused = results_import::commit(&office, id, read.id, false).await;
        assert_eq!(code(refused), "class.import_broken");
        results_import::commit(&office, id, read.id, true)
            .await
            .unwrap();
        let again = results_import::commit(&office, id, read.id, true).await;
        assert_eq!(code(again), "class.import_done");
        assert_eq!(
            city.count("class_result where superseded_at is null").await,
            2
        );
        let next =
            results_import::dry_run(&office, id, sheet("工号,成绩\n3100001,88.5\n3100002,61\n"))
                .await
                .unwrap();
        assert_eq!((next.good, next.same, next.broken), (1, 1, 0));
        let hostile = Upload {
            file_name: "a.xlsx".to_owned(),
            bytes: b"PK\x03\x04rubbish"[..].into(),
        };
        assert_eq!(
            code(results_import::dry_run(&office, id, hostile).await),
            "invalid.field"
        );
    }
);

both_engines!(
    hours_are_posted_once_and_reversed_when_a_result_is_corrected,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city, &[1, 2]).await;
        let office = city.ctx("office").await;
        let rows = trainees(&city, id).await;
        let foreign = results::save(&office, id, vec![result(999, "80")]).await;
        assert_eq!(code(foreign), "invalid.field");
        results::save(
            &office,
            id,
            vec![result(rows[0], "80"), result(rows[1], "59.9")],
        )
        .await
        .unwrap();
        for who in ["p1", "p2"] {
            for course in city.view("office", id).await.courses {
                let ctx = city.ctx(who).await;
                evaluate::answer(&ctx, id, course.id, vec![5; 5], "")
                    .await
                    .unwrap();
            }
        }
        let before = awards::preview(&office, id).await.unwrap();
        assert_eq!((before.to_post, before.to_reverse), (2, 0));
        assert_eq!(
            (before.rows[0].hours, before.rows[0].credits),
            (q("4"), q("2"))
        );
        assert_eq!(before.rows[1].courses[0].lacks, ["考试未及格"]);
        awards::post(&office, id).await.unwrap();
        let twice = awards::post(&office, id).await.unwrap();
        assert_eq!((twice.to_post, twice.rows[0].courses[0].posted), (0, true));
        assert_eq!((ledger(&city, 1).await, ledger(&city, 2).await), (4_000, 0));
        // The two papers were swapped.
        results::save(
            &office,
            id,
            vec![result(rows[0], "59"), result(rows[1], "81")],
        )
        .await
        .unwrap();
        awards::post(&office, id).await.unwrap();
        assert_eq!((ledger(&city, 1).await, ledger(&city, 2).await), (0, 4_000));
        assert_eq!(
            city.count("ledger_entry").await,
            6,
            "posted, reversed, posted: nothing is lost"
        );
        let mut tx = city.state.db.read().await.unwrap();
        assert_eq!(verify(&mut tx).await.unwrap(), Vec::<String>::new());
        let standing = assessment::standing(
            &mut tx,
            "shanghai",
            2024,
            chengzhi_kernel::PersonId::from(2),
            day(6, 4),
        )
        .await
        .unwrap();
        assert!(standing.is_some());
    }
);

both_engines!(
    nothing_is_posted_early_or_for_kinds_that_earn_nothing,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let office = city.ctx("office").await;
        let running = city.running(&[1]).await;
        assert_eq!(
            code(awards::post(&office, running).await),
            "class.not_ended"
        );
        let early = results::save(&office, running, Vec::new()).await;
        assert_eq!(code(early), "class.not_begun");
        let joint = city.class("joint", "联合培训", "102教室").await;
        city.file(joint).await;
        city.at(at(6, 4, 9, 0));
        let office = city.ctx("office").await;
        assert_eq!(
            code(awards::post(&office, joint).await),
            "class.earns_nothing"
        );
        assert_eq!(
            code(results::save(&office, joint, Vec::new()).await),
            "class.no_exam"
        );
        let row = trainees(&city, running).await[0];
        enrol::remark(&office, running, row, 1, "迟到一次")
            .await
            .unwrap();
        assert_eq!(
            code(enrol::remark(&office, running, row, 1, "又").await),
            "conflict.version"
        );
    }
);
