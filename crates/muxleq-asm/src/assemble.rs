//! The assembler: statements one after the other, macros and includes expanded on the way.

use crate::block::{Arm, Block, Macro};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Wrong};
use crate::emit::Emitter;
use crate::expr::{Expr, Parser};
use crate::source::{Files, Line, Source, relative};
use crate::symbol::{Sort, Symbols};
use crate::token::{Kind, Token};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Macros and includes inside each other.
const MAX_DEPTH: usize = 100;
/// Words after all expansion: what never ends shall be stopped.
const MAX_WORDS: usize = 5_000_000;
/// Words in a line.
const MAX_LINE: usize = 4096;
const MAX_ERRORS: usize = 30;

/// What a program became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The cells from cell 0 on.
    pub cells: Vec<u16>,
    /// Labels and their cells; local ones are called `label.local`.
    pub labels: BTreeMap<String, u16>,
}

/// Assembles the file `path`.
pub fn assemble(path: &Path, files: &dyn Files) -> Result<Program, Diagnostics> {
    let mut assembler = Assembler::new(files);
    assembler.file(path.to_path_buf(), None);
    assembler.finish()
}

/// A use of a macro.
struct Expansion {
    name: Rc<str>,
    used: Place,
}

pub(crate) struct Assembler<'a> {
    files: &'a dyn Files,
    sources: Vec<Source>,
    /// The files whose lines are being read.
    open: Vec<PathBuf>,
    pub(crate) symbols: Symbols,
    pub(crate) emitter: Emitter,
    macros: BTreeMap<Rc<str>, Rc<Macro>>,
    expansions: Vec<Expansion>,
    /// Assertions, for the end.
    pub(crate) assertions: Vec<(Expr, Option<String>, Place)>,
    errors: Vec<Wrong>,
    /// The last label that is not local: the scope of local labels outside macros.
    pub(crate) region: Rc<str>,
    depth: usize,
    words: usize,
}

impl<'a> Assembler<'a> {
    fn new(files: &'a dyn Files) -> Self {
        let outside = Expansion { name: "".into(), used: Place::default() };
        Self {
            files,
            sources: Vec::new(),
            open: Vec::new(),
            symbols: Symbols::default(),
            emitter: Emitter::default(),
            macros: BTreeMap::new(),
            expansions: vec![outside],
            assertions: Vec::new(),
            errors: Vec::new(),
            region: "".into(),
            depth: 0,
            words: 0,
        }
    }

    /// Reads a file, once; `from` is the place of its `include`.
    fn file(&mut self, path: PathBuf, from: Option<Place>) {
        if self.open.contains(&path) {
            self.wrong(Wrong::new(
                from.unwrap_or_default(),
                format!("`{}` includes itself", path.display()),
            ));
            return;
        }
        if self.sources.iter().any(|s| s.path == path) {
            return;
        }
        match self.files.read(&path) {
            Ok(text) => self.read(Source::new(path, &text)),
            Err(why) => self.unreadable(path, from, &why),
        }
    }

    fn unreadable(&mut self, path: PathBuf, from: Option<Place>, why: &str) {
        let wrong = |place| Wrong::new(place, format!("cannot read `{}`: {why}", path.display()));
        match from {
            Some(place) => {
                let wrong = wrong(place);
                self.wrong(wrong.remedy("the path of an `include` begins at the file that has it"));
            }
            None => {
                self.wrong(wrong(Place::default()));
                self.sources.push(Source::new(path, ""));
            }
        }
    }

    fn read(&mut self, source: Source) {
        let lines = source.lines(self.sources.len() as u32, &mut self.errors);
        self.open.push(source.path.clone());
        self.sources.push(source);
        self.block(&lines);
        self.open.pop();
    }

    pub(crate) fn wrong(&mut self, wrong: Wrong) {
        self.errors.push(wrong);
    }

    /// Assembles lines; blocks in them must end in them.
    fn block(&mut self, lines: &[Line]) {
        if self.depth >= MAX_DEPTH {
            let place = lines.first().map_or_else(Place::default, |l| l[0].place);
            self.wrong(
                Wrong::new(place, format!("macros and includes nested more than {MAX_DEPTH} deep"))
                    .remedy("a macro that uses itself needs an `if` that ends it"),
            );
            return;
        }
        self.depth += 1;
        let mut at = 0;
        while at < lines.len() && !self.is_exhausted(lines[at].len(), lines[at][0].place) {
            match Block::starting(&lines[at..]) {
                Ok(Some((block, length))) => {
                    self.labels_before(&lines[at]);
                    if let Err(wrong) = self.compound(block) {
                        self.wrong(wrong);
                    }
                    at += length;
                }
                Ok(None) => {
                    self.line(&lines[at]);
                    at += 1;
                }
                Err(wrong) => {
                    self.wrong(wrong);
                    break;
                }
            }
        }
        self.depth -= 1;
    }

