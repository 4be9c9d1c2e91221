//! The macros that generate types from the rows of the table.

/// Declares an enum for each field, and its row of the table.
macro_rules! choices {
    ($( $clause:literal $title:literal $Choices:ident {
        $( $Variant:ident $name:literal $does:literal [$($seen:literal),*] $(from $origin:literal)? $(($status:ident))?, )+
    } )+) => {
        $(
            #[doc = concat!($clause, ": ", $title, ".")]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $Choices {
                $(
                    #[doc = concat!($does, "." $(, " Seen in ", $seen, ".")* $(, " From ", $origin, ".")?)]
                    $Variant,
                )+
            }

            impl $Choices {
                pub(super) const CLAUSE: &str = $clause;
                pub(super) const TITLE: &str = $title;
                pub(super) const ALL: &[Self] = &[$(Self::$Variant),+];
                pub(super) const CHOICES: &[Choice] = &[
                    $(Choice {
                        name: $name,
                        does: $does,
                        seen_in: &[$($seen),*],
                        origin: [$($origin,)? ""][0],
                        status: [$(Status::$status,)? Status::Decided][0],
                    },)+
                ];
            }
        )+
    };
}

/// Declares the fields of `Dialect`, and the table that describes all of them.
macro_rules! dialect {
    ($( $field:ident: $Choices:ident, )+) => {
        /// One choice for every clause that implementers can read in more than one way.
        ///
        /// `Display` writes the deviations from [`Dialect::OFFICIAL`], in the order of the clauses.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub struct Dialect {
            $(
                #[doc = concat!("The choice of [`", stringify!($Choices), "`].")]
                pub $field: $Choices,
            )+
        }

        impl Dialect {
            /// The suite's reading of the specification; `docs/spec.md` gives the source of each choice.
            pub const OFFICIAL: Self = Self { $($field: $Choices::ALL[0],)+ };
        }

        /// Every field in the order of the clauses, with all of its choices. The official choice comes first.
        pub static FIELDS: &[Field] = &[
            $(Field {
                name: stringify!($field),
                clause: $Choices::CLAUSE,
                title: $Choices::TITLE,
                choices: $Choices::CHOICES,
                get: |dialect| dialect.$field as usize,
                set: |dialect, index| dialect.$field = $Choices::ALL[index],
            },)+
        ];
    };
}

pub(super) use {choices, dialect};
