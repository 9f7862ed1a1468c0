//! Which apps there are: the order of kinds, the number of instances of each app, and when it is enough.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Geometric};

use super::{AppKind, Mix, Recipe, RecipeError, Strategy};

/// The most desired instances that a fleet may have: what a `u32` of records comfortably holds.
pub(crate) const MOST_INSTANCES: u64 = 10_000_000;

/// An app to make: its kind and its desired instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct App {
    pub(crate) kind: usize,
    pub(crate) instances: u32,
}

impl Mix {
    /// The apps of the mix. Of 20 apps with 25 instances: 9 x 1 and 1 x 4 at 32 MB, 6 x 1 and 1 x 3 at 128 MB,
    /// 1 x 1 at 1024 MB, and 2 x 1 at 128 MB that crash; all with 100 MB of disk.
    pub(crate) fn kinds(self) -> Vec<AppKind> {
        let Self::DiegoStress = self;
        [
            ("light", 9.0, 1, 32, false),
            ("light-group", 1.0, 4, 32, false),
            ("medium", 6.0, 1, 128, false),
            ("medium-group", 1.0, 3, 128, false),
            ("heavy", 1.0, 1, 1_024, false),
            ("crashing", 2.0, 1, 128, true),
        ]
        .into_iter()
        .map(|(name, share, instances, memory_mb, crashing)| AppKind {
            name: name.to_owned(),
            share: Some(share),
            count: None,
            instances: Some(instances),
            instances_range: None,
            instances_mean: None,
            memory_mb,
            disk_mb: 100,
            stack: None,
            placement_tags: Vec::new(),
            volume_drivers: Vec::new(),
            strategy: Strategy::Rolling,
            start_timeout_ms: None,
            crashing,
        })
        .collect()
    }
}

/// How much is wanted of the apps with a share.
enum Target {
    /// Nothing: every kind has a count.
    Counts,
    Instances(u64),
    Apps(u64),
    MemoryMb(f64),
}

/// All apps of the recipe: those with a count first, then those with a share until the target is met.
pub(crate) fn apps(
    recipe: &Recipe,
    kinds: &[AppKind],
    total_memory_mb: i64,
    random: &mut ChaCha8Rng,
) -> Result<Vec<App>, RecipeError> {
    check(kinds)?;
    let target = target(recipe, kinds, total_memory_mb)?;
    let mut sum = Sum::default();
    for (kind, entry) in kinds.iter().enumerate() {
        for _ in 0..entry.count.unwrap_or_default() {
            sum.add(recipe, entry, App { kind, instances: draw(entry, random) })?;
        }
    }
    sum.within(&target)?;
    let mut shares = Shares::of(kinds.iter().map(|kind| kind.share.unwrap_or_default()).collect());
    while sum.wants_more(&target) {
        let kind = shares.next();
        let mut app = App { kind, instances: draw(&kinds[kind], random) };
        match target {
            // The last app is cut to size, so that the total is met exactly.
            Target::Instances(wanted) => {
                let left = u32::try_from(wanted - sum.instances).unwrap_or(u32::MAX);
                app.instances = app.instances.min(left);
            }
            Target::MemoryMb(wanted) if sum.memory_mb + memory_mb(recipe, &kinds[kind], app) > wanted => {
                break;
            }
            _ => {}
        }
        sum.add(recipe, &kinds[kind], app)?;
    }
    Ok(sum.apps)
}

/// What has been made so far.
#[derive(Default)]
struct Sum {
    apps: Vec<App>,
    instances: u64,
    memory_mb: f64,
}

impl Sum {
    fn add(&mut self, recipe: &Recipe, kind: &AppKind, app: App) -> Result<(), RecipeError> {
        self.instances += u64::from(app.instances);
        self.memory_mb += memory_mb(recipe, kind, app);
        self.apps.push(app);
        let (what, count, most) = ("instances", self.instances, MOST_INSTANCES);
        if count > most { Err(RecipeError::TooMany { what, count, most }) } else { Ok(()) }
    }

    fn within(&self, target: &Target) -> Result<(), RecipeError> {
        let (what, counted, wanted) = match target {
            Target::Instances(wanted) => ("instances", self.instances, *wanted),
            Target::Apps(wanted) => ("apps", self.apps.len() as u64, *wanted),
            Target::Counts | Target::MemoryMb(_) => return Ok(()),
        };
        if counted > wanted {
            return Err(RecipeError::CountsExceedTotal { what, counted, wanted });
        }
        Ok(())
    }

    fn wants_more(&self, target: &Target) -> bool {
        match target {
            Target::Counts => false,
            Target::Instances(wanted) => self.instances < *wanted,
            Target::Apps(wanted) => (self.apps.len() as u64) < *wanted,
            Target::MemoryMb(wanted) => self.memory_mb < *wanted,
        }
    }
}

