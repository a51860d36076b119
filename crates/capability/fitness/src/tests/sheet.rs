//! Figures from a sheet.

use chengzhi_authz::Permission;
use chengzhi_http::{Problem, Upload};
use chengzhi_testkit::{TestDb, both_engines};

use crate::tests::city::{City, code, status};
use crate::usecase::export;
use crate::usecase::sheet::{FitnessSheetOut, commit, dry_run, template};

const HEAD: &str = "工号,姓名,出生日期,10米×4往返跑,1000米跑,800米跑,纵跳摸高\n";

async fn read(city: &City, id: i64, text: &str) -> Result<FitnessSheetOut, Problem> {
    let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
    let upload = Upload {
        file_name: "成绩.csv".to_owned(),
        bytes: text.to_owned().into_bytes().into(),
    };
    dry_run(&ctx, &scope, id, upload).await
}

both_engines!(
    a_sheet_is_read_row_by_row_and_stored_once,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        city.mark(id, &[(5, "jump", "270")]).await;
        let text = format!(
            "{HEAD}3100001,队员1,1990-05-20,13.9/13.2,4′30″,,265\n\
             3100002,队员2,,14.0,,4:20,未完成\n\
             3100003,队员三,,13.0,4:20,,270\n\
             3100004,队员4,,13.0,4:20,,270\n\
             3100005,队员5,,,,,270\n\
             3100005,队员5,,,,,271\n\
             3100031,队员31,,13.0,4:20,,270\n\
             3100007,队员7,,13.0/13.1/13.2,,,\n\
             3100009,队员9,1890-01-01,13.0,,,\n\
             =cmd|' /C calc'!A0,,,,,,\n"
        );
        let sheet = read(&city, id, &text).await.unwrap();
        let verdicts: Vec<&str> = sheet.rows.iter().map(|row| row.verdict.as_str()).collect();
        assert_eq!(
            verdicts,
            [
                "new", "new", "broken", "broken", "same", "broken", "broken", "broken", "broken",
                "broken"
            ],
            "{:#?}",
            sheet.rows
        );
        for (at, says) in [
            (0, "10米×4往返跑13.9秒"),
            (2, "姓名不符"),
            (3, "不测1000米跑"),
            (5, "工号重复"),
            (6, "不在本次测试名单"),
            (7, "最多2次"),
            (8, "出生日期"),
        ] {
            assert!(
                sheet.rows[at].text.contains(says),
                "{}",
                sheet.rows[at].text
            );
        }
        assert!(
            city.entry(id, 1).await.marks.is_empty(),
            "a dry run stores nothing"
        );
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        let told = commit(&ctx, &scope, id, sheet.id, false).await;
        assert_eq!(code(told), "fitness.sheet_broken");
        commit(&ctx, &scope, id, sheet.id, true).await.unwrap();
        let told = commit(&ctx, &scope, id, sheet.id, true).await;
        assert_eq!(code(told), "fitness.sheet_done");
        let row = city.entry(id, 1).await;
        assert_eq!((row.outcome.as_str(), row.marks.len()), ("passed", 4));
        assert_eq!(city.entry(id, 2).await.outcome, "failed");
        // The same sheet again has nothing new; a changed figure is no import but a correction.
        let text = format!("{HEAD}3100001,队员1,,13.9/13.2,4′30″,,265\n3100002,队员2,,13.0,,,\n");
        let again = read(&city, id, &text).await.unwrap();
        assert_eq!(again.rows[0].verdict, "same");
        assert!(
            again.rows[1].text.contains("更正"),
            "{}",
            again.rows[1].text
        );
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(
    what_is_no_sheet_of_this_test_is_refused,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        for text in [
            "",
            "工号\n1\n",
            "工号,姓名,游泳\n3100001,队员1,30\n",
            "\u{0}PK",
        ] {
            assert_eq!(status(read(&city, id, text).await), 422, "{text:?}");
        }
        let text = format!("{HEAD}3100001,队员1,,13.0,,,\n");
        let sheet = read(&city, id, &text).await.unwrap();
        // Somebody enters the figures by hand before the sheet is stored: nothing of it is.
        city.mark(id, &[(1, "shuttle", "13.5"), (1, "shuttle", "13.6")])
            .await;
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        let told = commit(&ctx, &scope, id, sheet.id, false).await;
        assert_eq!(code(told), "fitness.sheet_changed");
        let other = city
            .plan("district", crate::tests::city::apart())
            .await
            .unwrap();
        assert_eq!(
            status(commit(&ctx, &scope, other, sheet.id, false).await),
            404
        );
        city.at("2024-06-03");
        assert_eq!(code(read(&city, id, &text).await), "fitness.not_yet");
    }
);

both_engines!(
    the_template_and_the_export_are_workbooks,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.apart().await;
        city.pass(id, 1).await;
        let (ctx, scope) = city.with("district", Permission::FitnessManage).await;
        let blank = template(&ctx, &scope, id).await.unwrap();
        let table =
            chengzhi_sheets::read_table(&blank, &["工号", "姓名", "纵跳摸高"], 100).unwrap();
        assert_eq!(table.rows.len(), 9);
        let (name, full) = export::test(&ctx, &scope, id).await.unwrap();
        assert_eq!(name, "体能测试成绩.xlsx");
        let table = chengzhi_sheets::read_table(&full, &["工号", "结论", "纵跳摸高"], 100).unwrap();
        assert_eq!(table.cell(&table.rows[0], "结论"), "合格");
        assert_eq!(table.cell(&table.rows[0], "800米跑"), "不测");
        let (name, year) = export::year(&ctx, &scope, None, None).await.unwrap();
        assert_eq!(name, "2024年体能测试名单.xlsx");
        let table = chengzhi_sheets::read_table(&year, &["工号", "情况"], 100).unwrap();
        assert_eq!(table.rows.len(), 11);
    }
);
