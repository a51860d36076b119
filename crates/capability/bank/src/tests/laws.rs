//! A law changes.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chengzhi_db::{Tx, undelivered};
use chengzhi_http::{Ctx, Problem};
use chengzhi_testkit::{TestDb, both_engines};

use super::city::{City, day, lenient, question};
use crate::domain::life::Step;
use crate::facade::{Citing, Effect, Touched, verify};
use crate::usecase::law_change::{LawTextInput, apply, discard, enter};
use crate::usecase::law_effect::effect;
use crate::usecase::law_pages;

fn text(law: Option<i64>, name: &str, label: &str, articles: &str) -> LawTextInput {
    LawTextInput {
        law,
        name: name.into(),
        label: label.into(),
        in_force: day("2025-01-01"),
        source: "测试".into(),
        whole: false,
        text: articles.into(),
    }
}

/// Notes what it was told.
#[derive(Default)]
struct Papers(Mutex<Vec<Effect>>);

#[async_trait]
impl Citing for Papers {
    async fn touched(&self, _tx: &mut Tx, effect: &Effect) -> Result<Vec<Touched>, Problem> {
        Ok(vec![Touched {
            kind: "试卷".into(),
            title: format!("含{}道题", effect.versions.len()),
            state: "已封存".into(),
            act: String::new(),
            link: "/exams/1".into(),
        }])
    }

    async fn quarantine(&self, _tx: &mut Tx, _ctx: &Ctx, effect: &Effect) -> Result<(), Problem> {
        self.0.lock().unwrap().push(effect.clone());
        Ok(())
    }
}

both_engines!(
    a_changed_article_is_shown_with_what_cites_it_and_quarantined_in_one_step,
    |t: TestDb| async move {
        let mut city = City::new(t).await;
        let papers = Arc::new(Papers::default());
        city.citing = Arc::new(vec![papers.clone()]);
        let hit = city.in_use(lenient("初次违法的，（ ）。")).await;
        let spared = city
            .in_use(question("处罚原则是（ ）。", "第五条", "公正、公开的原则"))
            .await;
        let open = city
            .draft(
                "district",
                lenient("另一道关于初次违法的题，危害轻微的（ ）。"),
            )
            .await
            .unwrap();
        city.propose("district", open).await.unwrap();
        let ctx = city.ctx("city").await;
        let law = law_pages::list(&ctx).await.unwrap().remove(0);
        let amended =
            "第五条 行政处罚遵循公正、公开的原则。\n第三十三条 初次违法的，一律不予行政处罚。";
        let id = enter(&ctx, text(Some(law.id), "", "2024-12-20 修正", amended))
            .await
            .unwrap();
        assert_eq!(city.page("city", hit).await.row.state, "in_use");
        let shown = effect(&ctx, &city.citing, id).await.unwrap();
        let numbers: Vec<&str> = shown
            .changes
            .iter()
            .map(|one| one.number.as_str())
            .collect();
        assert_eq!(numbers, ["第三十三条"]);
        assert_eq!(shown.changes[0].cited, 2);
        assert_eq!(
            shown
                .quarantine
                .iter()
                .map(|row| row.id)
                .collect::<Vec<_>>(),
            [hit]
        );
        assert_eq!(
            shown.send_back.iter().map(|row| row.id).collect::<Vec<_>>(),
            [open]
        );
        assert_eq!(shown.touched[0].title, "含1道题");
        let stale = apply(&ctx, &city.citing, id, shown.text.version + 1)
            .await
            .unwrap_err();
        assert_eq!(stale.code(), "conflict.version");
        assert_eq!(
            apply(&ctx, &city.citing, id, shown.text.version)
                .await
                .unwrap(),
            1
        );
        let told = papers.0.lock().unwrap().clone();
        assert_eq!((told.len(), told[0].versions.clone()), (1, vec![hit]));
        let page = city.page("city", hit).await;
        assert_eq!(page.row.state, "quarantined");
        assert!(page.row.state_note.contains("2024-12-20 修正"));
        assert!(
            page.cites[0]
                .now_body
                .as_deref()
                .unwrap()
                .contains("一律不予")
        );
        assert_eq!(city.page("city", spared).await.row.state, "in_use");
        assert_eq!(city.page("city", open).await.row.state, "draft");
        // The quotation is gone: the version cannot simply come back.
        let denied = city.step("city", hit, Step::Restore).await.unwrap_err();
        assert_eq!(denied.code(), "bank.outdated");
        let law = law_pages::page(&ctx, law.id).await.unwrap();
        assert_eq!(law.articles.len(), 3, "articles that were not named stay");
        let mut tx = city.test.db.write().await.unwrap();
        let events = undelivered(&mut tx, 10).await.unwrap();
        assert!(
            events.iter().any(|one| one.topic == "bank.quarantined"),
            "{events:?}"
        );
        assert_eq!(verify(&mut tx).await.unwrap(), Vec::<String>::new());
    }
);

both_engines!(
    a_change_that_keeps_the_quotation_lets_the_question_come_back,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let hit = city.in_use(lenient("初次违法的，（ ）。")).await;
        let ctx = city.ctx("city").await;
        let law = law_pages::list(&ctx).await.unwrap().remove(0);
        let amended = "第三十三条 初次违法且后果轻微的，可以不予行政处罚。";
        let id = enter(&ctx, text(Some(law.id), "", "2024-12-20 修正", amended))
            .await
            .unwrap();
        assert_eq!(apply(&ctx, &city.citing, id, 1).await.unwrap(), 1);
        city.step("city", hit, Step::Restore).await.unwrap();
        let page = city.page("city", hit).await;
        assert_eq!(
            (page.row.state.as_str(), page.row.checked),
            ("in_use", true)
        );
        assert_eq!(page.cites[0].label, "2024-12-20 修正");
        assert_eq!(page.cites[0].now_label, None);
    }
);

both_engines!(
    a_new_law_makes_questions_that_named_it_checked,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let mut early = lenient("露天焚烧落叶的，（ ）。");
        early.source.as_mut().unwrap().law = "大气法".into();
        early.source.as_mut().unwrap().article = "第七条".into();
        early.explanation = "《大气法》第七条规定：“禁止露天焚烧落叶”。".into();
        let id = city.draft("district", early).await.unwrap();
        assert!(!city.page("city", id).await.row.checked);
        let ctx = city.ctx("city").await;
        let new = text(
            None,
            "《大气法》",
            "2018 修正",
            "第七条　禁止露天焚烧落叶、树枝。",
        );
        let entered = enter(&ctx, new.clone()).await.unwrap();
        let twice = enter(&ctx, new).await.unwrap_err();
        assert_eq!(twice.status(), 422);
        let wrong = enter(&ctx, text(None, "新法", "2020", "没有条号"))
            .await
            .unwrap_err();
        assert!(wrong.detail().starts_with("第1行"), "{}", wrong.detail());
        apply(&ctx, &city.citing, entered, 1).await.unwrap();
        assert!(city.page("city", id).await.row.checked);
        let over = discard(&ctx, entered, 2).await.unwrap_err();
        assert_eq!(over.code(), "bank.law_state");
    }
);
