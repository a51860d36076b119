//! The register: drafts, versions, files.

use chengzhi_authz::Permission;
use chengzhi_http::Paging;
use chengzhi_kernel::UnitId;
use chengzhi_testkit::{TestDb, both_engines};
use chengzhi_uploads::{Asked, UploadPolicy as _};

use super::city::{City, DISTRICT, OTHER_SQUAD, SQUAD, code, courseware_input, status};
use crate::domain::courseware::{CoursewareKind, CoursewareState};
use crate::facade;
use crate::store::courseware::{LawRef, Wanted};
use crate::usecase::courseware::{list, save};
use crate::usecase::courseware_life::{release, supersede, withdraw};
use crate::usecase::courseware_page::view;
use crate::usecase::files::{CoursewarePolicy, attach};

fn law(article: &str) -> LawRef {
    LawRef {
        law: "中华人民共和国行政处罚法".to_owned(),
        article: article.to_owned(),
        edition: "2021年修订".to_owned(),
    }
}

fn search(text: &str) -> Wanted {
    Wanted {
        text: Some(text.to_owned()),
        ..Wanted::default()
    }
}

const ALL: Paging = Paging {
    page: None,
    size: None,
};

both_engines!(a_version_in_use_is_never_edited, |t: TestDb| async move {
    let city = City::new(t).await;
    let mut input = courseware_input(CoursewareKind::Video, SQUAD, "简易程序");
    input.laws = vec![law("第五十一条")];
    let id = city.draft("head", input.clone()).await;
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    release(&ctx, &scope, id, 1).await.unwrap();
    input.version = 2;
    assert_eq!(
        code(save(&ctx, &scope, Some(id), input.clone()).await),
        "faculty.courseware_fixed"
    );
    let next = supersede(&ctx, &scope, id, 2).await.unwrap();
    assert_eq!(
        code(supersede(&ctx, &scope, id, 2).await),
        "faculty.courseware_draft"
    );
    // A draft is its bureau's own affair; the version in use is everybody's.
    let (fctx, fscope) = city.with("far", Permission::FacultyRead).await;
    assert_eq!(status(view(&fctx, &fscope, next).await), 404);
    assert_eq!(view(&fctx, &fscope, id).await.unwrap().versions.len(), 1);
    input.version = 1;
    input.title = "简易程序（新版）".to_owned();
    save(&ctx, &scope, Some(next), input).await.unwrap();
    release(&ctx, &scope, next, 2).await.unwrap();
    let page = view(&fctx, &fscope, next).await.unwrap();
    let states: Vec<&str> = page.versions.iter().map(|row| row.state.as_str()).collect();
    assert_eq!(states, ["in_use", "superseded"]);
    assert_eq!(page.courseware.laws[0].article, "第五十一条");
    let mut tx = city.state.db.read().await.unwrap();
    let old = facade::courseware(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(old.state, CoursewareState::Superseded);
    drop(tx);
    assert_eq!(
        code(withdraw(&ctx, &scope, id, 3, "过时").await),
        "faculty.courseware_state"
    );
    withdraw(&ctx, &scope, next, 3, "法律修订").await.unwrap();
    assert!(city.faults().await.is_empty());
});

both_engines!(the_register_is_searched, |t: TestDb| async move {
    let city = City::new(t).await;
    let mut input = courseware_input(CoursewareKind::Video, DISTRICT, "听证组织");
    input.laws = vec![law("第六十三条")];
    let hearing = city.draft("district", input).await;
    city.video("燃气_入户").await;
    let (ctx, scope) = city.with("district", Permission::FacultyRead).await;
    for (text, count) in [
        ("听证", 1),
        ("第六十三条", 1),
        ("行政处罚法", 1),
        ("王一", 2),
        ("_", 1),
        ("%", 0),
        ("没有", 0),
    ] {
        let found = list(&ctx, &scope, &search(text), None, ALL).await.unwrap();
        assert_eq!(found.total, count, "{text}");
    }
    let below = list(&ctx, &scope, &Wanted::default(), Some(SQUAD), ALL)
        .await
        .unwrap();
    assert_eq!(below.total, 0);
    let (ctx, scope) = city.with("far", Permission::FacultyRead).await;
    let seen = list(&ctx, &scope, &Wanted::default(), None, ALL)
        .await
        .unwrap();
    assert_eq!(seen.total, 1, "drafts of another bureau do not exist");
    assert_eq!(status(view(&ctx, &scope, hearing).await), 404);
});

both_engines!(drafts_are_complete_before_use, |t: TestDb| async move {
    let city = City::new(t).await;
    let (ctx, scope) = city.with("district", Permission::FacultyManage).await;
    // Both templates ask for their four blocks.
    let mut input = courseware_input(CoursewareKind::MicroClass, DISTRICT, "一案一讨论");
    input.blocks = vec![("subject".to_owned(), "谁是当事人".to_owned())];
    let id = city.draft("district", input.clone()).await;
    let refused = release(&ctx, &scope, id, 1).await.unwrap_err();
    assert!(
        refused.detail().contains("取证方法"),
        "{}",
        refused.detail()
    );
    input.version = 1;
    input.blocks = ["subject", "evidence", "discretion", "litigation"]
        .map(|code| (code.to_owned(), "要点\n第二行=等号".to_owned()))
        .to_vec();
    save(&ctx, &scope, Some(id), input).await.unwrap();
    release(&ctx, &scope, id, 2).await.unwrap();
    let page = view(&ctx, &scope, id).await.unwrap();
    assert_eq!(page.blocks[3].text, "要点\n第二行=等号");
    // Something to see or read.
    let mut empty = courseware_input(CoursewareKind::Video, DISTRICT, "空");
    empty.summary.clear();
    let id = city.draft("district", empty.clone()).await;
    assert_eq!(status(release(&ctx, &scope, id, 1).await), 422);
    for (link, minutes, field) in [
        ("javascript:alert(1)", Some(5), "gas"),
        ("https://a b", Some(5), "gas"),
        ("", Some(0), "gas"),
        ("", Some(-3), "gas"),
        ("", None, "cooking"),
    ] {
        let mut wrong = empty.clone();
        wrong.link = link.to_owned();
        wrong.minutes = minutes;
        wrong.field = field.to_owned();
        assert_eq!(
            status(save(&ctx, &scope, None, wrong).await),
            422,
            "{link} {minutes:?} {field}"
        );
    }
    let mut foreign = empty.clone();
    foreign.unit = UnitId::from(OTHER_SQUAD);
    assert_eq!(status(save(&ctx, &scope, None, foreign).await), 404);
    let mut nobody = empty;
    nobody.instructor = Some(999);
    assert_eq!(status(save(&ctx, &scope, None, nobody).await), 422);
});

both_engines!(
    files_go_to_drafts_of_the_own_units,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let video = city.video("在用").await;
        let draft = city
            .draft(
                "district",
                courseware_input(CoursewareKind::Video, DISTRICT, "草稿"),
            )
            .await;
        let asked = |id: &str| Asked {
            file_name: "课件.mp4".to_owned(),
            length: 10,
            metadata: [("courseware_id".to_owned(), id.to_owned())].into(),
        };
        let ctx = city.ctx("district").await;
        let admission = CoursewarePolicy
            .admit(&ctx, &asked(&draft.to_string()))
            .await
            .unwrap();
        assert_eq!(admission.unit, UnitId::from(DISTRICT));
        assert_eq!(admission.max_bytes, 2_048 << 20);
        for (who, id, expected) in [
            ("district", video.to_string(), 409),
            ("other", draft.to_string(), 404),
            ("district", "999".to_owned(), 404),
            ("district", "x".to_owned(), 422),
            ("officer", draft.to_string(), 403),
        ] {
            let ctx = city.ctx(who).await;
            let admitted = CoursewarePolicy.admit(&ctx, &asked(&id)).await;
            assert_eq!(status(admitted), expected, "{who} {id}");
        }
        // What a name promises is held against the kind before a byte is sent.
        let mut slides = asked(&draft.to_string());
        slides.file_name = "讲义.pptx".to_owned();
        let refused = CoursewarePolicy.admit(&ctx, &slides).await.err().unwrap();
        assert_eq!(refused.code(), "invalid.field");
        assert!(refused.detail().contains("视频课件收视频"), "{refused}");
        let handbook = courseware_input(CoursewareKind::MicroHandbook, DISTRICT, "手册");
        let handbook = city.draft("district", handbook).await;
        slides.metadata = asked(&handbook.to_string()).metadata;
        CoursewarePolicy.admit(&ctx, &slides).await.unwrap();
        // An upload that nobody made, or of another purpose, is not there.
        let (ctx, scope) = city.with("district", Permission::FacultyNominate).await;
        for upload in ["1", "abc"] {
            assert_eq!(status(attach(&ctx, &scope, draft, 1, upload).await), 404);
        }
    }
);
