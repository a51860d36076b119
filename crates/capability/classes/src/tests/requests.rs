//! Topics asked for: asked, seconded, answered, told.

use chengzhi_authz::Permission;
use chengzhi_http::Problem;
use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, OTHER_DISTRICT, at, code, course, fields};
use crate::facade::verify;
use crate::usecase::plan_out;
use crate::usecase::programme::CourseInput;
use crate::usecase::request_answer::{Decision, decide};
use crate::usecase::request_ask::{RequestInput, ask, seen, vote, withdraw};
use crate::usecase::requests::{ClassRequestOut, ClassRequestsOut, list};
use crate::usecase::save::{Origin, create};
use crate::usecase::{plan, programme};

fn topic(topic: &str, reason: &str) -> RequestInput {
    RequestInput {
        year: Some(2024),
        field: "environment".to_owned(),
        topic: topic.to_owned(),
        reason: reason.to_owned(),
    }
}

async fn asks(city: &City, who: &str, about: &str) -> Result<i64, Problem> {
    ask(&city.ctx(who).await, topic(about, "办案中经常遇到")).await
}

async fn asked(city: &City, who: &str) -> ClassRequestsOut {
    let (ctx, scope) = city.with(who, Permission::ClassOwn).await;
    list(&ctx, &scope, Some(2024)).await.unwrap()
}

async fn row(city: &City, who: &str, id: i64) -> ClassRequestOut {
    let rows = asked(city, who).await.rows;
    rows.into_iter().find(|row| row.id == id).unwrap()
}

async fn seconds(city: &City, who: &str, id: i64, yes: bool) -> Result<(), Problem> {
    let (ctx, scope) = city.with(who, Permission::ClassOwn).await;
    vote(&ctx, &scope, id, yes).await
}

async fn decides(
    city: &City,
    who: &str,
    id: i64,
    what: Decision,
    note: &str,
) -> Result<(), Problem> {
    let (ctx, scope) = city.with(who, Permission::ClassOwn).await;
    let rows = asked(city, who).await.rows;
    let version = rows
        .iter()
        .find(|row| row.id == id)
        .map_or(1, |row| row.version);
    decide(&ctx, &scope, id, version, what, note).await
}

async fn takes_back(city: &City, who: &str, id: i64) -> Result<(), Problem> {
    let (ctx, scope) = city.with(who, Permission::ClassOwn).await;
    withdraw(&ctx, &scope, id, 1, "").await
}

async fn told(city: &City, who: &str) -> Vec<String> {
    city.lines(who, "class.request")
        .await
        .into_iter()
        .map(|item| format!("{}：{}", item.title, item.detail))
        .collect()
}

both_engines!(
    a_topic_is_asked_for_and_seconded_once_by_each,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let noise = asks(&city, "reporter", "噪声取证").await.unwrap();
        let gas = asks(&city, "instructor", "燃气入户").await.unwrap();
        // Own voices count once; others second, and may take it back.
        assert_eq!(
            code(seconds(&city, "reporter", noise, true).await),
            "class.request_own"
        );
        for _ in 0..2 {
            seconds(&city, "reporter_two", gas, true).await.unwrap();
        }
        seconds(&city, "p3", gas, true).await.unwrap();
        seconds(&city, "office", gas, true).await.unwrap();
        seconds(&city, "office", gas, false).await.unwrap();
        let list = asked(&city, "reporter").await;
        let order: Vec<(i64, u32)> = list.rows.iter().map(|row| (row.id, row.votes)).collect();
        assert_eq!(order, [(gas, 3), (noise, 1)]);
        assert!(list.may_ask && !list.several && list.programmes.is_empty());
        let (first, own) = (&list.rows[0], &list.rows[1]);
        assert_eq!(first.allowed, ["vote"]);
        assert_eq!(first.voters, ["东一中队", "东二中队", "东区政工科"]);
        assert_eq!((first.source_name.as_str(), first.own), ("教员", false));
        assert_eq!(
            (own.allowed.as_slice(), own.own),
            (&["withdraw".to_owned()][..], true)
        );
        assert_eq!(own.field_name.as_deref(), Some("生态环境"));
        // Another district neither reads nor seconds them; the city reads all districts'.
        assert!(asked(&city, "other").await.rows.is_empty());
        assert_eq!(code(seconds(&city, "other", gas, true).await), "not_found");
        let above = asked(&city, "city").await;
        assert!(above.several && above.rows.len() == 2 && above.rows[0].allowed == ["vote"]);
    }
);

