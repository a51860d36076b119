//! What pages are told.

use chengzhi_http::DueOut;
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::kind::{Line, UnitKind};
use crate::domain::person::Category;
use crate::domain::status::StatusKind;

/// A unit as it is on the day asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitOut {
    /// Row id.
    #[schema(value_type = i64)]
    pub id: UnitId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// Kind in Chinese.
    pub kind_name: String,
    /// Parent on the 条 line.
    #[schema(value_type = Option<i64>)]
    pub parent_id: Option<UnitId>,
    /// Parent on the 块 line: a squad's street; the district in which a street lies.
    #[schema(value_type = Option<i64>)]
    pub street_id: Option<UnitId>,
    /// Its name.
    pub street_name: Option<String>,
    /// Who reviews its monthly study; none when it reports none.
    #[schema(value_type = Option<i64>)]
    pub reviewer_unit_id: Option<UnitId>,
    /// Its name.
    pub reviewer_name: Option<String>,
    /// The city office that runs training.
    pub trains: bool,
    /// First day.
    pub opened_on: Date,
    /// First day no longer.
    pub closed_on: Option<Date>,
    /// Its own people in service.
    pub headcount: i64,
}

/// A span under a parent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LineOut {
    /// Which line.
    pub line: Line,
    /// 条 or 块.
    pub line_name: String,
    /// Parent.
    #[schema(value_type = i64)]
    pub parent_id: UnitId,
    /// Its name.
    pub parent_name: String,
    /// First day.
    pub from: Date,
    /// Last day, none while it lasts.
    pub to: Option<Date>,
}

/// Who reviews a unit's monthly study.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewerOut {
    /// The reviewing unit.
    #[schema(value_type = i64)]
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// Why, in Chinese.
    pub why: String,
}

/// A unit with its history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitDetailOut {
    /// The unit.
    #[serde(flatten)]
    pub unit: UnitOut,
    /// Its parents through time, on both lines.
    pub lines: Vec<LineOut>,
    /// Who reviews it; none when it reports no study.
    pub reviewer: Option<ReviewerOut>,
    /// People in service in it and below.
    pub people_count: i64,
}

/// A person in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonOut {
    /// Row id.
    #[schema(value_type = i64)]
    pub id: PersonId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// Unit of the day.
    #[schema(value_type = Option<i64>)]
    pub unit_id: Option<UnitId>,
    /// Its name.
    pub unit_name: String,
    /// The bureau it is counted with.
    pub district_name: String,
    /// 在编.
    pub established: bool,
    /// 人员类别.
    pub category: Category,
    /// In Chinese.
    pub category_name: String,
    /// The first post.
    pub post: Option<String>,
    /// All posts in Chinese: 中队长、法制员.
    pub post_name: Option<String>,
    /// All posts.
    pub posts: Vec<String>,
    /// Rank.
    pub rank: Option<String>,
    /// In Chinese.
    pub rank_name: Option<String>,
    /// `at_post`, `away` or `left`.
    pub state: String,
    /// 在岗, 离岗（产假）, 不在职（退休）.
    pub state_name: String,
    /// 入职日期.
    pub joined_on: Date,
}

/// A span in a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipOut {
    /// Where.
    #[schema(value_type = i64)]
    pub unit_id: UnitId,
    /// Its name.
    pub unit_name: String,
    /// First day.
    pub from: Date,
    /// Last day, none while it lasts.
    pub to: Option<Date>,
}

/// A span in a post.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PostOut {
    /// Code.
    pub post: String,
    /// In Chinese.
    pub post_name: String,
    /// First day.
    pub from: Date,
    /// Last day, none while it lasts.
    pub to: Option<Date>,
}

/// The four separate attributes (B-10…B-14).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FactsOut {
    /// 在编 (B-10).
    pub established: bool,
    /// 在职 (B-12), follows from the status changes.
    pub in_service: bool,
    /// 在岗 (B-11), follows from the status changes.
    pub at_post: bool,
    /// 行政执法类公务员 (B-14), follows from the category.
    pub enforcement_civil_servant: bool,
    /// 借调中: told, without effect on the assessment (B-75).
    pub seconded: bool,
}

/// A status change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatusEventOut {
    /// Row id.
    pub id: i64,
    /// Kind.
    pub kind: StatusKind,
    /// In Chinese.
    pub kind_name: String,
    /// What it does to the assessment, in Chinese.
    pub effect_text: String,
    /// First day away, first day back.
    pub effective_on: Date,
    /// Day of the decision.
    pub decided_on: Option<Date>,
    /// When it was entered.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: String,
    /// By when it had to be entered (B-71). Counted from the decision, else from the effective day;
    /// the days left are those there were at the entry. None where no rules are in force.
    pub update_due: Option<DueOut>,
    /// Days by which the entry was late; 0 when in time.
    pub late_days: i64,
    /// True when it was revoked.
    pub revoked: bool,
    /// Why.
    pub revoke_reason: Option<String>,
    /// Remark.
    pub note: Option<String>,
}

/// A person's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonDetailOut {
    /// As in the list.
    #[serde(flatten)]
    pub person: PersonOut,
    /// `male`, `female`, or not known.
    pub sex: Option<String>,
    /// In Chinese.
    pub sex_name: Option<String>,
    /// 初任培训结束日期 (B-67).
    pub induction_ended_on: Option<Date>,
    /// 138****1234.
    pub phone_masked: Option<String>,
    /// Units through time, newest first.
    pub memberships: Vec<MembershipOut>,
    /// Posts through time, newest first.
    pub post_history: Vec<PostOut>,
    /// Status changes, newest first, the revoked ones too.
    pub events: Vec<StatusEventOut>,
    /// The four attributes.
    pub facts: FactsOut,
    /// For optimistic changes.
    pub version: i64,
}

/// A status change entered too late (B-71).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LateUpdateOut {
    /// Whose.
    #[schema(value_type = i64)]
    pub person_id: PersonId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// Unit of today.
    pub unit_name: String,
    /// 离职 … 返岗.
    pub kind_name: String,
    /// First day away, first day back.
    pub effective_on: Date,
    /// Day of the decision.
    pub decided_on: Option<Date>,
    /// Last day in time.
    pub due_on: Date,
    /// When it was entered.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Days late.
    pub late_days: i64,
}
