//! Questions as sent.

use chengzhi_kernel::{Date, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::BankContent;

/// A version in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankRowOut {
    /// Version.
    pub id: i64,
    /// Question.
    pub question_id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// Kind.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// What is asked.
    pub stem: String,
    /// Field of law.
    pub field: String,
    /// Topic.
    pub topic: String,
    /// 1 to 5.
    pub difficulty: u8,
    /// Level.
    pub level: String,
    /// Its word.
    pub level_name: String,
    /// Law of the source.
    pub law: String,
    /// Its article.
    pub article: String,
    /// Whether its quotation stands in the article (已核).
    pub checked: bool,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Why it stands there.
    pub state_note: String,
    /// What this version changes.
    pub change_note: String,
    /// Whose proposal it is.
    pub unit_name: String,
    /// Who entered it.
    pub by_name: String,
    /// When it was entered.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What the caller may do with it: codes of steps.
    pub may: Vec<String>,
    /// To be sent back with commands.
    pub version: i64,
}

/// A count of a state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankStateCountOut {
    /// Code.
    pub state: String,
    /// Word.
    pub name: String,
    /// Versions.
    pub count: usize,
}

/// A page of the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankListOut {
    /// Rows in all pages.
    pub total: usize,
    /// Rows of this page.
    pub rows: Vec<BankRowOut>,
    /// All versions that the caller sees, by state.
    pub states: Vec<BankStateCountOut>,
}

/// A question that says nearly the same.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankNearOut {
    /// Its version.
    pub id: i64,
    /// What it asks.
    pub stem: String,
    /// Its options.
    pub options: Vec<String>,
    /// Word of its state.
    pub state_name: String,
    /// How alike, thousandths.
    pub score: u32,
}

/// An article that a version cites.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankCiteOut {
    /// 0 for the question, 1 and on for sub-questions.
    pub part: i64,
    /// Law.
    pub law_id: i64,
    /// Its name.
    pub law: String,
    /// `第三十三条`.
    pub article: String,
    /// Label of the text that was read.
    pub label: String,
    /// First day in force of that text.
    pub in_force: Date,
    /// Where it was read.
    pub source: String,
    /// Words of the article; none when the bank does not hold it.
    pub body: Option<String>,
    /// Label of the text that counts now, when it is another.
    pub now_label: Option<String>,
    /// Its words, when they are others; empty when the article is gone.
    pub now_body: Option<String>,
}

/// A version of the same question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankVersionOut {
    /// Version.
    pub id: i64,
    /// 1, 2, 3.
    pub number: i64,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// What it changes.
    pub change_note: String,
    /// Who entered it.
    pub by_name: String,
}

/// A line of the story.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankEventOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by_name: String,
    /// Which version.
    pub number: i64,
    /// What was done.
    pub event: String,
    /// Why.
    pub note: String,
}

/// What a sitting showed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankObservedOut {
    /// When.
    pub on: Date,
    /// Candidates who had it.
    pub takers: i64,
    /// Share of the marks, thousandths.
    pub rate: i64,
    /// Discrimination, thousandths.
    pub discrimination: Option<i64>,
    /// What the analysis says.
    pub flags: String,
}

/// The page of a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankPageOut {
    /// The row.
    pub row: BankRowOut,
    /// The question.
    pub content: BankContent,
    /// Why it is 未核.
    pub unchecked: Option<String>,
    /// What it cites, with the words.
    pub cites: Vec<BankCiteOut>,
    /// All versions, newest first.
    pub versions: Vec<BankVersionOut>,
    /// The story of all versions, newest first.
    pub events: Vec<BankEventOut>,
    /// Questions that say nearly the same.
    pub near: Vec<BankNearOut>,
    /// Papers that any version was on.
    pub uses: usize,
    /// When last.
    pub last_used_on: Option<Date>,
    /// What was observed of any version, latest first.
    pub observed: Vec<BankObservedOut>,
}
