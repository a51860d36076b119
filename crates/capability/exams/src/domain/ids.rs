//! Identifiers of this capability. A candidate is a person: [`chengzhi_kernel::PersonId`].

use chengzhi_kernel::id_type;

id_type! {
    /// One version of a question of the bank.
    QuestionId
}
id_type! {
    /// One candidate's attempt at one paper.
    AttemptId
}
