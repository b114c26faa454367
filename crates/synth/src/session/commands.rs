//! The commands of a session.

use super::{Flow, Host, PRESETS, Preset, Session, line, load, open, save};
use super::{parse_example, s, thousands};
use crate::machine::Compiled;
use crate::rule::{Language, Rule};
use crate::task::{Cell, parse_inputs};
use crate::value::{Kind, Value};
use crate::{Status, question};
use std::path::Path;
use std::time::Duration;

/// What the help says of a command.
#[derive(Debug)]
pub struct CommandHelp {
    /// Its name.
    pub name: &'static str,
    /// What follows it.
    pub usage: &'static str,
    /// What it does.
    pub doc: &'static str,
}

macro_rules! commands {
    ($($name:literal $usage:literal $doc:literal;)*) => {
        /// All commands, in the order of the help.
        pub const COMMANDS: &[CommandHelp] = &[$(CommandHelp { name: $name, usage: $usage, doc: $doc }),*];
    };
}

commands! {
    "example" "3, 5 -> 8" "add an example; the word may be left out";
    "cipher" "hello khoor" "add an example of two words and search at once";
    "load" "FILE.csv|.jsonl" "read examples; in CSV the last column is the output";
    "preset" "NAME" "take the examples of a preset (without a name: list them)";
    "examples" "" "list the examples";
    "remove" "N" "take an example back";
    "clear" "" "forget all examples";
    "const" "VALUE, VALUE" "constants that may occur";
    "synthesize" "[SECONDS]" "search a rule that fits; Ctrl-C keeps what was found";
    "summary" "" "the rule, and how sure it is";
    "test" "INPUTS" "what the rule gives for inputs, and whether rivals disagree";
    "apply" "INPUT | --column N FILE.csv" "apply the rule, to every row of a file if one is named";
    "invert" "" "the decoder of a cipher; `apply` then decodes, until `invert` again";
    "crack" "TEXT" "break a cipher without a known pair, by language statistics";
    "explain" "" "the rule in words, on the examples, and what would change it";
    "trace" "INPUTS" "what the rule computes, step by step";
    "why" "not PROGRAM" "why another program was not chosen";
    "questions" "" "ask for the output that best tells apart what still fits";
    "answer" "LETTER | VALUE" "answer the question asked last";
    "alternatives" "" "list the rules that fit too";
    "export" "asm|c|rust|python|excel|regex [FILE]" "the rule as source text";
    "run" "[--engine NAME] INPUTS" "run the rule in machine code on an engine";
    "save" "FILE" "keep the examples and the rule";
    "open" "FILE" "go on with what was saved";
    "help" "[COMMAND]" "this list";
    "quit" "" "leave";
}

/// Other names of commands.
const ALIASES: &[(&str, &str)] = &[
    ("ex", "example"),
    ("presets", "preset"),
    ("synth", "synthesize"),
    ("solve", "synthesize"),
    ("go", "synthesize"),
    ("question", "questions"),
    ("exit", "quit"),
    ("q", "quit"),
    ("?", "help"),
];

