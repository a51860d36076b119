//! Calls for contributions, and teams.

use chengzhi_authz::Permission;
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, DISTRICT, OTHER_DISTRICT, code, day, status};
use crate::domain::courseware::CoursewareKind;
use crate::usecase::calls::{CallInput, Contribution, contribute, decide, end, judge, list, open};
use crate::usecase::groups::{GroupInput, save as save_group, teams};
use crate::usecase::mentorships::{MentorshipInput, end as end_pair, pair};
use crate::usecase::studios::{StudioInput, save as save_studio};

fn call(closes_on: &str) -> CallInput {
    CallInput {
        unit: UnitId::from(DISTRICT),
        title: "视频课件众筹".to_owned(),
        kind: CoursewareKind::Video,
        asks: "每件不超过20分钟".to_owned(),
        closes_on: day(closes_on),
    }
}

fn work(title: &str) -> Contribution {
    Contribution {
        title: title.to_owned(),
        summary: "入户检查的步骤".to_owned(),
        link: String::new(),
    }
}

both_engines!(
    a_contribution_is_judged_and_enters_the_register,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        assert_eq!(status(open(&ctx, &scope, call("2024-11-17")).await), 422);
        let id = open(&ctx, &scope, call("2024-11-30")).await.unwrap();
        let me = city.ctx("officer").await;
        let one = contribute(&me, id, work("燃气入户")).await.unwrap();
        assert_eq!(
            code(contribute(&me, id, work("燃气入户")).await),
            "faculty.twice"
        );
        let far = city.ctx("far").await;
        let two = contribute(&far, id, work("噪声执法")).await.unwrap();
        // Points are for those who judge; one's own and the selected ones for the others.
        let (rctx, rscope) = city.with("officer", Permission::FacultyRead).await;
        let seen = list(&rctx, &rscope).await.unwrap();
        assert_eq!((seen[0].sent, seen[0].submissions.len()), (2, 1));
        assert!(seen[0].taking && !seen[0].may_judge);
        let (octx, oscope) = city.with("other", Permission::FacultyManage).await;
        assert_eq!(status(judge(&octx, &oscope, one, (9_000, "")).await), 404);
        assert_eq!(status(judge(&ctx, &scope, one, (10_001, "")).await), 422);
        assert_eq!(
            code(decide(&ctx, &scope, one, (true, "gas", "")).await),
            "faculty.unscored"
        );
        judge(&ctx, &scope, one, (8_000, "尚可")).await.unwrap();
        judge(&ctx, &scope, one, (9_000, "好")).await.unwrap();
        let (cctx, cscope) = city.with("city", Permission::FacultyManage).await;
        judge(&cctx, &cscope, one, (8_001, "")).await.unwrap();
        let seen = list(&ctx, &scope).await.unwrap();
        let row = seen[0]
            .submissions
            .iter()
            .find(|row| row.id == one)
            .unwrap();
        assert_eq!((row.score, row.points.len()), (Some(8_501), 2));
        assert_eq!(
            status(decide(&ctx, &scope, one, (true, "x", "")).await),
            422
        );
        decide(&ctx, &scope, one, (true, "gas", "")).await.unwrap();
        assert_eq!(
            code(decide(&ctx, &scope, one, (true, "gas", "")).await),
            "faculty.decided"
        );
        assert_eq!(
            status(decide(&ctx, &scope, two, (false, "", "")).await),
            422
        );
        // The end refuses what is left; afterwards nothing is taken.
        end(&ctx, &scope, id, 1).await.unwrap();
        assert_eq!(
            code(contribute(&me, id, work("再投")).await),
            "faculty.call_over"
        );
        let seen = list(&rctx, &rscope).await.unwrap();
        let row = &seen[0].submissions[0];
        assert_eq!((row.state.as_str(), row.score), ("selected", None));
        assert!(row.courseware_id.is_some());
        assert!(city.faults().await.is_empty());
    }
);

both_engines!(
    after_the_last_day_nothing_is_taken,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let id = open(&ctx, &scope, call("2024-11-20")).await.unwrap();
        city.at("2024-11-20");
        contribute(&city.ctx("officer").await, id, work("当天"))
            .await
            .unwrap();
        city.at("2024-11-21");
        let late = contribute(&city.ctx("officer").await, id, work("迟到")).await;
        assert_eq!(code(late), "faculty.call_over");
    }
);

