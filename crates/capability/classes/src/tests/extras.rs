//! Duties from events, groups of an audience, news of changes, samples, courses that count once a year.

use std::collections::BTreeSet;

use chengzhi_assessment::facade as assessment;
use chengzhi_authz::Permission;
use chengzhi_db::sql;
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, at, code, course, day, fields, q};
use super::closing::{add, over, photo};
use crate::usecase::enrol_list::candidates;
use crate::usecase::save::{Origin, change, create};
use crate::usecase::{
    awards, certificates, closing, duties, enrol, filing, groups, own, programme, reads, samples,
};

async fn news(city: &City, who: &str) -> Vec<String> {
    city.lines(who, "class.news")
        .await
        .into_iter()
        .map(|item| item.detail)
        .collect()
}

both_engines!(
    a_change_stands_on_the_first_page_of_those_concerned_until_they_have_seen_it,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = city.running(&[1]).await;
        let told = news(&city, "p1").await;
        assert_eq!(
            told,
            ["您已列入“区局集中培训（第1期）”名单，2024年6月3日（周一）开班。"]
        );
        let p1 = city.ctx("p1").await;
        assert!(own::list(&p1, 2024).await.unwrap().classes[0].changed);
        reads::seen(&p1, id).await.unwrap();
        assert!(news(&city, "p1").await.is_empty());
        assert!(!own::list(&p1, 2024).await.unwrap().classes[0].changed);
        // Nobody else's, and not of somebody who is not concerned.
        assert!(news(&city, "p2").await.is_empty());
        assert_eq!(
            code(reads::seen(&city.ctx("p2").await, id).await),
            "not_found"
        );
        city.lessons(id, &[(at(6, 4, 9, 0), 90, "101教室")])
            .await
            .unwrap();
        assert!(news(&city, "p1").await[0].contains("课表有调整"));
        let version = city.view("office", id).await.version;
        filing::cancel(&city.ctx("office").await, id, version, "场地停用")
            .await
            .unwrap();
        assert_eq!(news(&city, "p1").await, ["“区局集中培训（第1期）”已取消。"]);
        reads::seen(&p1, id).await.unwrap();
        assert!(news(&city, "p1").await.is_empty());
    }
);

both_engines!(
    who_came_and_who_rose_in_the_year_must_be_trained,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let mut tx = city.state.db.write().await.unwrap();
        for text in [
            "update person set joined_on = '2024-03-01' where id = 3",
            "insert into person_post (person_id, post, from_on) values (4, 'squad_deputy_leader', '2024-04-01')",
            "insert into person_post (person_id, post, from_on) values (5, 'data_officer', '2024-04-01')",
        ] {
            tx.run(sql(text)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let owed = async |who: &str| {
            let (ctx, scope) = city.with(who, Permission::ClassRead).await;
            duties::list(&ctx, &scope, 2024, None).await.unwrap()
        };
        let found: Vec<(i64, String, Option<i64>)> = owed("office")
            .await
            .into_iter()
            .map(|row| (row.person_id, row.event, row.class_id))
            .collect();
        assert_eq!(
            found,
            [
                (3, "2024年3月1日（周五）入职".to_owned(), None),
                (4, "年内任副中队长".to_owned(), None),
            ]
        );
        assert!(owed("other").await.is_empty());
        assert_eq!(owed("reporter").await.len(), 2, "a squad sees its own");
        let id = city.class("induction", "新进人员初任培训", "201教室").await;
        city.enrol(id, &[3]).await;
        let after = owed("office").await;
        assert_eq!((after[0].person_id, after[0].class_id), (4, None));
        assert_eq!((after[1].person_id, after[1].class_id), (3, Some(id)));
    }
);

both_engines!(
    an_audience_without_a_post_is_chosen_by_its_group,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let office = city.ctx("office").await;
        let unit = UnitId::from(DISTRICT);
        groups::save(&office, unit, "党务人员", vec![2, 5, 21])
            .await
            .unwrap();
        let mut input = fields("党务工作培训");
        input.audience = "基层中队党务人员".to_owned();
        let origin = Origin {
            unit,
            year: 2024,
            kind: "special".to_owned(),
            programme: None,
        };
        let id = create(&office, origin, input).await.unwrap();
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let ids = async || -> BTreeSet<i64> {
            let found = candidates(&ctx, &scope, id).await.unwrap();
            found.into_iter().map(|row| row.person_id).collect()
        };
        assert_eq!(ids().await, BTreeSet::from([2, 5, 21]));
        // Somebody of another bureau is not a member; another bureau's office does not write here.
        let foreign = groups::save(&office, unit, "党务人员", vec![31]).await;
        assert_eq!(code(foreign), "invalid.field");
        let other = city.ctx("other").await;
        assert_eq!(
            code(groups::save(&other, unit, "党务人员", vec![31]).await),
            "not_found"
        );
        assert_eq!(
            code(groups::save(&office, unit, "党", vec![2]).await),
            "invalid.field"
        );
        let seen = groups::list(&ctx, &scope, unit).await.unwrap();
        assert_eq!((seen.len(), seen[0].people.len()), (1, 3));
        groups::save(&office, unit, "党务人员", Vec::new())
            .await
            .unwrap();
        assert!(groups::list(&ctx, &scope, unit).await.unwrap().is_empty());
        assert!(ids().await.is_empty(), "without a group nobody is");
        let list = crate::usecase::enrol_list::list(&ctx, &scope, id);
        let gap = list.await.unwrap().rule_gap.unwrap();
        assert!(gap.contains("建立“党务人员”等分组"), "{gap}");
        // Everybody is offered where the audience says so.
        let mut whole = fields("党务工作培训");
        whole.audience = "全体执法人员".to_owned();
        change(&office, id, 1, whole).await.unwrap();
        assert_eq!(ids().await.len(), 16);
    }
);

