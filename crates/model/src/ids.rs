//! Dense, typed ids. Names are interned at the edge, so that the kernel handles numbers only.

/// Declares ids: each is a `u32`, the position of a thing among those of its kind.
///
/// ```
/// rivera_model::dense_id! {
///     /// A colour.
///     ColourIx,
/// }
/// assert_eq!(ColourIx::from_index(3).index(), 3);
/// ```
#[macro_export]
macro_rules! dense_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as a position in a `Vec`.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of a position in a `Vec`.
            ///
            /// # Panics
            /// If there are more than `u32::MAX` positions.
            #[must_use]
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("more than u32::MAX items of one kind"))
            }
        }
    )*};
}

dense_id! {
    /// A zone. Zones are numbered in the order of their names.
    ZoneIx,
    /// An instance group of cells. Groups are numbered in the order of their update.
    GroupIx,
    /// A cell. Cells are numbered in the order of their cell ids.
    CellIx,
    /// A process (a desired LRP), numbered in the order of process guids.
    ProcessIx,
    /// A task.
    TaskIx,
    /// One start of an instance: what Diego calls an instance guid.
    InstanceIx,
    /// A distinct set of placement constraints.
    ConstraintIx,
    /// A distinct set of things that a cell offers.
    OfferIx,
}
