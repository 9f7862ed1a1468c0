//! Constraints and offers as dense ids, with the outcome of the filter for each pair.

use std::collections::BTreeMap;
use std::sync::Arc;

use rivera_model::{Constraint, ConstraintIx, Offer, OfferIx};

use crate::Level;
use crate::rootfs::RootFs;

/// Interns constraints and offers and remembers who may go where (A.7).
///
/// A foundation has few of both, so every pair is decided when the later of the two is interned.
/// Ids are handed out in the order of first interning, from 0.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    constraints: Vec<Known>,
    offers: Vec<Offer>,
    constraint_ids: BTreeMap<(Constraint, Arc<[String]>), ConstraintIx>,
    offer_ids: BTreeMap<Offer, OfferIx>,
    /// By constraint, then by offer.
    levels: Vec<Vec<Level>>,
}

#[derive(Debug, Clone)]
struct Known {
    constraint: Constraint,
    rootfs: Option<RootFs>,
    tags: Arc<[String]>,
}

impl Catalog {
    /// The id of a constraint. An error will name its tags in alphabetical order.
    pub fn intern_constraint(&mut self, constraint: &Constraint) -> ConstraintIx {
        let tags = constraint.placement_tags.iter().cloned().collect();
        self.intern(constraint, tags)
    }

    /// The id of a constraint whose tags were requested in this order, as an error will name them (A.7). Another
    /// order has another id.
    pub fn intern_request(&mut self, constraint: &Constraint, tags: &[String]) -> ConstraintIx {
        self.intern(constraint, tags.into())
    }

    /// The id of an offer.
    pub fn intern_offer(&mut self, offer: &Offer) -> OfferIx {
        if let Some(id) = self.offer_ids.get(offer) {
            return *id;
        }
        let id = OfferIx::from_index(self.offers.len());
        for (known, levels) in self.constraints.iter().zip(&mut self.levels) {
            levels.push(Level::of(&known.constraint, known.rootfs.as_ref(), offer));
        }
        self.offers.push(offer.clone());
        self.offer_ids.insert(offer.clone(), id);
        id
    }

    /// How far a cell with this offer gets with this constraint.
    ///
    /// # Panics
    /// If an id is of another catalog.
    #[must_use]
    pub fn level(&self, constraint: ConstraintIx, offer: OfferIx) -> Level {
        self.levels[constraint.index()][offer.index()]
    }

    /// The tags of a constraint, in the order of the request.
    pub(crate) fn tags(&self, constraint: ConstraintIx) -> Arc<[String]> {
        Arc::clone(&self.constraints[constraint.index()].tags)
    }

    fn intern(&mut self, constraint: &Constraint, tags: Arc<[String]>) -> ConstraintIx {
        let key = (constraint.clone(), Arc::clone(&tags));
        if let Some(id) = self.constraint_ids.get(&key) {
            return *id;
        }
        let id = ConstraintIx::from_index(self.constraints.len());
        let rootfs = RootFs::parse(&constraint.rootfs);
        let level = |offer| Level::of(constraint, rootfs.as_ref(), offer);
        self.levels.push(self.offers.iter().map(level).collect());
        self.constraints.push(Known { constraint: constraint.clone(), rootfs, tags });
        self.constraint_ids.insert(key, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use rivera_model::RootFsProvider;

    use super::*;

    fn constraint(rootfs: &str, tags: &[&str]) -> Constraint {
        Constraint {
            rootfs: rootfs.to_owned(),
            placement_tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            ..Constraint::default()
        }
    }

    fn offer(scheme: &str) -> Offer {
        Offer {
            rootfs_providers: [(scheme.to_owned(), RootFsProvider::Arbitrary)].into(),
            ..Offer::default()
        }
    }

    #[test]
    fn the_order_of_interning_does_not_change_a_level() {
        let mut catalog = Catalog::default();
        let early = catalog.intern_constraint(&constraint("docker:a", &[]));
        let docker = catalog.intern_offer(&offer("docker"));
        let oci = catalog.intern_offer(&offer("oci"));
        let late = catalog.intern_constraint(&constraint("oci:a", &["t"]));
        assert_eq!(catalog.level(early, docker), Level::Fits);
        assert_eq!(catalog.level(early, oci), Level::NoRootFs);
        assert_eq!(catalog.level(late, docker), Level::NoRootFs);
        assert_eq!(catalog.level(late, oci), Level::NoTags);
    }

    #[test]
    fn equals_have_one_id_and_another_order_of_tags_another() {
        let mut catalog = Catalog::default();
        let both = constraint("docker:a", &["a", "b"]);
        let sorted = catalog.intern_constraint(&both);
        assert_eq!(catalog.intern_constraint(&both), sorted);
        assert_eq!(catalog.intern_request(&both, &["a".into(), "b".into()]), sorted);
        let other = catalog.intern_request(&both, &["b".into(), "a".into()]);
        assert_ne!(other, sorted);
        assert_eq!(*catalog.tags(other), ["b".to_owned(), "a".to_owned()]);
        assert_eq!(catalog.intern_offer(&offer("x")), catalog.intern_offer(&offer("x")));
    }
}
