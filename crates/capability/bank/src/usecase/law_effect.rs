//! What a new text of a law does to everything that cites it (issue 5 §1, B-65).

use std::collections::BTreeSet;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::law_pages::{BankLawTextOut, name_of, text_out};
use super::touched::{AllCiting, Effect};
use super::view::rows_out;
use super::view_out::BankRowOut;
use crate::domain::articles::{self, Article, Change, Fate};
use crate::domain::life::State;
use crate::store::cites;
use crate::store::laws::{self, LawVersion};
use crate::store::versions::{self, Version};

/// An article that is not as it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankChangeOut {
    /// `第三十三条`.
    pub number: String,
    /// `changed`, `new`, `gone`.
    pub fate: String,
    /// Its word.
    pub fate_name: String,
    /// Words before.
    pub before: String,
    /// Words now.
    pub after: String,
    /// Questions that cite it.
    pub cited: usize,
}

/// Something beside questions that cites.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankTouchedOut {
    /// What it is.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: String,
    /// What will be done with it; empty: it is only named.
    pub act: String,
    /// Its page.
    pub link: String,
}

/// What applying a new text would do, or has done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankEffectOut {
    /// Law.
    pub law_id: i64,
    /// Its name.
    pub law: String,
    /// The text.
    pub text: BankLawTextOut,
    /// Label of the text that it follows.
    pub before: Option<String>,
    /// Articles that differ.
    pub changes: Vec<BankChangeOut>,
    /// In use: will be quarantined.
    pub quarantine: Vec<BankRowOut>,
    /// Waiting or reviewed: will go back to their authors.
    pub send_back: Vec<BankRowOut>,
    /// Drafts: only named.
    pub drafts: Vec<BankRowOut>,
    /// Papers, courseware.
    pub touched: Vec<BankTouchedOut>,
}

/// What a new text reaches.
pub(super) struct Reached {
    pub(super) law: String,
    pub(super) text: LawVersion,
    pub(super) before: Option<LawVersion>,
    pub(super) after: Vec<Article>,
    changes: Vec<Change>,
    cites: Vec<cites::Cite>,
    rows: Vec<Version>,
}

impl Reached {
    /// What of it stands in one of these states.
    pub(super) fn of_state(&self, states: &[State]) -> Vec<Version> {
        self.rows
            .iter()
            .filter(|row| states.contains(&row.state))
            .cloned()
            .collect()
    }

    /// As other capabilities are told.
    pub(super) fn effect(&self) -> Effect {
        Effect {
            law: self.law.clone(),
            articles: self
                .changes
                .iter()
                .filter(|change| change.fate != Fate::New)
                .map(|change| change.number.clone())
                .collect(),
            versions: self
                .of_state(&[State::InUse])
                .iter()
                .map(|row| row.id)
                .collect(),
            reason: self.reason(),
        }
    }

    /// As written beside what is quarantined.
    pub(super) fn reason(&self) -> String {
        format!("《{}》{}，所引条文有变动", self.law, self.text.label)
    }
}

/// Compares a text with the one before and finds what cites the difference.
pub(super) async fn reached(tx: &mut Tx, text: LawVersion) -> Result<Reached, Problem> {
    let law = name_of(tx, text.law_id).await?;
    let before = laws::versions(
        tx,
        &format!(
            "t.law_id = {} and t.state = 'applied' and t.number < {}",
            text.law_id, text.number
        ),
    )
    .await?
    .into_iter()
    .next();
    let old = match &before {
        None => Vec::new(),
        Some(before) => laws::articles(tx, before.id).await?,
    };
    let given = laws::articles(tx, text.id).await?;
    let after = articles::applied(&old, &given, text.whole || text.state == "applied");
    let changes = articles::changes(&old, &after);
    let numbers: BTreeSet<&str> = changes
        .iter()
        .filter(|change| change.fate != Fate::New)
        .map(|change| change.number.as_str())
        .collect();
    // Who cites the law as a whole is reached by any change.
    let cites: Vec<cites::Cite> =
        cites::citing(tx, text.law_id, "'draft', 'proposed', 'reviewed', 'in_use'")
            .await?
            .into_iter()
            .filter(|cite| {
                cite.law_version_id != text.id
                    && (numbers.contains(cite.article.as_str())
                        || (cite.article.is_empty() && !numbers.is_empty()))
            })
            .collect();
    let ids: BTreeSet<i64> = cites.iter().map(|cite| cite.version_id).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let rows = versions::of_ids(tx, &ids).await?;
    Ok(Reached {
        law,
        text,
        before,
        after,
        changes,
        cites,
        rows,
    })
}

/// What a new text does to what cites the law.
///
/// # Errors
/// 404 when there is none.
pub async fn effect(ctx: &Ctx, citing: &AllCiting, id: i64) -> Result<BankEffectOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let text = laws::versions(&mut tx, &format!("t.id = {id}"))
        .await?
        .pop()
        .ok_or_else(Problem::not_found)?;
    let reached = reached(&mut tx, text).await?;
    let effect = reached.effect();
    let mut touched = Vec::new();
    for one in citing.iter() {
        for found in one.touched(&mut tx, &effect).await? {
            touched.push(BankTouchedOut {
                kind: found.kind,
                title: found.title,
                state: found.state,
                act: found.act,
                link: found.link,
            });
        }
    }
    let quarantine = rows_out(&mut tx, ctx, &reached.of_state(&[State::InUse])).await?;
    let back = reached.of_state(&[State::Proposed, State::Reviewed]);
    let send_back = rows_out(&mut tx, ctx, &back).await?;
    let drafts = rows_out(&mut tx, ctx, &reached.of_state(&[State::Draft])).await?;
    let changes = reached
        .changes
        .iter()
        .map(|change| {
            let citing: BTreeSet<i64> = reached
                .cites
                .iter()
                .filter(|cite| cite.article == change.number)
                .map(|cite| cite.version_id)
                .collect();
            BankChangeOut {
                number: change.number.clone(),
                fate: change.fate.code().to_owned(),
                fate_name: change.fate.name().to_owned(),
                before: change.before.clone(),
                after: change.after.clone(),
                cited: citing.len(),
            }
        })
        .collect();
    Ok(BankEffectOut {
        law_id: reached.text.law_id,
        law: reached.law.clone(),
        before: reached.before.map(|before| before.label),
        text: text_out(reached.text),
        changes,
        quarantine,
        send_back,
        drafts,
        touched,
    })
}