    /// Counts words that were read or made; whether it is time to stop.
    fn is_exhausted(&mut self, words: usize, place: Place) -> bool {
        let before = self.words;
        self.words = before.saturating_add(words);
        if before < MAX_WORDS && self.words >= MAX_WORDS {
            self.wrong(Wrong::new(place, format!("more than {MAX_WORDS} words after expansion")));
        }
        self.words >= MAX_WORDS || self.errors.len() > MAX_ERRORS
    }

    /// The labels that stand before a block's first word.
    fn labels_before(&mut self, line: &[Token]) {
        let end = line.iter().rposition(|t| t.is(":")).map_or(0, |i| i + 1);
        if end > 0 {
            self.line(&line[..end]);
        }
    }

    fn compound(&mut self, block: Block<'_>) -> Result<(), Wrong> {
        match block {
            Block::Macro { head, body } => self.define_macro(head, body),
            Block::Repeat { head, body } => self.repeat(head, body),
            Block::If { arms } => self.choose(&arms),
        }
    }

    fn define_macro(&mut self, head: &[Token], body: &[Line]) -> Result<(), Wrong> {
        let (name, found) = Macro::new(head, body)?;
        if crate::statement::is_built_in(&name) || self.macros.contains_key(&name) {
            return Err(Wrong::new(head[1].place, format!("`{name}` is defined already")));
        }
        self.macros.insert(name, Rc::new(found));
        Ok(())
    }

    /// `repeat count [, name]`: the name counts from 0.
    fn repeat(&mut self, head: &[Token], body: &[Line]) -> Result<(), Wrong> {
        let region = self.region.clone();
        let mut parser = self.parser(&head[1..], &region);
        let place = parser.place();
        let count = parser.known()?;
        let name = if parser.take(",") { Some(parser.key()?.0) } else { None };
        parser.finish()?;
        if !(0..=0x1_0000).contains(&count) {
            return Err(Wrong::new(place, format!("a count of {count}")).remedy("0 to 65536"));
        }
        let words = body.iter().map(Vec::len).sum::<usize>();
        for i in 0..count {
            let counted = name.as_ref().map(|name| (name.clone(), i));
            self.block(&crate::block::with_counter(body, counted.as_ref()));
            if self.is_exhausted(1 + words, place) {
                break;
            }
        }
        Ok(())
    }

