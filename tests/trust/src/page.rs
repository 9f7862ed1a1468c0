//! The marks in the page, and what stands between them.

/// Why the page cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The page has no place for a part.
    #[error("the page has no line `<!-- generated: {0} -->`")]
    NoPart(String),
    /// A part has no end.
    #[error("the part `{0}` has no `<!-- end -->`")]
    NoEnd(String),
}

const BEGIN: &str = "<!-- generated: ";
const BEGIN_END: &str = " -->\n";
const END: &str = "<!-- end -->";

/// The names of the parts that the page has, in their order.
#[must_use]
pub fn parts(page: &str) -> Vec<&str> {
    page.split(BEGIN).skip(1).filter_map(|rest| Some(rest.split_once(BEGIN_END)?.0)).collect()
}

/// The page with a part written anew; all else stays as it is.
///
/// # Errors
/// [`PageError`] if the page has no such part.
pub fn with_part(page: &str, name: &str, generated: &str) -> Result<String, PageError> {
    let mark = format!("{BEGIN}{name}{BEGIN_END}");
    let Some((before, rest)) = page.split_once(&mark) else {
        return Err(PageError::NoPart(name.to_owned()));
    };
    let (old, after) = rest.split_once(END).ok_or_else(|| PageError::NoEnd(name.to_owned()))?;
    if old.contains(BEGIN) {
        return Err(PageError::NoEnd(name.to_owned()));
    }
    Ok(format!("{before}{mark}\n{}\n\n{END}{after}", generated.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n\n<!-- generated: one -->\nold\n<!-- end -->\n\nText.\n\n<!-- generated: two -->\n<!-- end -->\n";

    #[test]
    fn a_part_is_written_and_all_else_stays() {
        let page = with_part(PAGE, "one", "| a |\n").unwrap();
        assert_eq!(page, PAGE.replace("\nold\n", "\n\n| a |\n\n"));
        assert_eq!(with_part(&page, "one", "| a |\n").unwrap(), page, "once is once");
        assert_eq!(parts(&page), ["one", "two"]);
    }

    #[test]
    fn a_part_that_is_not_there_or_has_no_end_is_an_error() {
        assert_eq!(with_part(PAGE, "three", ""), Err(PageError::NoPart("three".to_owned())));
        let broken = PAGE.replacen("<!-- end -->", "", 1);
        assert_eq!(with_part(&broken, "one", ""), Err(PageError::NoEnd("one".to_owned())));
        let last = PAGE.trim_end().trim_end_matches("<!-- end -->");
        assert_eq!(with_part(last, "two", ""), Err(PageError::NoEnd("two".to_owned())));
    }
}
