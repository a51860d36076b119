//! What instructors, places and courseware are and may become. Pure: no database, clock or chance.

pub mod courseware;
pub mod fields;
pub mod instructor;
pub mod place;
pub mod span;
pub mod supply;
pub mod target;
pub mod trial;

pub use chengzhi_cycle::Deny;

/// Makes a closed list of words: an enum with stable codes and the word on pages.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident, $code:literal, $word:literal;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        #[allow(dead_code, reason = "every list of words offers the same, whichever its users need")]
        impl $name {
            /// All, in the order of lists.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// Stable code, as stored and sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),* }
            }

            /// Word on pages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// Reads [`Self::code`].
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}
pub(crate) use words;
