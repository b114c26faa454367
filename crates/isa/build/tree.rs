//! Builds the decoder's static tree: a root indexed by bits 31..21, then smaller windows of bits
//! where many rows remain, then short lists of rows ordered from the most to the least specific.

use crate::table::{Pattern, Row};
use std::collections::HashMap;

const LEAF: u16 = 0x8000;

#[derive(Default)]
struct Tree {
    nodes: Vec<(u32, u32, usize)>,
    slots: Vec<u16>,
    leaves: Vec<u16>,
    memo: HashMap<(Vec<usize>, u32), u16>,
}

/// The tree as Rust source.
pub(crate) fn emit(rows: &[Row]) -> String {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(rows[i].pattern.mask.count_ones()));
    let patterns: Vec<Pattern> = rows.iter().map(|r| r.pattern).collect();
    let mut tree = Tree::default();
    tree.node(&patterns, order, 21, 11, 0);
    let mut out = String::new();
    let w = &mut out;
    put!(w, "static NODES: [Node; {}] = [", tree.nodes.len());
    for (shift, width, base) in &tree.nodes {
        put!(w, "Node {{ shift: {shift}, mask: {}, base: {base} }},", (1u32 << width) - 1);
    }
    put!(w, "];");
    put!(w, "static SLOTS: [u16; {}] = {:?};", tree.slots.len(), tree.slots);
    put!(w, "static LEAVES: [u16; {}] = {:?};", tree.leaves.len(), tree.leaves);
    out
}

impl Tree {
    fn node(&mut self, p: &[Pattern], list: Vec<usize>, shift: u32, width: u32, depth: u32) -> u16 {
        let index = self.nodes.len();
        let base = self.slots.len();
        self.nodes.push((shift, width, base));
        self.slots.resize(base + (1 << width), 0);
        for v in 0..1u32 << width {
            let slot = self.slot(p, narrow(p, &list, shift, width, v), depth + 1);
            self.slots[base + v as usize] = slot;
        }
        u16::try_from(index).expect("few nodes")
    }

    fn slot(&mut self, p: &[Pattern], list: Vec<usize>, depth: u32) -> u16 {
        if let Some(&known) = self.memo.get(&(list.clone(), depth)) {
            return known;
        }
        let key = (list.clone(), depth);
        let slot = match best_window(p, &list) {
            Some((shift, width)) if depth < 5 => self.node(p, list, shift, width, depth),
            _ => self.leaf(&list),
        };
        self.memo.insert(key, slot);
        slot
    }

    fn leaf(&mut self, list: &[usize]) -> u16 {
        let at = self.leaves.len();
        self.leaves.push(list.len() as u16);
        self.leaves.extend(list.iter().map(|&i| i as u16));
        assert!(at < usize::from(LEAF), "the leaves fit fifteen bits");
        LEAF | at as u16
    }
}

fn narrow(p: &[Pattern], list: &[usize], shift: u32, width: u32, v: u32) -> Vec<usize> {
    let mask = ((1 << width) - 1) << shift;
    let window = Pattern { mask, value: v << shift };
    list.iter().copied().filter(|&i| p[i].and(window).is_some()).collect()
}

/// The window of bits that leaves the shortest lists, if one is worth a table.
fn best_window(p: &[Pattern], list: &[usize]) -> Option<(u32, u32)> {
    if list.len() <= 2 {
        return None;
    }
    let mut best = (list.len() as f64 * 0.75, None);
    for width in 1..=6 {
        for shift in 0..=32 - width {
            let total: usize =
                (0..1 << width).map(|v| narrow(p, list, shift, width, v).len()).sum();
            // A wider window has to earn its slots.
            let cost = total as f64 / f64::from(1 << width) + f64::from(width) * 0.02;
            if cost < best.0 {
                best = (cost, Some((shift, width)));
            }
        }
    }
    best.1
}
