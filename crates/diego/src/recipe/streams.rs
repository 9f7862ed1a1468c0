//! Named streams of random numbers, so that one more draw for one purpose does not shift all others.

use rand::SeedableRng;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use uuid::Builder;

/// The stream of this name.
pub(crate) fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(fnv1a(name.as_bytes()));
    random
}

/// A random (version 4) UUID.
pub(crate) fn uuid(random: &mut impl Rng) -> String {
    let bits: u128 = random.random();
    Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
}

/// The 64-bit FNV-1a hash: a stable number for a name.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_repeatable_and_differ_by_name_and_seed() {
        let first = |seed, name| stream(seed, name).next_u64();
        assert_eq!(first(1, "sizes"), first(1, "sizes"));
        assert_ne!(first(1, "sizes"), first(1, "guids"));
        assert_ne!(first(1, "sizes"), first(2, "sizes"));
    }

    #[test]
    fn uuids_carry_version_and_variant() {
        let mut random = stream(1, "uuid");
        for _ in 0..100 {
            let uuid = uuid(&mut random);
            assert_eq!(uuid.len(), 36);
            assert_eq!(&uuid[14..15], "4");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
    }
}