both_engines!(
    what_cannot_be_asked_for_is_refused_with_its_field,
    |t: TestDb| async move {
        let city = City::new(t).await;
        asks(&city, "reporter", "噪声取证").await.unwrap();
        let long = "长".repeat(61);
        let with = |change: fn(&mut RequestInput)| {
            let mut input = topic("夜间执法", "缺少经验");
            change(&mut input);
            input
        };
        for (who, input, refused) in [
            ("reporter", topic("", "x"), "invalid.field"),
            ("reporter", topic("夜间执法", " "), "invalid.field"),
            ("reporter", topic(&long, "x"), "invalid.field"),
            (
                "reporter",
                with(|one| one.field = "cooking".to_owned()),
                "invalid.field",
            ),
            (
                "reporter",
                with(|one| one.year = Some(2023)),
                "invalid.field",
            ),
            (
                "reporter",
                with(|one| one.year = Some(2026)),
                "invalid.field",
            ),
            (
                "reporter",
                topic(" 噪声取证 ", "再提"),
                "class.request_twice",
            ),
            (
                "reporter_two",
                topic("噪声取证", "也缺"),
                "class.request_twice",
            ),
            ("p3", topic("夜间执法", "x"), "auth.forbidden"),
            ("office", topic("夜间执法", "x"), "auth.forbidden"),
        ] {
            let told = ask(&city.ctx(who).await, input.clone()).await;
            assert_eq!(code(told), refused, "{who} {input:?}");
        }
        for number in 1..20 {
            asks(&city, "reporter", &format!("课题{number}"))
                .await
                .unwrap();
        }
        assert_eq!(
            code(asks(&city, "reporter", "课题二十").await),
            "class.request_many"
        );
        // Next year's are counted for themselves.
        let ahead = RequestInput {
            year: Some(2025),
            field: String::new(),
            ..topic("噪声取证", "明年再讲")
        };
        ask(&city.ctx("reporter").await, ahead).await.unwrap();
        assert_eq!(city.count("class_request").await, 21);
    }
);

both_engines!(
    a_topic_goes_into_the_years_plan_and_the_asker_is_told,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let noise = asks(&city, "reporter", "噪声取证").await.unwrap();
        let gas = asks(&city, "instructor", "燃气入户").await.unwrap();
        assert_eq!(
            told(&city, "office").await,
            ["培训需求待答复：2024年度有2条培训需求征集中，请采纳、并入或者答复。"]
        );
        let early = decides(&city, "office", gas, Decision::New, "").await;
        assert_eq!(code(early), "class.no_plan");
        let plan = city.plan().await;
        for who in ["reporter", "section", "city", "p3"] {
            let refused = decides(&city, who, gas, Decision::New, "").await;
            assert_eq!(code(refused), "not_found", "{who}");
        }
        let (ctx, scope) = city.with("office", Permission::ClassOwn).await;
        let stale = decide(&ctx, &scope, gas, 9, Decision::New, "").await;
        assert_eq!(code(stale), "conflict.version");
        decides(&city, "office", gas, Decision::New, "")
            .await
            .unwrap();
        let again = decides(&city, "office", gas, Decision::New, "").await;
        assert_eq!(code(again), "class.request_state");
        let late = seconds(&city, "reporter_two", gas, true).await;
        assert_eq!(code(late), "class.request_state");
        let (ctx, scope) = city.with("office", Permission::ClassRead).await;
        let view = plan_out::view(&ctx, &scope, plan).await.unwrap();
        let made = view.programmes.last().unwrap();
        assert_eq!(
            (made.title.as_str(), made.rule.as_deref()),
            ("燃气入户", Some("B-115"))
        );
        let closed = view.programmes[0].id;
        for wrong in [
            Decision::Into(9_999),
            Decision::Course(9_999),
            Decision::Merge(noise),
        ] {
            let refused = decides(&city, "office", noise, wrong, "").await;
            assert_eq!(code(refused), "invalid.field", "{wrong:?}");
        }
        decides(&city, "office", noise, Decision::Into(closed), "")
            .await
            .unwrap();
        let after = plan_out::view(&ctx, &scope, plan).await.unwrap();
        assert!(
            after.programmes[0]
                .content
                .lines()
                .any(|line| line == "噪声取证")
        );
        assert_eq!(
            after.version,
            view.version + 1,
            "who edits the plan sees it"
        );
        assert_eq!(
            told(&city, "reporter").await,
            ["培训需求已采纳：您提出的“噪声取证”：列入年度计划“区局集中培训”，待举办。"]
        );
        assert!(told(&city, "office").await.is_empty());
        assert!(row(&city, "reporter", noise).await.news);
        assert!(!row(&city, "reporter", gas).await.news, "another's");
        seen(&city.ctx("reporter").await).await.unwrap();
        assert!(told(&city, "reporter").await.is_empty());
        assert!(!row(&city, "reporter", noise).await.news);
        assert_eq!(told(&city, "instructor").await.len(), 1, "another's stays");
        // What becomes of the programme shows on the list.
        let origin = Origin {
            unit: UnitId::from(DISTRICT),
            year: 2024,
            kind: String::new(),
            programme: Some(made.id),
        };
        create(&ctx, origin, fields("")).await.unwrap();
        let shown = row(&city, "instructor", gas).await;
        assert_eq!(shown.fate, "列入年度计划“燃气入户”，筹备中。");
        assert_eq!(shown.link, Some(format!("/classes/plans/{plan}")));
        plan::remove_programme(&ctx, plan, closed, after.version, "合并办理")
            .await
            .unwrap();
        let shown = row(&city, "reporter", noise).await;
        assert_eq!(shown.fate, "列入年度计划“区局集中培训”，该项目已移出计划。");
        let audit = "audit_log where action like 'class.request%'";
        assert_eq!(city.count(audit).await, 4, "two asked, two answered");
    }
);

