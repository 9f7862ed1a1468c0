//! Any text as a recipe.

use rivera_diego::{Mix, Recipe, laws};

use crate::target::{Law, text};

/// A fleet of more than this takes too long to be made for each input; one that is too large to be made at all is
/// refused at once.
const LARGE: u64 = 2_000;
const TOO_LARGE: u64 = 10_000_000;

/// The text of a recipe.
#[derive(Debug)]
pub struct RecipeText(String);

impl Law for RecipeText {
    const NAME: &str = "recipe";

    fn read(bytes: &[u8]) -> Option<Self> {
        text(bytes).map(Self)
    }

    fn check(self) {
        let Some(recipe) = laws::a_text_is_a_recipe_or_has_a_mistake(&self.0) else { return };
        let size = size(&recipe);
        if size <= LARGE || size > TOO_LARGE {
            laws::a_recipe_makes_a_fleet_or_says_why_not(&recipe);
        }
    }
}

/// About how many cells, apps, instances and tasks the recipe asks for.
fn size(recipe: &Recipe) -> u64 {
    let cells: u64 = recipe.zones.values().map(|cells| u64::from(*cells)).sum();
    let tasks: u64 = recipe.tasks.iter().map(|kind| u64::from(kind.count)).sum();
    let counted: u64 = (recipe.apps.iter())
        .map(|kind| {
            let most = kind.instances_range.map_or(1, |[_, most]| most);
            let instances = kind.instances.unwrap_or(most).max(kind.instances_mean.map_or(1, |_| 1_000));
            u64::from(kind.count.unwrap_or_default()) * u64::from(instances)
        })
        .sum();
    let most_of_one = (recipe.apps.iter())
        .filter_map(|kind| kind.instances.or(kind.instances_range.map(|[_, most]| most)))
        .max()
        .unwrap_or(1_000);
    let apps = u64::from(recipe.app_count.unwrap_or_default()) * u64::from(most_of_one);
    let instances = u64::from(recipe.instances.unwrap_or_default());
    // How many fill the memory depends on too much to be told from here.
    let filling = if recipe.fill.is_some() && !matches!(recipe.mix, Some(Mix::DiegoStress)) {
        let memory_mb = recipe.cells.iter().map(|kind| u64::from(kind.memory_mb.unsigned_abs())).max();
        let least = recipe.apps.iter().map(|kind| u64::from(kind.memory_mb.unsigned_abs())).min();
        cells * memory_mb.unwrap_or_default() / least.unwrap_or(1).max(1)
    } else {
        0
    };
    cells + tasks + counted + apps + instances + filling
}
