//! What a code of an error stands for, in more words than an error has room for.

/// The page of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// A stable name of the kind, which is shown with the error and does not change.
    pub code: &'static str,
    /// What was found, as a phrase.
    pub title: &'static str,
    /// How that comes about, and what it would do.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Gives an error type its codes and the list of their pages. The compiler sees to it that each kind has a code, and a code that is
/// in the list; what has a code already is named under `known`.
#[doc(hidden)]
#[macro_export]
macro_rules! explained {
    (
        $(#[$list_docs:meta])* $visible:vis static $list:ident;
        $(#[$code_docs:meta])* code of $error:ty;
        known { $($other:pat => $name:expr;)* }
        $($kind:pat => $code:literal, $title:literal, $meaning:literal, $remedy:literal;)+
    ) => {
        $(#[$list_docs])*
        $visible static $list: &[$crate::Explanation] =
            &[$($crate::Explanation { code: $code, title: $title, meaning: $meaning, remedy: $remedy }),+];

        impl $error {
            $(#[$code_docs])*
            #[must_use]
            $visible fn code(&self) -> &'static str {
                match self {
                    $($kind => $code,)+
                    $($other => $name,)*
                }
            }
        }
    };
}
