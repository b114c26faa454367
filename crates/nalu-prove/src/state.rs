//! The file of finished chunks: JSON lines, so that an interrupted run can go on.

use crate::proof::Proof;
use crate::run::Options;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// A finished chunk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) chunk: u64,
    pub(crate) cases: u64,
    pub(crate) note: String,
    pub(crate) seconds: f64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    /// What the chunk's meaning depends on: the program, the seed, how much is run.
    run: String,
    proof: String,
    #[serde(flatten)]
    done: Done,
}

/// What is known to be done.
pub(crate) struct State {
    key: String,
    done: HashMap<String, Vec<Done>>,
    file: Option<File>,
}

impl State {
    /// Reads the state file, if there is one. Lines of another program or other options are passed over.
    pub(crate) fn open(options: &Options) -> io::Result<Self> {
        let Some(path) = &options.state else {
            return Ok(Self { key: String::new(), done: HashMap::new(), file: None });
        };
        let named = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", path.display()));
        let key = format!("{:016x}-{}-{}", program()?, options.seed, u8::from(options.full));
        let done = read(path, &key).map_err(named)?;
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(named)?;
        Ok(Self { key, done, file: Some(file) })
    }

    /// The chunks of a proof that are done.
    pub(crate) fn of(&self, proof: &Proof) -> Vec<Done> {
        let known = self.done.get(&self.name(proof)).cloned().unwrap_or_default();
        known.into_iter().filter(|done| done.chunk < proof.chunks).collect()
    }

    pub(crate) fn record(&mut self, proof: &Proof, done: Done) -> io::Result<()> {
        let name = self.name(proof);
        let Some(file) = &mut self.file else { return Ok(()) };
        let line = Line { run: self.key.clone(), proof: name, done };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        file.write_all(text.as_bytes())
    }

    /// A proof cut otherwise is another one.
    fn name(&self, proof: &Proof) -> String {
        format!("{}/{}", proof.id, proof.chunks)
    }
}

fn read(path: &Path, key: &str) -> io::Result<HashMap<String, Vec<Done>>> {
    let mut done: HashMap<String, Vec<Done>> = HashMap::new();
    let file = match File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(done),
        file => file?,
    };
    for line in BufReader::new(file).lines() {
        // The last line of an interrupted run may be cut short.
        let Ok(line) = serde_json::from_str::<Line>(&line?) else { continue };
        let known = done.entry(line.proof).or_default();
        if line.run == key && known.iter().all(|d| d.chunk != line.done.chunk) {
            known.push(line.done);
        }
    }
    Ok(done)
}

/// A digest (FNV-1a) of the program that runs: of another one, what is done may mean something else.
fn program() -> io::Result<u64> {
    let bytes = std::fs::read(std::env::current_exe()?)?;
    let words = bytes.chunks(8).map(|word| {
        let mut padded = [0; 8];
        padded[..word.len()].copy_from_slice(word);
        u64::from_le_bytes(padded)
    });
    Ok(words.fold(0xcbf2_9ce4_8422_2325, |hash, word| {
        (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3)
    }))
}