fn check(kinds: &[AppKind]) -> Result<(), RecipeError> {
    if kinds.is_empty() {
        return Err(RecipeError::NoApps);
    }
    for kind in kinds {
        let place = || format!("[[apps]] {}", kind.name);
        let sizes = [kind.instances.is_some(), kind.instances_range.is_some(), kind.instances_mean.is_some()];
        if sizes.iter().filter(|given| **given).count() != 1 {
            let keys = "`instances`, `instances_range` and `instances_mean`";
            return Err(RecipeError::ExactlyOne { place: place(), keys });
        }
        if kind.share.is_some() == kind.count.is_some() {
            return Err(RecipeError::ExactlyOne { place: place(), keys: "`share` and `count`" });
        }
        if kind.share.is_some_and(|share| !(share.is_finite() && share > 0.0)) {
            return Err(RecipeError::Share(place()));
        }
    }
    Ok(())
}

fn target(recipe: &Recipe, kinds: &[AppKind], total_memory_mb: i64) -> Result<Target, RecipeError> {
    let shared = kinds.iter().any(|kind| kind.share.is_some());
    #[expect(clippy::cast_precision_loss, reason = "memory of a foundation is far below 2^52 MiB")]
    let memory = |fill: f64| Target::MemoryMb(fill * total_memory_mb as f64);
    match (recipe.instances, recipe.app_count, recipe.fill) {
        (None, None, None) if !shared => Ok(Target::Counts),
        (Some(instances), None, None) if shared => Ok(Target::Instances(instances.into())),
        (None, Some(apps), None) if shared => Ok(Target::Apps(apps.into())),
        (None, None, Some(fill)) if shared => Ok(memory(fill)),
        _ if shared => {
            let keys = "`instances`, `app_count` and `fill`";
            Err(RecipeError::ExactlyOne { place: "a recipe of apps with shares".into(), keys })
        }
        _ => {
            let keys = "`instances`, `app_count`, `fill`, or a `count` for every entry of `[[apps]]`";
            Err(RecipeError::ExactlyOne { place: "a recipe".into(), keys })
        }
    }
}

/// Memory that the app takes with its proxies. A crashed instance holds none.
fn memory_mb(recipe: &Recipe, kind: &AppKind, app: App) -> f64 {
    if kind.crashing {
        return 0.0;
    }
    (f64::from(kind.memory_mb) + f64::from(recipe.proxy_memory_mb)) * f64::from(app.instances)
}

fn draw(kind: &AppKind, random: &mut ChaCha8Rng) -> u32 {
    if let Some([least, most]) = kind.instances_range {
        return random.random_range(least..=most);
    }
    if let Some(mean) = kind.instances_mean {
        // A geometric number from 0 with chance 1/mean has the mean `mean - 1`.
        let beyond_first = Geometric::new(1.0 / mean).map_or(0, |geometric| geometric.sample(random));
        return u32::try_from(beyond_first.saturating_add(1)).unwrap_or(u32::MAX);
    }
    kind.instances.unwrap_or(1)
}

/// Deals kinds in proportion to their shares, always the one that is furthest behind; equals in their order.
pub(crate) struct Shares {
    shares: Vec<f64>,
    dealt: Vec<u32>,
}

impl Shares {
    pub(crate) fn of(shares: Vec<f64>) -> Self {
        let total: f64 = shares.iter().sum();
        let dealt = vec![0; shares.len()];
        Self { shares: shares.into_iter().map(|share| share / total).collect(), dealt }
    }

    pub(crate) fn next(&mut self) -> usize {
        let all = f64::from(self.dealt.iter().sum::<u32>() + 1);
        let behind = |kind: usize| self.shares[kind] * all - f64::from(self.dealt[kind]);
        let mut chosen = 0;
        for kind in 1..self.shares.len() {
            if behind(kind) > behind(chosen) {
                chosen = kind;
            }
        }
        self.dealt[chosen] += 1;
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_kept_at_every_point() {
        let mut shares = Shares::of(vec![3.0, 1.0]);
        let dealt: Vec<usize> = (0..8).map(|_| shares.next()).collect();
        assert_eq!(dealt, [0, 0, 1, 0, 0, 0, 1, 0]);
    }

    #[test]
    fn twenty_apps_of_the_stress_mix_have_twenty_five_instances() {
        let kinds = Mix::DiegoStress.kinds();
        let mut shares = Shares::of(kinds.iter().map(|kind| kind.share.unwrap()).collect());
        let mut instances = [0; 6];
        for _ in 0..20 {
            let kind = shares.next();
            instances[kind] += kinds[kind].instances.unwrap();
        }
        assert_eq!(instances, [9, 4, 6, 3, 1, 2]);
    }
}
