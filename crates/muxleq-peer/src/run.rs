//! Runs an image in C and takes the time.

use crate::build::{Peer, at};
use ncpu_muxleq::Image;
use std::fs;
use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Steps done.
    pub steps: u64,
    /// What the steps took, without the start of the process.
    pub time: Duration,
    /// The output.
    pub output: Vec<u8>,
}

impl Peer {
    /// Runs an image on input, for at most `most` steps if that is given.
    ///
    /// # Errors
    /// One line: files or the process fail.
    pub fn run(&self, image: &Image, input: &[u8], most: Option<u64>) -> Result<Run, String> {
        self.run_often(image, input, most, 1)
    }

    /// The same so many times in one process, each from the start; what all of them came to.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn run_often(
        &self,
        image: &Image,
        input: &[u8],
        most: Option<u64>,
        times: u64,
    ) -> Result<Run, String> {
        let (image_file, input_file) = (self.file("image.dec"), self.file("input"));
        fs::write(&image_file, image.to_text()).map_err(|e| at(&image_file, &e))?;
        fs::write(&input_file, input).map_err(|e| at(&input_file, &e))?;
        let input = File::open(&input_file).map_err(|e| at(&input_file, &e))?;
        let mut command = Command::new(self.program());
        command.arg("-s").arg("-r").arg(times.to_string());
        if let Some(most) = most {
            command.arg("-n").arg(most.to_string());
        }
        command.arg(&image_file).stdin(Stdio::from(input));
        let done = command.output().map_err(|e| at(&self.program(), &e))?;
        let said = String::from_utf8_lossy(&done.stderr);
        let numbers = || -> Option<(u64, u64)> {
            let (steps, nanoseconds) = said.trim().split_once(' ')?;
            Some((steps.parse().ok()?, nanoseconds.parse().ok()?))
        };
        match numbers() {
            Some((steps, time)) if done.status.success() => {
                Ok(Run { steps, time: Duration::from_nanos(time), output: done.stdout })
            }
            _ => Err(format!("the C version: {}: {}", done.status, said.trim())),
        }
    }
}