both_engines!(
    a_topic_goes_into_a_course_of_a_class_to_come,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = asks(&city, "reporter", "拆违取证").await.unwrap();
        let class = city.class("closed", "区局集中培训", "101教室").await;
        let over = city.class("special", "旧班", "202教室").await;
        let offered = asked(&city, "office").await.courses;
        assert_eq!(offered.len(), 4);
        assert_eq!(offered[1].title, "拆违实务");
        assert_eq!(offered[1].of, "区局集中培训（第1期）");
        let unasked = city.view("office", over).await;
        crate::usecase::filing::cancel(&city.ctx("office").await, over, unasked.version, "不办")
            .await
            .unwrap();
        let gone = Decision::Course(unasked.courses[0].id);
        assert_eq!(
            code(decides(&city, "office", id, gone, "").await),
            "invalid.field"
        );
        let to = Decision::Course(offered[1].id);
        decides(&city, "office", id, to, "安排实务课")
            .await
            .unwrap();
        let told = "列入“区局集中培训（第1期）”课程“拆违实务”，";
        let shown = row(&city, "reporter", id).await;
        let draft = format!("{told}拟于2024年6月3日（周一）授课：安排实务课。");
        assert_eq!(shown.fate, draft);
        city.file(class).await;
        let shown = row(&city, "reporter", id).await;
        assert_eq!(
            shown.fate,
            format!("{told}2024年6月3日（周一）授课：安排实务课。")
        );
        assert_eq!(shown.link, Some(format!("/classes/{class}")));
        // A course taken out is told as such.
        let other = asks(&city, "reporter_two", "复议应诉").await.unwrap();
        let first = Decision::Course(offered[0].id);
        decides(&city, "office", other, first, "").await.unwrap();
        let kept = CourseInput {
            id: Some(offered[1].id),
            ..course("拆违实务", "teaching")
        };
        let version = city.view("office", class).await.version;
        programme::save(&city.ctx("office").await, class, version, vec![kept])
            .await
            .unwrap();
        let shown = row(&city, "reporter_two", other).await;
        assert!(shown.fate.contains("该课程已取消"), "{}", shown.fate);
        city.at(at(6, 4, 9, 0));
        let shown = row(&city, "reporter", id).await;
        assert!(
            shown.fate.contains("2024年6月3日（周一）已授课"),
            "{}",
            shown.fate
        );
        // A class that is over takes nothing up any more.
        let late = asks(&city, "reporter", "夜间执法").await.unwrap();
        assert!(asked(&city, "office").await.courses.is_empty());
        assert_eq!(
            code(decides(&city, "office", late, to, "").await),
            "invalid.field"
        );
    }
);