impl Session {
    /// Carries out a line.
    ///
    /// # Errors
    /// What is wrong with it, in words; the session goes on as it was.
    pub fn execute(
        &mut self,
        text: &str,
        host: &dyn Host,
        out: &mut String,
    ) -> Result<Flow, String> {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            return Ok(Flow::Continue);
        }
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let word = ALIASES.iter().find(|(alias, _)| *alias == word).map_or(word, |(_, name)| name);
        match word {
            "quit" => return Ok(Flow::Quit),
            "help" => help(rest, self, out)?,
            "example" => self.example(rest, out)?,
            "cipher" => self.cipher(rest, host, out)?,
            "load" => self.load(rest, out)?,
            "preset" => self.preset(rest, out)?,
            "examples" => self.list(out),
            "remove" => self.remove(rest, out)?,
            "clear" => {
                *self = Self::new(self.settings);
                line(out, "no examples");
            }
            "const" => self.consts(rest, out)?,
            "synthesize" => {
                if !rest.is_empty() {
                    self.settings.time = seconds(rest)?;
                }
                self.synthesize(host, out)?;
            }
            "summary" => self.summary(out)?,
            "test" => self.test(rest, out)?,
            "apply" => self.apply(rest, host, out)?,
            "invert" => self.invert(out)?,
            "crack" => self.crack(rest, host, out)?,
            "explain" => self.explain(out)?,
            "trace" => self.trace(rest, out)?,
            "why" => self.why_not(rest, out)?,
            "questions" => self.questions(out)?,
            "answer" => self.answer_question(rest, host, out)?,
            "alternatives" => self.alternatives(out)?,
            "export" => self.export(rest, out)?,
            "run" => self.run(rest, host, out)?,
            "save" => self.save(rest, out)?,
            "open" => self.open(rest, out)?,
            _ if text.contains("->") => self.example(text, out)?,
            // A letter answers the question that was just asked.
            _ if self.asked.is_some() && rest.is_empty() => {
                self.answer_question(word, host, out)?
            }
            _ => return Err(unknown(word)),
        }
        Ok(Flow::Continue)
    }

    fn example(&mut self, text: &str, out: &mut String) -> Result<(), String> {
        let (inputs, output) = parse_example(text)?;
        self.add(inputs, output)?;
        let count = self.task.examples.len();
        line(
            out,
            self.settings.paint.faint(format_args!(
                "{count} example{} of {}",
                s(count),
                self.task.kind
            )),
        );
        Ok(())
    }

    fn cipher(&mut self, text: &str, host: &dyn Host, out: &mut String) -> Result<(), String> {
        let (plain, cipher) = pair(text)?;
        if !self.settings.text {
            self.settings.text = true;
            self.set_task(crate::Task::new(Kind::Text));
        }
        let cell = |text: String| Cell { text, quoted: true };
        self.add(vec![cell(plain)], cell(cipher))?;
        self.synthesize(host, out)
    }

    fn load(&mut self, text: &str, out: &mut String) -> Result<(), String> {
        let path = file_name(text, "load FILE.csv")?;
        let task = load(Path::new(&path), self.settings.text.then_some(Kind::Text))?;
        let (count, pending) = (task.examples.len(), task.pending.len());
        self.reference = None;
        self.set_task(task);
        let wanted =
            if pending > 0 { format!(", {pending} without an output") } else { String::new() };
        line(out, format_args!("{count} example{} of {}{wanted}", s(count), self.task.kind));
        if let Some((a, b)) = self.task.clash() {
            line(
                out,
                self.settings.paint.bad(format_args!("examples {a} and {b} contradict each other")),
            );
        }
        Ok(())
    }

    fn preset(&mut self, name: &str, out: &mut String) -> Result<(), String> {
        if name.is_empty() {
            for preset in PRESETS {
                line(out, format_args!("{:10} {}", preset.name, preset.doc));
            }
            return Ok(());
        }
        let preset =
            Preset::find(name).ok_or_else(|| format!("no preset `{name}`; `preset` lists them"))?;
        let (task, reference) = preset.task()?;
        self.settings.text = false;
        self.set_task(task);
        self.reference = Some(reference);
        line(out, format_args!("{}: {} examples", preset.doc, self.task.examples.len()));
        Ok(())
    }

    /// Lists the examples, marking those that a search could not fit.
    fn list(&self, out: &mut String) {
        const SHOWN: usize = 40;
        for (n, example) in self.task.examples.iter().take(SHOWN).enumerate() {
            line(out, format_args!("{:3}  {}", n + 1, self.row(&example.inputs, &example.output)));
        }
        let more = self.task.examples.len().saturating_sub(SHOWN);
        if more > 0 {
            line(out, format_args!("     … and {more} more"));
        }
        if self.task.examples.is_empty() {
            line(out, "no examples; type `example 3, 5 -> 8`, `load FILE` or `preset`");
        }
    }

    pub(super) fn row(&self, inputs: &[Value], output: &Value) -> String {
        format!("{} -> {}", self.shown(inputs), output.display(self.task.kind))
    }

    pub(super) fn shown(&self, inputs: &[Value]) -> String {
        inputs.iter().map(|v| v.display(self.task.kind)).collect::<Vec<_>>().join(", ")
    }

    fn remove(&mut self, text: &str, out: &mut String) -> Result<(), String> {
        let count = self.task.examples.len();
        let n: usize =
            text.parse().map_err(|_| "which example? `examples` numbers them".to_owned())?;
        if n == 0 || n > count {
            return Err(format!("there are examples 1 to {count}"));
        }
        let mut rows = self.typed_rows();
        rows.remove(n - 1);
        self.rows = rows;
        self.task.examples.remove(n - 1);
        self.changed();
        line(out, format_args!("{} example{} left", count - 1, s(count - 1)));
        Ok(())
    }

    fn consts(&mut self, text: &str, out: &mut String) -> Result<(), String> {
        let cells = parse_inputs(text)?;
        for cell in &cells {
            match cell.read(self.task.kind)? {
                Value::Number(n) => self.task.consts.push(n),
                _ => return Err("constants are numbers".into()),
            }
        }
        self.changed();
        line(out, format_args!("{} constant{}", self.task.consts.len(), s(self.task.consts.len())));
        Ok(())
    }

    fn test(&self, text: &str, out: &mut String) -> Result<(), String> {
        let inputs = self.inputs(text)?;
        let output = self.applied()?.eval(&inputs);
        let paint = self.settings.paint;
        match &output {
            Some(output) => line(out, paint.strong(output.display(self.task.kind))),
            None => line(out, paint.bad("the rule has no output for these inputs")),
        }
        let rules = self.answer().map_or(&[][..], |a| &a.rules);
        let others: Vec<&Rule> = rules
            .iter()
            .skip(1)
            .map(|c| &c.program)
            .filter(|r| r.eval(&inputs) != output)
            .collect();
        if self.inverted.is_none()
            && self.answer().is_some_and(|a| a.status == Status::Several)
            && let Some(other) = others.first()
        {
            let says = other.eval(&inputs).map_or("nothing".into(), |v| v.display(self.task.kind));
            let count = others.len();
            let text = format!(
                "  not sure: {count} other rule{} that fit{} disagree, for example {says} by {}",
                s(count),
                if count == 1 { "s" } else { "" },
                other.show()
            );
            line(out, paint.doubt(text));
        }
        Ok(())
    }

    fn questions(&mut self, out: &mut String) -> Result<(), String> {
        self.best()?;
        let Some(answer) = self.answer() else { return Ok(()) };
        let Some(question) = question(&self.task, answer) else {
            line(out, "nothing to ask: no rule that fits says otherwise");
            return Ok(());
        };
        line(
            out,
            format_args!(
                "What should {} give?",
                self.settings.paint.strong(self.shown(&question.inputs))
            ),
        );
        // Those that nearly nothing speaks for are not worth reading.
        let likely = question
            .choices
            .iter()
            .enumerate()
            .filter(|(n, c)| *n < 2 || (*n < 8 && c.weight > 0.002));
        for (letter, (_, choice)) in ('a'..='z').zip(likely) {
            let output =
                choice.output.as_ref().map_or("no output".into(), |v| v.display(self.task.kind));
            let share = 100.0 * choice.weight;
            line(
                out,
                format_args!(
                    "  {letter}) {output}  {}",
                    self.settings.paint.faint(format_args!("{share:.0} %"))
                ),
            );
        }
        line(out, "  or type `answer VALUE`");
        self.asked = Some(question);
        Ok(())
    }

    fn answer_question(
        &mut self,
        text: &str,
        host: &dyn Host,
        out: &mut String,
    ) -> Result<(), String> {
        let Some(asked) = self.asked.clone() else {
            return Err("nothing was asked; type `questions`".into());
        };
        let mut letters = text.chars();
        let place = match (letters.next(), letters.next()) {
            (Some(letter @ 'a'..='z'), None) => Some(letter as usize - 'a' as usize),
            _ => None,
        };
        let kind = self.task.kind;
        let output = match place.and_then(|n| asked.choices.get(n)) {
            Some(choice) => {
                choice.output.clone().ok_or("a rule must give an output; type `answer VALUE`")?
            }
            None if kind == Kind::Text => Value::Text(text.trim_matches('"').to_owned()),
            None => Cell { text: text.to_owned(), quoted: false }.read(kind)?,
        };
        let cell = |v: &Value| match v {
            Value::Text(text) => Cell { text: text.clone(), quoted: true },
            v => Cell { text: v.display(kind), quoted: false },
        };
        self.add(asked.inputs.iter().map(cell).collect(), cell(&output))?;
        line(out, self.row(&asked.inputs, &output));
        self.synthesize(host, out)
    }

    fn alternatives(&self, out: &mut String) -> Result<(), String> {
        self.best()?;
        let Some(answer) = self.answer() else { return Ok(()) };
        let told = question(&self.task, answer);
        if let Some(question) = &told {
            line(out, format_args!("outputs for {}", self.shown(&question.inputs)));
        }
        for (n, candidate) in answer.rules.iter().take(20).enumerate() {
            let says = told.as_ref().map_or(String::new(), |q| {
                let output = candidate.program.eval(&q.inputs);
                format!("{}  ", output.map_or("nothing".into(), |v| v.display(self.task.kind)))
            });
            let program = self.settings.paint.program(candidate.program.show());
            line(out, format_args!("{:3}  {:5.1} bits  {says}{program}", n + 1, candidate.cost));
        }
        Ok(())
    }

    fn export(&self, text: &str, out: &mut String) -> Result<(), String> {
        let names = || Language::ALL.map(Language::name).join(", ");
        let (language, file) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let language = Language::parse(language)
            .ok_or_else(|| format!("export to what? There are {}", names()))?;
        let source = self.source(language)?;
        if file.trim().is_empty() {
            out.push_str(source.trim_end());
            out.push('\n');
            return Ok(());
        }
        let file = file_name(file, "export c FILE")?;
        std::fs::write(&file, source).map_err(|e| format!("{file}: {e}"))?;
        line(out, format_args!("written to {file}"));
        Ok(())
    }

    /// The rule as source text.
    ///
    /// # Errors
    /// That nothing is found, or why the language cannot have it.
    pub fn source(&self, language: Language) -> Result<String, String> {
        let rows: Vec<Vec<Value>> = self.task.examples.iter().map(|e| e.inputs.clone()).collect();
        let mut name: String = self
            .task
            .name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name = "rule".into();
        }
        self.best()?.export(language, &name.to_ascii_lowercase(), &rows)
    }

    fn run(&self, text: &str, host: &dyn Host, out: &mut String) -> Result<(), String> {
        let (engine, rest) = match text.strip_prefix("--engine") {
            Some(rest) => {
                let rest = rest.trim_start_matches(['=', ' ']);
                rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
            }
            None => ("cpu", text),
        };
        let mut engine = host.engine(engine)?;
        let inputs = self.inputs(rest)?;
        let rule = self.best()?;
        let program =
            rule.program().ok_or("rules of text do not run as machine code; export them")?;
        let row = inputs.iter().filter_map(Value::to_term).collect();
        let compiled = Compiled::new(program, self.task.kind, &[row])?;
        let ran = compiled.run(&mut *engine, &inputs, 1_000_000_000)?;
        line(out, self.settings.paint.strong(ran.value.display(self.task.kind)));
        let words = compiled.words().len();
        let told = format!(
            "  {} instructions executed on engine {}, of {words} in the program",
            thousands(ran.instructions),
            engine.name()
        );
        line(out, self.settings.paint.faint(told));
        if rule.eval(&inputs).as_ref() != Some(&ran.value) {
            return Err("the engine's result is not the rule's; please report this".into());
        }
        Ok(())
    }

    fn save(&self, text: &str, out: &mut String) -> Result<(), String> {
        let file = file_name(text, "save FILE")?;
        self.task.check()?;
        save(Path::new(&file), &self.task, self.best().ok())?;
        line(out, format_args!("kept in {file}"));
        Ok(())
    }

    fn open(&mut self, text: &str, out: &mut String) -> Result<(), String> {
        let file = file_name(text, "open FILE")?;
        let (task, rule) = open(Path::new(&file))?;
        self.settings.text = task.kind == Kind::Text;
        self.reference = None;
        self.set_task(task);
        line(out, format_args!("{} examples of {}", self.task.examples.len(), self.task.kind));
        if let Some(rule) = rule {
            line(out, format_args!("  program  {}", self.settings.paint.program(rule.show())));
            self.keep(rule)?;
        }
        Ok(())
    }

    /// Takes a rule that was saved, if it still fits.
    fn keep(&mut self, rule: Rule) -> Result<(), String> {
        let fits =
            self.task.examples.iter().all(|e| rule.eval(&e.inputs).as_ref() == Some(&e.output));
        if !fits {
            return Err("the saved program does not fit the examples; type `synthesize`".into());
        }
        let rules = vec![crate::Candidate { program: rule, cost: 0.0 }];
        let answer = crate::Answer {
            status: Status::Several,
            complete_to: None,
            rules,
            clash: None,
            evidence: 0.0,
        };
        self.found = Some(super::Found { answer, seconds: 0.0, candidates: 0 });
        Ok(())
    }
}

