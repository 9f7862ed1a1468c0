//! Files of the export: text or gzip, and JSON Lines in them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::collector::Collector;
use crate::{Fault, Place, PlainWords, Problem};

/// The longest line of JSON Lines, and the longest file that is one value, in MB. A cell of 250 containers takes 0.1.
const LONGEST_LINE_MB: u64 = 64;
const LONGEST_FILE_MB: u64 = 1_024;

/// A record and the line that holds it, from 1.
#[derive(Debug)]
pub(crate) struct Line<T> {
    pub(crate) number: usize,
    pub(crate) record: T,
}

/// The text of a whole file, decompressed if it is gzip.
pub(crate) fn read_text(path: &Path) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    let most = LONGEST_FILE_MB << 20;
    let read =
        open(path)?.take(most + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if read as u64 > most {
        let fault = Fault::TooLong { what: "the file", most_mb: LONGEST_FILE_MB };
        return Err(Problem::new(Place::file(path), fault));
    }
    String::from_utf8(bytes).map_err(|_| Problem::new(Place::file(path), Fault::NotText))
}

/// The records of a file of JSON Lines. Empty lines are skipped, lines that cannot be read are reported.
pub(crate) fn read_lines<T: DeserializeOwned>(path: &Path, collector: &mut Collector) -> Vec<Line<T>> {
    let mut reader = match open(path) {
        Ok(reader) => reader,
        Err(problem) => {
            collector.fatal(problem);
            return Vec::new();
        }
    };
    let mut records = Vec::new();
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        match (&mut reader).take((LONGEST_LINE_MB << 20) + 1).read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(read) if read as u64 > LONGEST_LINE_MB << 20 => {
                let fault = Fault::TooLong { what: "the line", most_mb: LONGEST_LINE_MB };
                collector.fatal(Problem::new(Place::line(path, number), fault));
                break;
            }
            Ok(_) => {}
            Err(error) => {
                collector.fatal(unreadable(path, &error));
                break;
            }
        }
        let place = || Place::line(path, number);
        match std::str::from_utf8(&bytes).map(str::trim) {
            Ok("") => {}
            // serde would take a list for the fields of a record, one after the other.
            Ok(text) if text.starts_with('[') => {
                let why = "invalid type: list, expected an object".to_owned();
                let fault = Fault::WrongValue { key: "the record".to_owned(), why };
                collector.fatal(Problem::new(place().at(1), fault));
            }
            Ok(text) => match parse(text) {
                Ok(record) => records.push(Line { number, record }),
                Err((_, column, fault)) => collector.fatal(Problem::new(place().at(column), fault)),
            },
            Err(_) => collector.fatal(Problem::new(place(), Fault::NotText)),
        }
    }
    records
}

/// One JSON value. On failure the line and the column within the text, and what is wrong with which key.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, (usize, usize, Fault)> {
    // To know the path of a mistake takes time, which only a text with a mistake has to spend.
    if let Ok(record) = serde_json::from_str(text) {
        return Ok(record);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| {
            let key = error.path().to_string();
            fault(&key, &error.into_inner())
        })
        .and_then(|record| {
            deserializer.end().map_err(|error| fault(".", &error))?;
            Ok(record)
        })
}

fn fault(key: &str, error: &serde_json::Error) -> (usize, usize, Fault) {
    let message = error.to_string();
    // serde_json appends the place to its text; we state it in front.
    let text = message.rsplit_once(" at line ").map_or(message.as_str(), |(text, _)| text).to_owned();
    let fault = match error.classify() {
        Category::Eof => Fault::CutOff(text),
        Category::Data => {
            let key = if key == "." { "the record" } else { key };
            Fault::WrongValue { key: key.to_owned(), why: PlainWords::of(&text).message }
        }
        Category::Syntax | Category::Io => Fault::NotJson(text),
    };
    (error.line().max(1), error.column().max(1), fault)
}

/// The file's bytes; gzip is recognised by its first two bytes, not by its name.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead>, Problem> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = BufReader::new(file);
    let start = reader.fill_buf().map_err(|error| unreadable(path, &error))?;
    if start.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let fault = match error.kind() {
        std::io::ErrorKind::NotFound => Fault::NoSuchPath,
        _ => Fault::Unreadable(error.to_string()),
    };
    Problem::new(Place::file(path), fault)
}
