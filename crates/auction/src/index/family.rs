//! The shape of the trees of a group: families of four siblings, in an array.
//!
//! A node has a position. Positions `4f` to `4f + 3` are family `f`, and family 0 is the root alone, in its last place. So the
//! children of the node at `p` are family `p - 2`, and the parent of family `f` is at `f + 2`. The leaves are the last
//! positions. Their number need not be a power of four: the tree is then of uneven depth, which nothing depends on.
//!
//! Four, as half as many levels as with two make half as many steps that wait for each other, and four nodes are two cache lines.

/// The position of the root.
pub(super) const ROOT: usize = 3;

/// The position of the first of so many leaves: behind the root and all other nodes that have children.
pub(super) const fn first_leaf(leaves: usize) -> usize {
    ROOT + (leaves + 1) / 3
}

/// How many families hold so many leaves and all nodes above them.
pub(super) const fn families(leaves: usize) -> usize {
    if leaves == 0 { 0 } else { first_leaf(leaves) - 2 }
}

/// The family of the children of a node, which a leaf has not.
pub(super) const fn children(position: usize) -> usize {
    position - 2
}

/// The parent of the nodes of a family.
pub(super) const fn parent(family: usize) -> usize {
    family + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_leads_to_the_root_and_nothing_is_behind_the_leaves() {
        for leaves in 1..200 {
            let (first, families) = (first_leaf(leaves), families(leaves));
            assert!((first..4 * families).len() >= leaves && (first..4 * families).len() < leaves + 3);
            assert!(first == ROOT || children(first - 1) == families - 1, "the last family has a parent");
            for leaf in first..first + leaves {
                assert!(children(leaf) >= families);
                let mut at = leaf;
                while at != ROOT {
                    let family = at / 4;
                    at = parent(family);
                    assert!(at < first && children(at) == family);
                }
            }
        }
    }
}