fn help(name: &str, session: &Session, out: &mut String) -> Result<(), String> {
    let paint = session.settings.paint;
    let wanted: Vec<&CommandHelp> =
        COMMANDS.iter().filter(|c| name.is_empty() || c.name == name).collect();
    if wanted.is_empty() {
        return Err(unknown(name));
    }
    for command in wanted {
        let head = format!("{} {}", command.name, command.usage);
        line(out, format_args!("  {:42} {}", paint.strong(head.trim_end()), command.doc));
    }
    Ok(())
}

fn unknown(word: &str) -> String {
    let near = COMMANDS.iter().map(|c| c.name).find(|name| {
        name.starts_with(word)
            || word.starts_with(name)
            || (word.len() > 3 && distance(word, name) < 3)
    });
    match near {
        Some(name) => format!("`{word}` is no command; is `{name}` meant? `help` lists them"),
        None => format!("`{word}` is no command; `help` lists them, `3, 5 -> 8` adds an example"),
    }
}

/// How many letters must be changed, added or left out.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (n, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, y) in b.chars().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[m + 1];
            row[m + 1] = changed.min(diagonal + 1).min(row[m] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is no number of seconds"))?;
    if !(0.001..=1e6).contains(&seconds) {
        return Err("the time must be from 0.001 to 1,000,000 seconds".into());
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Two words, or two texts in quotes.
fn pair(text: &str) -> Result<(String, String), String> {
    let usage = || {
        "two words are needed: `cipher hello khoor`, or with quotes `cipher \"a b\" \"c d\"`"
            .to_owned()
    };
    if text.contains('"') {
        let parts: Vec<&str> = text.split('"').collect();
        return match parts.as_slice() {
            ["", plain, gap, cipher, ""] if gap.trim().is_empty() || gap.trim() == "->" => {
                Ok(((*plain).to_owned(), (*cipher).to_owned()))
            }
            _ => Err(usage()),
        };
    }
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        [plain, cipher] | [plain, "->", cipher] => Ok(((*plain).to_owned(), (*cipher).to_owned())),
        _ => Err(usage()),
    }
}

pub(super) fn file_name(text: &str, usage: &str) -> Result<String, String> {
    let name = text.trim().trim_matches('"');
    if name.is_empty() { Err(format!("which file? `{usage}`")) } else { Ok(name.to_owned()) }
}
