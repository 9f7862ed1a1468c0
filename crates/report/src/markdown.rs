//! Text of others in Markdown.

use crate::terminal::harmless;

/// Text that neither ends a cell nor begins anything of Markdown's.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in harmless(text).chars() {
        if matches!(c, '|' | '\\' | '`' | '*' | '_' | '<' | '[') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
