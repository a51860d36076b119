//! The size of a whole city. The bounds are loose, because tests are not optimised; the release
//! build is measured against 2 s and 3 s in `bench/`.

use std::fmt::Write as _;
use std::time::Instant;

use chengzhi_testkit::{TestDb, both_engines};

use super::city::{city, day, editor, person};
use crate::facade;
use crate::usecase::Editor;
use crate::usecase::roster_import::{commit, dry_run, read_sheet};

both_engines!(
    ten_thousand_rows_are_planned_and_written,
    |t: TestDb| async move {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        person(&mut tx, "A1", "张三", city.unit("BS-DC")).await;
        tx.commit().await.unwrap();
        let editor = Editor {
            account: Some(1.into()),
            ..editor(&t)
        };
        let mut text =
            "工号,姓名,性别,区局,单位,在编,人员类别,岗位,职级,入职日期,初任培训结束日期,手机号\n"
                .to_owned();
        for n in 0..10_000 {
            let unit = ["大场镇中队", "顾村镇中队", "政工科"][n % 3];
            let _ = writeln!(
                text,
                "N{n:05},某某某,女,宝山区局,{unit},是,行政执法类公务员,执法队员、数据员,四级主办,2019-07-01,,13{n:09}"
            );
        }
        let begun = Instant::now();
        let sent = read_sheet(text.as_bytes()).unwrap();
        let id = dry_run(
            &t.db,
            &editor,
            "全市.csv",
            "digest",
            &sent,
            day(2024, 11, 18),
        )
        .await
        .unwrap();
        let planned = begun.elapsed();
        let begun = Instant::now();
        commit(&t.db, &editor, id, false, &[]).await.unwrap();
        let written = begun.elapsed();
        eprintln!(
            "10,000 rows: dry run {} ms, commit {} ms",
            planned.as_millis(),
            written.as_millis()
        );
        let mut tx = t.db.read().await.unwrap();
        let begun = Instant::now();
        let people = facade::assessment_people(&mut tx, 2024, None, None)
            .await
            .unwrap();
        eprintln!(
            "assessment_people of 10,001: {} ms",
            begun.elapsed().as_millis()
        );
        assert_eq!(people.len(), 10_001);
        assert_eq!(
            facade::roster_on(&mut tx, city.unit("BS-GC"), day(2024, 11, 18))
                .await
                .unwrap()
                .len(),
            3_333
        );
        assert!(
            planned.as_secs() < 30 && written.as_secs() < 45,
            "{planned:?} {written:?}"
        );
    }
);
