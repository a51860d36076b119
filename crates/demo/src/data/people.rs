//! `names.toml` and `posts.toml`: what people are called, what they hold, how old they are.

use serde::Deserialize;

use super::Listed;

/// Names.
#[derive(Debug, Clone, Deserialize)]
pub struct Names {
    /// Family names with weights.
    pub family: Vec<(String, u32)>,
    /// Given names by decade.
    pub given: Vec<Given>,
    /// Full names never drawn.
    pub never: Never,
}

/// Given names of some birth years.
#[derive(Debug, Clone, Deserialize)]
pub struct Given {
    /// First and last year.
    pub born: (i32, i32),
    /// Share with one character, per cent.
    pub single_percent: u32,
    /// Of men.
    pub men: GivenOf,
    /// Of women.
    pub women: GivenOf,
}

/// Given names by length.
#[derive(Debug, Clone, Deserialize)]
pub struct GivenOf {
    /// One character.
    pub single: Vec<String>,
    /// Two.
    pub double: Vec<String>,
}

/// See [`Names::never`].
#[derive(Debug, Clone, Deserialize)]
pub struct Never {
    /// Full names.
    pub full_names: Vec<String>,
}

/// Posts, ranks and shares.
#[derive(Debug, Clone, Deserialize)]
pub struct Posts {
    /// Leadership by kind of unit.
    pub leadership: Vec<Leadership>,
    /// 一长五员.
    pub key_posts: KeyPosts,
    /// Further posts of squads.
    pub other_posts: Listed<SharedPost>,
    /// Ranks.
    pub rank: Vec<Rank>,
    /// Staffing.
    pub staffing: Staffing,
    /// Categories.
    pub staff_category: Listed<ShareOf>,
    /// Sexes.
    pub sex: Sexes,
    /// Ages.
    pub age: Age,
}

/// Leadership posts of a kind of unit.
#[derive(Debug, Clone, Deserialize)]
pub struct Leadership {
    /// `bureau`, `section`, `division`, `squad`, `corps`, `detachment`, `brigade`.
    pub unit: String,
    /// Its posts.
    pub posts: Vec<LeadingPost>,
}

/// A leadership post.
#[derive(Debug, Clone, Deserialize)]
pub struct LeadingPost {
    /// Code.
    pub id: String,
    /// Holders in a unit.
    pub per_unit: u32,
    /// Smallest unit that has it.
    #[serde(default)]
    pub from_size: u32,
}

/// See [`Posts::key_posts`].
#[derive(Debug, Clone, Deserialize)]
pub struct KeyPosts {
    /// Below this size one person holds several.
    pub shared_below: u32,
    /// The posts.
    pub list: Vec<SharedPost>,
}

/// A post with one holder for so many people.
#[derive(Debug, Clone, Deserialize)]
pub struct SharedPost {
    /// Code.
    pub id: String,
    /// People served by one holder.
    pub one_for: u32,
}

/// A rank.
#[derive(Debug, Clone, Deserialize)]
pub struct Rank {
    /// Code.
    pub id: String,
    /// Share without a leadership post.
    pub share: u32,
    /// Share of leaders.
    pub leaders: u32,
}

/// See [`Posts::staffing`].
#[derive(Debug, Clone, Deserialize)]
pub struct Staffing {
    /// 在编, per thousand.
    pub established: u32,
}

/// A share of something.
#[derive(Debug, Clone, Deserialize)]
pub struct ShareOf {
    /// Code.
    pub id: String,
    /// Per thousand.
    pub share: u32,
}

/// Shares of the sexes.
#[derive(Debug, Clone, Deserialize)]
pub struct Sexes {
    /// Per thousand.
    pub women: u32,
}

/// Ages.
#[derive(Debug, Clone, Deserialize)]
pub struct Age {
    /// Birth years with shares, as of 2024.
    pub list: Vec<BornShare>,
    /// Youngest and oldest at joining.
    pub joined_at_age: (i32, i32),
    /// Day of the merger.
    pub merged_on: String,
    /// Share that came with it.
    pub merged_share: u32,
}

/// Birth years with their share.
#[derive(Debug, Clone, Deserialize)]
pub struct BornShare {
    /// First and last year.
    pub born: (i32, i32),
    /// Per thousand.
    pub share: u32,
}
