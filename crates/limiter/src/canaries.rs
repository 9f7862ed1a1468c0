//! `canaries`: how many instances BOSH updates first (D.1).

use crate::InstanceCount;

/// BOSH's `canaries`: an integer or a percentage. Unlike `max_in_flight` it may come to nothing.
pub type Canaries = InstanceCount<0>;

impl Canaries {
    /// How many of `size` instances are canaries (D.1). A percentage is rounded down; not more than there are
    /// instances.
    #[must_use]
    pub fn canaries(self, size: usize) -> usize {
        self.of(size).min(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canaries_may_come_to_nothing() {
        let canaries = |text: &str, size| text.parse::<Canaries>().unwrap().canaries(size);
        assert_eq!(canaries("0", 10), 0);
        assert_eq!(canaries("0%", 10), 0);
        assert_eq!(canaries("9%", 10), 0);
        assert_eq!(canaries("-1", 10), 0);
        assert_eq!(canaries("10%", 20), 2);
        assert_eq!(canaries("3", 20), 3);
        assert_eq!(canaries("3", 2), 2);
    }
}