both_engines!(
    a_course_counts_once_a_year_whichever_class_it_comes_from,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let first = over(&city).await;
        awards::post(&city.ctx("office").await, first)
            .await
            .unwrap();
        // A second class with one course of the first under a name with marks, and a new one.
        city.at(at(6, 5, 9, 0));
        let office = city.ctx("office").await;
        let origin = Origin {
            unit: UnitId::from(DISTRICT),
            year: 2024,
            kind: "closed".to_owned(),
            programme: None,
        };
        let id = create(&office, origin, fields("区局补训")).await.unwrap();
        let courses = vec![
            course("《行政复议法》", "teaching"),
            course("公务员法", "teaching"),
        ];
        programme::save(&office, id, 1, courses).await.unwrap();
        city.lessons(
            id,
            &[(at(6, 6, 9, 0), 90, "教室"), (at(6, 6, 13, 0), 90, "教室")],
        )
        .await
        .unwrap();
        city.file(id).await;
        // In the first batch already: refused there, so he comes by a sheet of the database.
        let refused = enrol::add(&office, id, vec![1], Vec::new()).await;
        assert_eq!(
            code(refused.map(|out| out.enrolled)),
            "class.in_other_batch"
        );
        city.enrol(id, &[3]).await;
        let mut tx = city.state.db.write().await.unwrap();
        assessment::post_training(
            &mut tx,
            None,
            at(6, 1, 9, 0),
            &[assessment::TrainingAward {
                person: PersonId::from(3),
                happened_on: day(5, 30),
                hours: q("2"),
                credits: q("1"),
                course_name: "行政复议法".to_owned(),
                source: "class:77:1".to_owned(),
            }],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        for (index, hour) in [(0, 8), (1, 12)] {
            city.at(at(6, 6, hour, 50));
            city.sign_in("p3", id, index).await;
        }
        city.at(at(6, 7, 9, 0));
        let office = city.ctx("office").await;
        let out = awards::post(&office, id).await.unwrap();
        let row = &out.rows[0];
        assert_eq!(row.courses[0].lacks, ["本年度已计过同一课程"]);
        assert!(row.courses[0].complete && !row.courses[0].posted);
        assert!(row.courses[1].earned && row.courses[1].posted);
        assert_eq!(row.hours, q("2"));
        // He did the whole class: the certificate says so.
        assert_eq!(certificates::issue(&office, id).await.unwrap().len(), 1);
    }
);

both_engines!(
    a_closed_class_is_kept_as_a_sample_of_its_year,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = over(&city).await;
        let office = city.ctx("office").await;
        assert_eq!(
            code(samples::mark(&office, id, Some("组织规范")).await),
            "class.not_closed"
        );
        for n in 1..=3 {
            add(&city, id, photo(n, "合影.png")).await.unwrap();
        }
        let version = city.view("office", id).await.version;
        closing::submit(&office, id, version).await.unwrap();
        let version = city.view("city", id).await.version;
        closing::accept(&city.ctx("city").await, id, version, "")
            .await
            .unwrap();
        assert_eq!(
            code(samples::mark(&office, id, Some(" ")).await),
            "invalid.field"
        );
        samples::mark(&office, id, Some("组织规范")).await.unwrap();
        assert_eq!(
            code(samples::mark(&office, id, Some("再次")).await),
            "class.sample"
        );
        let seen = city.view("city", id).await;
        assert_eq!(seen.sample.as_deref(), Some("组织规范"));
        samples::mark(&office, id, None).await.unwrap();
        assert_eq!(city.view("city", id).await.sample, None);
        assert_eq!(code(samples::mark(&office, id, None).await), "class.sample");
    }
);