    /// The first arm whose condition holds.
    fn choose(&mut self, arms: &[Arm<'_>]) -> Result<(), Wrong> {
        let region = self.region.clone();
        for arm in arms {
            let holds = match arm.condition {
                None => true,
                Some(tokens) => {
                    let mut parser = self.parser(tokens, &region);
                    let value = parser.known()?;
                    parser.finish()?;
                    value != 0
                }
            };
            if holds {
                self.block(arm.body);
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn parser<'p>(&'p self, tokens: &'p [Token], region: &'p Rc<str>) -> Parser<'p> {
        Parser::new(tokens, &self.symbols, self.emitter.here, region)
    }

    /// One line: labels, then a definition, an instruction, a directive or a macro.
    fn line(&mut self, line: &[Token]) {
        let mut rest = line;
        while let Some(length) = label_length(rest) {
            if let Err(wrong) = self.label(&rest[..length]) {
                self.wrong(wrong);
            }
            rest = &rest[length..];
        }
        if rest.is_empty() {
            return;
        }
        if let Err(wrong) = self.statement(rest) {
            self.wrong(wrong);
        }
    }

    fn label(&mut self, tokens: &[Token]) -> Result<(), Wrong> {
        let region = self.region.clone();
        let (key, place) = self.parser(tokens, &region).key()?;
        if !key.contains('.') {
            self.region = key.clone();
        }
        let here = Expr::Number(self.emitter.here as i64);
        self.symbols.define(&key, Sort::Label, here, place)
    }

    fn statement(&mut self, tokens: &[Token]) -> Result<(), Wrong> {
        if let Some(at) = tokens.iter().position(|t| t.is("=") || t.is(":=")) {
            return self.definition(tokens, at);
        }
        let Some(name) = tokens[0].name().cloned() else {
            return Err(Wrong::new(
                tokens[0].place,
                "expected a label, an instruction, a directive or a macro",
            ));
        };
        if let Some(found) = self.macros.get(&name).cloned() {
            return self.expand(&name, &found, tokens);
        }
        if &*name == "include" {
            return self.include(tokens);
        }
        if crate::statement::is_built_in(&name) {
            return self.built_in(&name, tokens);
        }
        Err(self.unknown_statement(&name, tokens[0].place))
    }

    fn unknown_statement(&self, name: &str, place: Place) -> Wrong {
        let known =
            crate::statement::BUILT_IN.iter().copied().chain(self.macros.keys().map(|k| &**k));
        let wrong = Wrong::new(place, format!("unknown instruction or macro `{name}`"));
        match crate::near::nearest(name, known) {
            Some(near) => wrong.remedy(format!("did you mean `{near}`?")),
            None => {
                wrong.remedy("macros are defined above their use: `include` the file that has it")
            }
        }
    }

    /// `name = value`, `name := value`.
    fn definition(&mut self, tokens: &[Token], sign: usize) -> Result<(), Wrong> {
        let region = self.region.clone();
        let mut parser = self.parser(tokens, &region);
        let (key, place) = parser.key()?;
        if parser.at != sign {
            return Err(Wrong::new(parser.place(), "expected `=`"));
        }
        parser.at += 1;
        let (sort, value) = if tokens[sign].is("=") {
            (Sort::Constant, parser.expression()?)
        } else {
            (Sort::Variable, Expr::Number(parser.known()?))
        };
        parser.finish()?;
        self.symbols.define(&key, sort, value, place)
    }

    fn include(&mut self, tokens: &[Token]) -> Result<(), Wrong> {
        let [_, Token { kind: Kind::Text(name), place, .. }] = tokens else {
            return Err(Wrong::new(tokens[0].place, "`include` needs a path")
                .remedy("`include \"lib/base.mux\"`"));
        };
        let bytes: Vec<u8> = name.iter().map(|c| *c as u8).collect();
        let name = String::from_utf8_lossy(&bytes).into_owned();
        let from = self.sources[place.file as usize].path.clone();
        self.file(relative(&from, &name), Some(*place));
        Ok(())
    }

    fn expand(&mut self, name: &Rc<str>, found: &Macro, tokens: &[Token]) -> Result<(), Wrong> {
        let scope: Rc<str> = format!("{name}#{}", self.expansions.len()).into();
        let arguments = found.arguments(name, tokens, &self.region)?;
        let expansion = self.expansions.len() as u32;
        self.expansions.push(Expansion { name: name.clone(), used: tokens[0].place });
        let lines = found.instance(&arguments, &scope, expansion);
        if let Some(long) = lines.iter().find(|l| l.len() > MAX_LINE) {
            return Err(Wrong::new(
                long[0].place,
                format!("a line of more than {MAX_LINE} words after expansion"),
            ));
        }
        if !self.is_exhausted(lines.iter().map(Vec::len).sum(), tokens[0].place) {
            self.block(&lines);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Program, Diagnostics> {
        if let Err(wrong) = self.emitter.flush(&self.symbols) {
            self.errors.push(wrong);
        }
        self.symbols.settle();
        // What failed above would only be reported again as names that are missing.
        if self.errors.is_empty() {
            self.check_names();
        }
        if !self.errors.is_empty() {
            return Err(self.diagnostics());
        }
        Ok(Program { labels: self.symbols.labels(), cells: self.emitter.into_cells() })
    }

    fn check_names(&mut self) {
        let mut errors = Vec::new();
        self.emitter.resolve(&self.symbols, &mut errors);
        let open = self.symbols.open().filter_map(|d| d.value(&self.symbols, &|_| None).err());
        errors.extend(open.map(|no| no.explain(&self.symbols)));
        for (condition, message, place) in &self.assertions {
            match condition.value(&self.symbols, &|_| None) {
                Ok(0) => {
                    let message =
                        message.clone().unwrap_or_else(|| "the assertion does not hold".into());
                    errors.push(Wrong::new(*place, message));
                }
                Ok(_) => {}
                Err(no) => errors.push(no.explain(&self.symbols)),
            }
        }
        self.errors = errors;
    }

    fn diagnostics(self) -> Diagnostics {
        let mut found: Vec<_> =
            self.errors.iter().map(|w| (self.root(w.place), self.diagnostic(w))).collect();
        found.sort_by_key(|(root, _)| *root);
        let mut list: Vec<Diagnostic> = found.into_iter().map(|(_, d)| d).collect();
        list.dedup();
        list.truncate(MAX_ERRORS);
        Diagnostics(list)
    }

    /// The place in a file's own text that led to `place`.
    fn root(&self, mut place: Place) -> Place {
        while place.expansion != 0 {
            place = self.expansions[place.expansion as usize].used;
        }
        place
    }

    fn diagnostic(&self, wrong: &Wrong) -> Diagnostic {
        let Wrong { place, message, remedy } = wrong.clone();
        let source = &self.sources[place.file as usize];
        Diagnostic {
            file: source.path.display().to_string(),
            line: place.line as usize + 1,
            column: place.column as usize + 1,
            width: place.width as usize,
            text: source.text.get(place.line as usize).cloned().unwrap_or_default(),
            message,
            remedy,
            uses: self.uses(place),
        }
    }

    fn uses(&self, mut place: Place) -> Vec<(String, String)> {
        let mut uses = Vec::new();
        while place.expansion != 0 {
            let expansion = &self.expansions[place.expansion as usize];
            place = expansion.used;
            uses.push((expansion.name.to_string(), self.sources[place.file as usize].spell(place)));
        }
        uses
    }
}

/// The tokens of a label at the start of a line: `name:`, `name{i}:`.
fn label_length(tokens: &[Token]) -> Option<usize> {
    tokens.first()?.name()?;
    let colon = tokens.iter().position(|t| t.is(":"))?;
    let is_plain = colon == 1 || tokens[1].is("{") && tokens[colon - 1].is("}");
    is_plain.then_some(colon + 1)
}
