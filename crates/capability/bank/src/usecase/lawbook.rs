//! The laws that the bank holds, as far as questions name them: citations found, quotations looked up.

use std::collections::HashMap;

use chengzhi_db::{DbError, Tx, int_list};
use chengzhi_questions::Question;
use chengzhi_questions::text::compact;

use crate::domain::basis::{self, Cited};
use crate::store::cites::Cite;
use crate::store::laws::{self, Law, LawVersion};

/// Laws with their applied texts and articles.
#[derive(Debug, Default)]
pub struct LawBook {
    laws: Vec<Law>,
    /// By law, the newest first.
    texts: Vec<LawVersion>,
    articles: HashMap<(i64, String), String>,
}

impl LawBook {
    /// Laws that these questions name.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn of<'a>(
        tx: &mut Tx,
        questions: impl IntoIterator<Item = &'a Question>,
    ) -> Result<Self, DbError> {
        let laws = laws::all(tx).await?;
        let mut wanted: Vec<i64> = questions
            .into_iter()
            .flat_map(basis::cited)
            .filter_map(|cited| laws::named(&laws, &cited.law).map(|law| law.id))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let texts = laws::versions(
            tx,
            &format!(
                "t.state = 'applied' and t.law_id in {}",
                int_list(wanted.iter().copied())
            ),
        )
        .await?;
        let ids: Vec<i64> = texts.iter().map(|text| text.id).collect();
        let articles = laws::articles_of(tx, &ids).await?;
        Ok(LawBook {
            laws,
            texts,
            articles: articles
                .into_iter()
                .map(|(text, number, body)| ((text, number), body))
                .collect(),
        })
    }

    /// The law and the text that a citation means: the one whose label it names, else the last.
    fn place(&self, cited: &Cited) -> Option<(&Law, &LawVersion)> {
        let law = laws::named(&self.laws, &cited.law)?;
        let mut texts = self.texts.iter().filter(|text| text.law_id == law.id);
        let wanted = compact(&cited.version);
        let said = (!wanted.is_empty())
            .then(|| {
                texts
                    .clone()
                    .find(|text| compact(&text.label).contains(&wanted))
            })
            .flatten();
        said.or_else(|| texts.next()).map(|text| (law, text))
    }

    /// Words of the article that is cited.
    #[must_use]
    pub fn article(&self, cited: &Cited) -> Option<String> {
        let (_, text) = self.place(cited)?;
        self.articles
            .get(&(text.id, cited.article.clone()))
            .cloned()
    }

    /// What a question cites of these laws; `version_id` is still 0.
    #[must_use]
    pub fn cites(&self, question: &Question) -> Vec<Cite> {
        basis::cited(question)
            .iter()
            .filter_map(|cited| {
                let (law, text) = self.place(cited)?;
                Some(Cite {
                    version_id: 0,
                    part: i64::try_from(cited.part).unwrap_or(0),
                    law_id: law.id,
                    law_version_id: text.id,
                    article: cited.article.clone(),
                })
            })
            .collect()
    }

    /// Why a question is 未核; none: it is checked.
    #[must_use]
    pub fn unchecked(&self, question: &Question) -> Option<String> {
        basis::unchecked(question, &|cited| self.article(cited))
    }

    /// Gives the source of a question its law's full name and the label of the text that is meant.
    pub fn complete(&self, question: &mut Question) {
        let Some(cited) = basis::cited(question).into_iter().next() else {
            return;
        };
        if let (Some(source), Some((law, text))) = (&mut question.source, self.place(&cited))
            && basis::short(&source.law) == basis::short(&law.name)
        {
            source.law.clone_from(&law.name);
            source.version.clone_from(&text.label);
        }
    }
}
