//! `benches/RESULTS.md`: a table for each subject, with how it was measured.

use std::fmt::Write;

use crate::goals::{Goals, Row, Subject};
use crate::machine::Machine;
use crate::measured::{AllMeasured, Measured};
use crate::units::{grouped, rounded, time};
use crate::verdict::{Verdict, judge};

const HEAD: &str = "\
# Results of the benchmarks

Written by `make bench`, which runs them all. What they do and what is wanted of them is in `goals.toml`, the remarks at the end
are in `REMARKS.md`: change those, not this file.
";

const COLUMNS: &str = "\
Times are medians, with the least sample beside them: other work on the machine can only add. Goals are held against the median, and
ratios are of medians of this run. \"Go\" is what Diego's own scheduler takes for the same work (Go 1.25.5, on a machine of the same kind), and how
many times our median that is.
";

/// Says when and of what the results are.
pub(crate) struct Run {
    pub(crate) date: String,
    pub(crate) commit: String,
    pub(crate) rust: String,
    pub(crate) machine: Machine,
}

/// The whole page.
pub(crate) fn page(goals: &Goals, all: &AllMeasured, run: &Run, remarks: &str) -> String {
    let Run { date, commit, rust, machine } = run;
    let mut page = format!("{HEAD}\n{date}, commit {commit}, {rust}, {machine}.\n\n{COLUMNS}");
    for subject in &goals.subjects {
        page.push_str(&section(subject, all));
    }
    let _ = write!(page, "\n{}\n", remarks.trim());
    page
}

fn section(subject: &Subject, all: &AllMeasured) -> String {
    let Subject { title, bench, how, rows } = subject;
    let mut section = format!("\n## {title}\n\n{}\n\n", how.trim());
    if let Some(bench) = bench {
        let _ = write!(section, "```\ncargo bench --locked -p rivera-benches --bench {bench}\n```\n\n");
    }
    section.push_str("| work | median | least | goal | | Go |\n|---|---|---|---|---|---|\n");
    for row in rows {
        let _ = writeln!(section, "| {} |", cells(row, all).join(" | "));
    }
    let remarks = rows.iter().filter_map(|row| Some((&row.id, row.remark.as_ref()?)));
    for (id, remark) in remarks {
        let _ = write!(section, "\n`{id}`: {}\n", remark.trim());
    }
    section
}

fn cells(row: &Row, all: &AllMeasured) -> [String; 6] {
    let Row { id, work, go_ns, goals, .. } = row;
    let measured = all.get(id).copied();
    let (typical, least) = match measured {
        None => ("not measured".to_owned(), String::new()),
        Some(Measured::Time { median_ns, least_ns }) => (time(median_ns), time(least_ns)),
        Some(Measured::Instructions(count)) => (format!("{} instructions", grouped(count)), String::new()),
    };
    let verdicts: Vec<Verdict> = goals.iter().map(|goal| judge(row, goal, all)).collect();
    let each = |words: fn(&Verdict) -> String| verdicts.iter().map(words).collect::<Vec<_>>().join("<br>");
    let go = go_ns.map(|go_ns| {
        let ratio = measured.and_then(Measured::median_ns).map(|ns| rounded(go_ns / ns));
        time(go_ns) + &ratio.map(|ratio| format!(", {ratio} times")).unwrap_or_default()
    });
    [
        format!("{work} (`{id}`)"),
        typical,
        least,
        each(|verdict| verdict.goal.clone()),
        each(Verdict::to_string),
        go.unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOALS: &str = r#"
        [[subject]]
        title = "Placement"
        bench = "placement"
        how = """
        On a foundation of 5,000 cells."""

        [[subject.row]]
        id = "place"
        work = "one placement"
        goals = [{ at_most_ns = 200 }, { times_faster_than_go = 50_000 }]
        go_ns = 21_445_000
        remark = "The floor is 90 ns."

        [[subject.row]]
        id = "later"
        work = "what nobody measures yet"
        goals = [{ at_most_times = { of = "place", times = 2 } }]

        [[subject.row]]
        id = "counted"
        work = "one placement, counted"
    "#;

    fn run() -> Run {
        let machine = Machine { processor: "a processor".to_owned(), cores: 2, memory_bytes: 25_000_000_000 };
        Run { date: "2026-11-22".into(), commit: "abc1234".into(), rust: "rustc 1.95.0".into(), machine }
    }

    #[test]
    fn a_page_has_all_rows_and_all_remarks() {
        let goals = Goals::parse(GOALS).unwrap();
        let all = [
            ("place".to_owned(), Measured::Time { median_ns: 298.4, least_ns: 271.0 }),
            ("counted".to_owned(), Measured::Instructions(1_234)),
        ];
        let page = page(&goals, &all.into(), &run(), "## The simulator\n\nTakes 8.2 s.\n");
        let tables = page.split_once("\n## Placement").map(|(_, tables)| tables);
        assert_eq!(
            tables,
            Some(
                "\n\nOn a foundation of 5,000 cells.\n\n\
                 ```\ncargo bench --locked -p rivera-benches --bench placement\n```\n\n\
                 | work | median | least | goal | | Go |\n|---|---|---|---|---|---|\n\
                 | one placement (`place`) | 298 ns | 271 ns | at most 200 ns<br>at least 50,000 times faster than Go \
                 | missed by 49 %<br>met: 71,900 times faster than Go | 21.4 ms, 71,900 times |\n\
                 | what nobody measures yet (`later`) | not measured |  | at most 2 times `place` | not measured |  |\n\
                 | one placement, counted (`counted`) | 1,234 instructions |  |  |  |  |\n\
                 \n`place`: The floor is 90 ns.\n\
                 \n## The simulator\n\nTakes 8.2 s.\n"
            )
        );
    }

    #[test]
    fn a_page_says_when_where_and_of_what_it_is() {
        let page = page(&Goals::parse(GOALS).unwrap(), &AllMeasured::new(), &run(), "");
        let line = "2026-11-22, commit abc1234, rustc 1.95.0, 2 cores of a processor, 24 GiB of memory.";
        assert!(page.contains(&format!("\n\n{line}\n\n")), "{page}");
    }
}
