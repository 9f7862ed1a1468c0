//! Plans and parts as files: schemas `rivera.experiment-plan` and `rivera.experiment-part`.

use rivera_experiment::{Part, Plan};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::json::text;

pub(super) const VERSION: u32 = 1;
const PLAN: &str = "rivera.experiment-plan";
const PART: &str = "rivera.experiment-part";

#[derive(Serialize, Deserialize)]
struct PlanFile {
    schema: String,
    version: u32,
    plan: Plan,
}

#[derive(Serialize, Deserialize)]
struct PartFile {
    schema: String,
    version: u32,
    part: Part,
}

#[derive(Deserialize)]
struct Head {
    schema: String,
    version: u32,
}

/// Why a plan or a part cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It is no JSON, or cut off, or changed by hand.
    #[error("{0}")]
    Json(serde_json::Error),
    /// It is something else.
    #[error("it is {found}, where {expected} is needed")]
    Schema {
        /// What its first keys say.
        found: String,
        /// What is needed.
        expected: String,
    },
}

/// A plan as a file. Ends with a line break.
#[must_use]
pub fn plan_json(plan: &Plan) -> String {
    text(&PlanFile { schema: PLAN.to_owned(), version: VERSION, plan: plan.clone() })
}

/// A part as a file. Ends with a line break.
#[must_use]
pub fn part_json(part: Part) -> String {
    text(&PartFile { schema: PART.to_owned(), version: VERSION, part })
}

/// Reads a plan.
///
/// # Errors
/// [`KeptError`]
pub fn read_plan(text: &str) -> Result<Plan, KeptError> {
    Ok(read::<PlanFile>(text, PLAN)?.plan)
}

/// Reads a part.
///
/// # Errors
/// [`KeptError`]
pub fn read_part(text: &str) -> Result<Part, KeptError> {
    Ok(read::<PartFile>(text, PART)?.part)
}

fn read<T: DeserializeOwned>(text: &str, schema: &str) -> Result<T, KeptError> {
    // What it says of itself comes first: the errors of another schema's fields would help nobody.
    let head: Head = serde_json::from_str(text).map_err(KeptError::Json)?;
    if head.schema != schema || head.version != VERSION {
        return Err(KeptError::Schema {
            found: format!("{} {}", head.schema, head.version),
            expected: format!("{schema} {VERSION}"),
        });
    }
    serde_json::from_str(text).map_err(KeptError::Json)
}