both_engines!(
    teams_are_made_of_serving_instructors,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let (lead, member) = (city.serving(1).await, city.serving(2).await);
        let proposed = city
            .nominate("district", crate::domain::instructor::Kind::Practice, 5, 4)
            .await;
        let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
        let studio = |members: Vec<i64>| StudioInput {
            version: 0,
            unit: UnitId::from(DISTRICT),
            name: "王一工作室".to_owned(),
            lead,
            members,
            goals: String::new(),
            opened_on: day("2024-11-18"),
            closed_on: None,
        };
        assert_eq!(
            code(save_studio(&ctx, &scope, None, studio(vec![proposed])).await),
            "faculty.not_serving"
        );
        assert_eq!(
            status(save_studio(&ctx, &scope, None, studio(vec![999])).await),
            404
        );
        let mut ahead = studio(vec![member]);
        ahead.opened_on = day("2024-11-19");
        assert_eq!(status(save_studio(&ctx, &scope, None, ahead).await), 422);
        let id = save_studio(&ctx, &scope, None, studio(vec![member, lead]))
            .await
            .unwrap();
        let mut closed = studio(vec![member]);
        closed.version = 1;
        closed.closed_on = Some(day("2024-11-18"));
        save_studio(&ctx, &scope, Some(id), closed.clone())
            .await
            .unwrap();
        assert_eq!(
            code(save_studio(&ctx, &scope, Some(id), closed).await),
            "conflict.version"
        );
        let group = |unit: i64, members: Vec<i64>| GroupInput {
            version: 0,
            unit: UnitId::from(unit),
            name: "燃气课程教研组".to_owned(),
            goals: "年内开发两门课程".to_owned(),
            opened_on: day("2024-11-01"),
            closed_on: None,
            members: members
                .into_iter()
                .map(|id| (id, "主讲".to_owned()))
                .collect(),
        };
        for (wrong, expected) in [
            (group(OTHER_DISTRICT, vec![lead]), 404),
            (group(DISTRICT, vec![]), 422),
            (group(DISTRICT, vec![lead, lead]), 422),
        ] {
            assert_eq!(
                status(save_group(&ctx, &scope, None, wrong).await),
                expected
            );
        }
        save_group(&ctx, &scope, None, group(DISTRICT, vec![lead, member]))
            .await
            .unwrap();

        let mentor = |apprentice: i64, until: &str| MentorshipInput {
            mentor: lead,
            apprentice: PersonId::from(apprentice),
            goals: "独立授课".to_owned(),
            from: day("2024-11-01"),
            until: day(until),
        };
        for (apprentice, until, expected) in [
            (1, "2025-10-31", 422),
            (31, "2025-10-31", 422),
            (5, "2024-11-01", 422),
        ] {
            let wrong = mentor(apprentice, until);
            assert_eq!(
                status(pair(&ctx, &scope, wrong).await),
                expected,
                "{apprentice}"
            );
        }
        let id = pair(&ctx, &scope, mentor(5, "2025-10-31")).await.unwrap();
        assert_eq!(
            code(pair(&ctx, &scope, mentor(5, "2025-10-31")).await),
            "faculty.twice"
        );
        assert_eq!(
            status(end_pair(&ctx, &scope, id, (day("2024-10-01"), "出师")).await),
            422
        );
        end_pair(&ctx, &scope, id, (day("2024-11-18"), "出师"))
            .await
            .unwrap();
        assert_eq!(
            code(end_pair(&ctx, &scope, id, (day("2024-11-18"), "出师")).await),
            "faculty.mentor_ended"
        );
        let (ctx, scope) = city.with("officer", Permission::FacultyRead).await;
        let seen = teams(&ctx, &scope).await.unwrap();
        assert_eq!((seen.studios.len(), seen.groups.len()), (1, 1));
        assert!(
            seen.mentorships.is_empty(),
            "pairs are their bureau's affair"
        );
        assert_eq!(seen.studios[0].members.len(), 2);
        let (ctx, scope) = city.with("far", Permission::FacultyRead).await;
        assert!(teams(&ctx, &scope).await.unwrap().studios.is_empty());
    }
);
