//! Images: what is read, what is refused and where, and the way back to text.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_muxleq::{CELLS, Image, State};

fn error(text: &str) -> String {
    Image::parse("a.dec", text).unwrap_err().to_string()
}

#[test]
fn numbers_by_commas_and_white_space() {
    let image =
        Image::parse("a.dec", "1,2 -1\n\t-2,\r\n65535 , 32768\n-32768,-65535,-65536").unwrap();
    assert_eq!(image.cells, [1, 2, 65535, 65534, 65535, 32768, 32768, 1, 0]);
}

#[test]
fn errors_say_where() {
    let want = "a.dec:2:3: `x7` is no decimal number; ";
    assert!(error("1 2\n4,x7").starts_with(want), "{}", error("1 2\n4,x7"));
    for (text, place) in
        [("65536", "1:1"), ("5\n\n -65537", "3:2"), ("99999999999999999999", "1:1")]
    {
        let e = error(text);
        assert!(e.starts_with(&format!("a.dec:{place}: ")) && e.contains("does not fit"), "{e}");
    }
    for text in ["-", "1-2", "--1", "+1", "0x10", "1.5", "\u{e4}"] {
        assert!(error(text).contains("is no decimal number"), "{}", error(text));
    }
    assert!(error(" \n").contains("no number"));
}

#[test]
fn as_many_cells_as_there_are() {
    let full = "7\n".repeat(CELLS);
    let mut image = Image::parse("a.dec", &full).unwrap();
    let e = image.append("b.dec", "1").unwrap_err().to_string();
    assert_eq!(e, "b.dec:1:1: more than 65536 cells; shorten the image");
    assert!(error(&(full + "8")).starts_with("a.dec:65537:1: more than"));
}

#[test]
fn files_append() {
    let mut image = Image::parse("a.dec", "1 2").unwrap();
    image.append("b.dec", "3").unwrap();
    assert_eq!(image.cells, [1, 2, 3]);
    let state = State::new(&image);
    assert_eq!((&state.memory[..4], state.pc, state.steps), (&[1, 2, 3, 0][..], 0, 0));
    assert!(image.append("c.dec", ",").is_err());
}

#[test]
fn text_round_trips() {
    let cells: Vec<u16> = (0..100).map(|i: u16| i.wrapping_mul(40503)).chain([65535]).collect();
    let text = Image { cells: cells.clone() }.to_text();
    assert!(text.ends_with("-1\n"), "{text}");
    assert_eq!(Image::parse("a.dec", &text).unwrap().cells, cells);
    assert_eq!(Image { cells: vec![1, 65535, 3, 4] }.to_text(), "1 -1 3\n4\n");
}

#[test]
fn content_tells() {
    for image in ["0", "1,2,3\n", " -1\t5 "] {
        assert!(Image::looks_like(image.as_bytes()), "{image}");
    }
    for other in ["", "\n", "-", "MOV R0, 1", "1 2 x", "#!/bin/sh", "1.5", "1 \u{7f}"] {
        assert!(!Image::looks_like(other.as_bytes()), "{other}");
    }
}
