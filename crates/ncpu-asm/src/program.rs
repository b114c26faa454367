//! Programs: an image with what is known of its source.

use crate::diagnostic::Diagnostic;
use crate::disassemble::raw;
use crate::expr::Kind;
use crate::image::Image;
use crate::insn::Insn;
use std::collections::BTreeMap;

/// A label of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The name as written.
    pub name: String,
    /// An instruction's index or a data address.
    pub value: u32,
    /// Which of the two.
    pub kind: Kind,
}

/// Where an instruction stands in its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// Its first character in the line, from 0.
    pub start: u32,
    /// The character after its last, white space included.
    pub end: u32,
}

/// An image, and the source lines of its instructions where they are known.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What the machine runs.
    pub image: Image,
    /// The file's name.
    pub file: String,
    /// The source, by lines; empty for a program that comes as an image.
    pub source: Vec<String>,
    /// For each instruction where it stands.
    pub places: Vec<Place>,
    /// Labels in the order of their definition.
    pub labels: Vec<Label>,
    /// Under the saturating rules: for the index of each line that is no instruction, why.
    pub rejected: BTreeMap<u32, Diagnostic>,
}

impl Program {
    /// A program without a source.
    #[must_use]
    pub fn from_image(image: Image, file: &str) -> Self {
        Self { image, file: file.into(), ..Self::default() }
    }

    /// The source line of instruction `index`: its number from 1, and its text.
    #[must_use]
    pub fn line(&self, index: u32) -> Option<(usize, &str)> {
        let line = self.places.get(index as usize)?.line as usize;
        Some((line, self.source.get(line.checked_sub(1)?)?))
    }

    /// The text of instruction `index`: from the source, or disassembled; empty if there is none.
    #[must_use]
    pub fn text(&self, index: u32) -> String {
        let at = index as usize;
        if let (Some(place), Some((_, line))) = (self.places.get(at), self.line(index)) {
            let text = line.chars().take(place.end as usize).skip(place.start as usize);
            return text.collect::<String>().trim().to_owned();
        }
        match self.image.text.get(at) {
            None => String::new(),
            Some(word) => Insn::decode(*word).map_or_else(|| raw(*word), |insn| insn.to_string()),
        }
    }

    /// The closest code label at or before instruction `index`, and the distance.
    #[must_use]
    pub fn label_of(&self, index: u32) -> Option<(&str, u32)> {
        let labels = self.labels.iter().filter(|l| l.kind == Kind::Code && l.value <= index);
        labels.max_by_key(|l| l.value).map(|l| (l.name.as_str(), index - l.value))
    }
}
