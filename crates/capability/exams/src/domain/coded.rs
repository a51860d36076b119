//! Code lists: a stable code for storage and wire, a Chinese word for pages.

/// Declares an enum with `ALL`, `code`, `name`, `from_code`; it reads and writes as its code.
macro_rules! coded {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $code:literal, $word:literal; )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $( $(#[$vmeta])* #[serde(rename = $code)] $variant, )+ }

        impl $name {
            /// All, in their usual order.
            pub const ALL: &'static [$name] = &[ $( $name::$variant, )+ ];

            /// Stable code, as stored and sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $( $name::$variant => $code, )+ }
            }

            /// Word on pages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( $name::$variant => $word, )+ }
            }

            /// Reads the code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

pub(crate) use coded;

/// The state after `event` in a table of steps; none when the table does not have it.
pub(crate) fn step<S: Copy + PartialEq, E: Copy + PartialEq>(
    table: &[(S, E, S)],
    state: S,
    event: E,
) -> Option<S> {
    table
        .iter()
        .find(|(from, on, _)| *from == state && *on == event)
        .map(|(_, _, to)| *to)
}
