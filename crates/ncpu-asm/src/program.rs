//! Programs: an image with what is known of its source.

use crate::diagnostic::Diagnostic;
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

/// An image, and the source lines of its instructions where they are known.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What the machine runs.
    pub image: Image,
    /// The file's name.
    pub file: String,
    /// The source, by lines; empty for a program that comes as an image.
    pub source: Vec<String>,
    /// For each instruction its line, from 1.
    pub lines: Vec<u32>,
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
        let line = *self.lines.get(index as usize)? as usize;
        Some((line, self.source.get(line.checked_sub(1)?)?))
    }

    /// The text of instruction `index`: as in the source, without label and comment where it can
    /// be decoded.
    #[must_use]
    pub fn text(&self, index: u32) -> String {
        match self.image.text.get(index as usize) {
            None => String::new(),
            Some(word) => match (Insn::decode(*word), self.line(index)) {
                (Some(insn), _) => insn.to_string(),
                (None, Some((_, line))) => line.trim().to_owned(),
                (None, None) => crate::disassemble::raw(*word),
            },
        }
    }

    /// The closest code label at or before instruction `index`, and the distance.
    #[must_use]
    pub fn label_of(&self, index: u32) -> Option<(&str, u32)> {
        let labels = self.labels.iter().filter(|l| l.kind == Kind::Code && l.value <= index);
        labels.max_by_key(|l| l.value).map(|l| (l.name.as_str(), index - l.value))
    }
}