both_engines!(
    a_request_is_declined_with_a_word_or_taken_back,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let drones = asks(&city, "reporter", "无人机取证").await.unwrap();
        let papers = asks(&city, "reporter", "文书制作").await.unwrap();
        let silent = decides(&city, "office", drones, Decision::Decline, " ").await;
        assert_eq!(code(silent), "invalid.field");
        decides(&city, "office", drones, Decision::Decline, "设备明年配发")
            .await
            .unwrap();
        assert_eq!(
            row(&city, "reporter", drones).await.fate,
            "未采纳：设备明年配发。"
        );
        assert_eq!(
            told(&city, "reporter").await,
            ["培训需求未采纳：您提出的“无人机取证”：未采纳：设备明年配发。"]
        );
        assert_eq!(
            code(takes_back(&city, "reporter", drones).await),
            "class.request_state"
        );
        assert_eq!(
            code(takes_back(&city, "reporter_two", papers).await),
            "not_found"
        );
        takes_back(&city, "reporter", papers).await.unwrap();
        assert_eq!(row(&city, "reporter", papers).await.state, "withdrawn");
        assert_eq!(
            told(&city, "reporter").await.len(),
            1,
            "what he did himself he is not told"
        );
        // The topic may be asked for anew.
        asks(&city, "reporter_two", "文书制作").await.unwrap();
    }
);

both_engines!(
    a_request_goes_into_another_with_its_voices_and_shares_its_fate,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let noise = asks(&city, "reporter", "噪声取证").await.unwrap();
        let night = asks(&city, "reporter_two", "夜间噪声").await.unwrap();
        let third = asks(&city, "instructor", "噪声标准").await.unwrap();
        for (who, id) in [("p3", noise), ("p3", night), ("p4", night)] {
            seconds(&city, who, id, true).await.unwrap();
        }
        let itself = decides(&city, "office", night, Decision::Merge(night), "").await;
        assert_eq!(code(itself), "invalid.field");
        decides(&city, "office", third, Decision::Merge(night), "")
            .await
            .unwrap();
        decides(&city, "office", night, Decision::Merge(noise), "")
            .await
            .unwrap();
        // reporter, reporter_two, instructor, p3 and p4: each once.
        let shown = row(&city, "reporter", noise).await;
        assert_eq!(shown.votes, 5);
        assert!(shown.allowed.is_empty(), "it speaks for others now");
        assert_eq!(
            code(takes_back(&city, "reporter", noise).await),
            "class.request_carries"
        );
        assert_eq!(
            told(&city, "reporter_two").await,
            ["培训需求已并入：您提出的“夜间噪声”：并入“噪声取证”。"]
        );
        assert_eq!(
            row(&city, "instructor", third).await.fate,
            "并入“噪声取证”。"
        );
        let dead = decides(&city, "office", noise, Decision::Merge(night), "").await;
        assert_eq!(code(dead), "invalid.field");
        seen(&city.ctx("reporter_two").await).await.unwrap();
        city.plan().await;
        decides(&city, "office", noise, Decision::New, "")
            .await
            .unwrap();
        assert_eq!(
            told(&city, "reporter_two").await,
            [
                "培训需求已并入：您提出的“夜间噪声”：并入“噪声取证”。列入年度计划“噪声取证”，待举办。"
            ]
        );
        let mut tx = city.state.db.read().await.unwrap();
        assert!(verify(&mut tx).await.unwrap().is_empty());
    }
);

both_engines!(
    a_plan_of_another_bureau_takes_nothing_up,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let id = asks(&city, "reporter", "噪声取证").await.unwrap();
        let other = city.ctx("other").await;
        let elsewhere = plan::PlanInput {
            unit: UnitId::from(OTHER_DISTRICT),
            year: 2024,
            pack: "shanghai".to_owned(),
            title: String::new(),
            note: String::new(),
        };
        let plan = plan::create(&other, elsewhere).await.unwrap();
        let (ctx, scope) = city.with("other", Permission::ClassRead).await;
        let foreign = plan_out::view(&ctx, &scope, plan).await.unwrap().programmes[0].id;
        assert_eq!(
            code(decides(&city, "other", id, Decision::Into(foreign), "").await),
            "not_found"
        );
        city.plan().await;
        assert_eq!(
            code(decides(&city, "office", id, Decision::Into(foreign), "").await),
            "invalid.field"
        );
    }
);
