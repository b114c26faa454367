//! WGSL text of a module, in two dialects.

use crate::ir::{Access, Bin, Element, Function, Id, Module, Node, Space, Stmt, Ty, Un, visit};
use std::collections::BTreeSet;
use std::fmt::Write;

/// How 64-bit integers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// As `u64`, which the adapter must have.
    Native,
    /// As pairs of 32-bit words, `vec2<u32>`, low word first. Doubles cannot be written.
    Pairs,
}

/// Expressions longer than this get a name.
const LONG: usize = 90;

impl Module {
    /// The module's text. It has every array and every function; only what `kernel`s use costs
    /// anything.
    #[must_use]
    pub fn wgsl(&self, dialect: Dialect) -> String {
        self.text(dialect, None)
    }

    /// The text of one kernel: the functions that it calls and the arrays that these use.
    ///
    /// # Panics
    /// If there is no kernel of this name.
    #[must_use]
    pub fn wgsl_of(&self, kernel: &str, dialect: Dialect) -> String {
        let functions = self.functions.borrow();
        let root = functions.iter().position(|f| f.name == kernel);
        let root = root.unwrap_or_else(|| panic!("no kernel `{kernel}`"));
        drop(functions);
        self.text(dialect, Some(root))
    }

    fn text(&self, dialect: Dialect, root: Option<usize>) -> String {
        let functions = self.functions.borrow();
        let arrays = self.arrays.borrow();
        let mut wanted: BTreeSet<usize> = root.into_iter().collect();
        if root.is_none() {
            wanted.extend(0..functions.len());
        }
        // Callees come before their callers, so one pass backward finds all.
        for n in (0..functions.len()).rev() {
            if wanted.contains(&n) {
                visit(&functions[n].body, &mut |stmt| {
                    if let Stmt::Call(_, callee, _) = stmt {
                        wanted.insert(*callee);
                    }
                });
            }
        }
        let used_arrays: BTreeSet<u32> =
            wanted.iter().flat_map(|n| arrays_of(&functions[*n])).collect();
        let mut out = String::new();
        for (n, array) in arrays.iter().enumerate() {
            // Bindings keep their numbers, used or not.
            let binding = matches!(array.space, Space::Storage(..));
            if binding || used_arrays.contains(&(n as u32)) {
                declare(&mut out, array, dialect);
            }
        }
        let mut body = String::new();
        for n in &wanted {
            Emitter { functions: &functions, arrays: &arrays, dialect, out: &mut body, depth: 1 }
                .function(*n);
        }
        let support = match dialect {
            Dialect::Native => include_str!("native.wgsl"),
            Dialect::Pairs => include_str!("pairs.wgsl"),
        };
        out.push_str(&used_support(support, &body));
        out.push_str(&body);
        out
    }
}

/// The functions of a support library that a text needs, in their order.
fn used_support(library: &str, text: &str) -> String {
    let pieces: Vec<&str> = library.split("\n\n").filter(|p| p.contains("fn ")).collect();
    let name = |piece: &str| {
        let from = piece.find("fn ").map_or(0, |at| at + 3);
        piece[from..].split('(').next().unwrap_or_default().to_owned()
    };
    let mut needed = vec![false; pieces.len()];
    // Later pieces use earlier ones.
    for n in (0..pieces.len()).rev() {
        let call = format!("{}(", name(pieces[n]));
        needed[n] = text.contains(&call)
            || (n + 1..pieces.len()).any(|later| needed[later] && pieces[later].contains(&call));
    }
    let used = pieces.iter().zip(needed).filter(|(_, needed)| *needed);
    used.map(|(piece, _)| format!("{}\n\n", piece.trim())).collect()
}

fn arrays_of(f: &Function) -> Vec<u32> {
    let mut used: Vec<u32> = f
        .nodes
        .iter()
        .filter_map(|(node, _)| match node {
            Node::Load(a, _) | Node::Load4(a, ..) | Node::AtomicAdd(a, ..) => Some(*a),
            _ => None,
        })
        .collect();
    visit(&f.body, &mut |stmt| {
        if let Stmt::Store(a, ..) = stmt {
            used.push(*a);
        }
    });
    used
}

fn type_name(ty: Ty, dialect: Dialect) -> &'static str {
    match (ty, dialect) {
        (Ty::Bool, _) => "bool",
        (Ty::U32, _) => "u32",
        (Ty::U64, Dialect::Native) => "u64",
        (Ty::U64, Dialect::Pairs) => "vec2<u32>",
    }
}

fn declare(out: &mut String, array: &crate::ir::ArrayDecl, dialect: Dialect) {
    let element = match array.element {
        Element::U32 if matches!(array.space, Space::Storage(_, Access::Atomic)) => "atomic<u32>",
        Element::U32 => "u32",
        Element::U64 => type_name(Ty::U64, dialect),
        Element::U32x4 => "vec4<u32>",
    };
    let name = &array.name;
    let line = match array.space {
        Space::Storage(binding, access) => {
            let mode = if access == Access::Read { "read" } else { "read_write" };
            format!(
                "@group(0) @binding({binding}) var<storage, {mode}> {name}: array<{element}>;\n"
            )
        }
        Space::Private(n) => format!("var<private> {name}: array<{element}, {n}>;\n"),
        Space::Workgroup(n) => format!("var<workgroup> {name}: array<{element}, {n}>;\n"),
    };
    out.push_str(&line);
}

struct Emitter<'a> {
    functions: &'a [std::rc::Rc<Function>],
    arrays: &'a [crate::ir::ArrayDecl],
    dialect: Dialect,
    out: &'a mut String,
    depth: usize,
}

/// Where a value is made and where it is used.
struct Uses {
    count: Vec<u32>,
    /// The block that makes it and, if there is one use, the block that uses it.
    home: Vec<u32>,
    user: Vec<u32>,
}

impl Uses {
    fn of(f: &Function) -> Self {
        let n = f.nodes.len();
        let mut uses = Self { count: vec![0; n], home: vec![u32::MAX; n], user: vec![0; n] };
        let mut blocks = 0;
        uses.block(f, &f.body, &mut blocks);
        for id in &f.returns {
            uses.add(*id, 0);
        }
        uses
    }

    fn add(&mut self, id: Id, block: u32) {
        self.count[id as usize] += 1;
        self.user[id as usize] = block;
    }

    fn block(&mut self, f: &Function, body: &[Stmt], blocks: &mut u32) {
        let this = *blocks;
        *blocks += 1;
        for stmt in body {
            match stmt {
                Stmt::Let(id) => {
                    self.home[*id as usize] = this;
                    for operand in f.nodes[*id as usize].0.operands() {
                        self.add(operand, this);
                    }
                }
                Stmt::SetVar(_, id) => self.add(*id, this),
                Stmt::Store(_, a, b) => {
                    self.add(*a, this);
                    self.add(*b, this);
                }
                Stmt::Call(_, _, args) => args.iter().for_each(|a| self.add(*a, this)),
                Stmt::If(cond, a, b) => {
                    self.add(*cond, this);
                    self.block(f, a, blocks);
                    self.block(f, b, blocks);
                }
                Stmt::Loop(a) => self.block(f, a, blocks),
                Stmt::Switch(value, cases, default) => {
                    self.add(*value, this);
                    for (_, case) in cases {
                        self.block(f, case, blocks);
                    }
                    self.block(f, default, blocks);
                }
                Stmt::Break | Stmt::Continue | Stmt::Barrier | Stmt::Note(_) => {}
            }
        }
    }

    fn inline(&self, id: Id) -> bool {
        let id = id as usize;
        self.count[id] == 1 && self.home[id] == self.user[id]
    }
}

/// What `break` means where a statement stands.
#[derive(Clone, Copy)]
enum Inside {
    Loop,
    /// A switch: breaking out of the loop around it takes this flag.
    Switch(usize),
}

struct Text {
    uses: Uses,
    /// The expression of each value.
    exprs: Vec<String>,
    flags: usize,
}

impl Emitter<'_> {
    fn line(&mut self, text: &str) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn function(&mut self, index: usize) {
        let f = self.functions[index].clone();
        let d = self.dialect;
        if f.results.len() > 1 {
            let fields: Vec<String> = f
                .results
                .iter()
                .enumerate()
                .map(|(n, ty)| format!("r{n}: {}", type_name(*ty, d)))
                .collect();
            let _ = writeln!(self.out, "struct {}_result {{ {} }}", f.name, fields.join(", "));
        }
        if let Some(size) = f.workgroup {
            let _ = writeln!(
                self.out,
                "@compute @workgroup_size({size})\nfn {}(@builtin(global_invocation_id) global: vec3<u32>, @builtin(local_invocation_index) local: u32) {{",
                f.name
            );
        } else {
            let params: Vec<String> = f
                .params
                .iter()
                .enumerate()
                .map(|(n, ty)| format!("p{n}: {}", type_name(*ty, d)))
                .collect();
            let result = match f.results.as_slice() {
                [] => String::new(),
                [ty] => format!(" -> {}", type_name(*ty, d)),
                _ => format!(" -> {}_result", f.name),
            };
            let _ = writeln!(self.out, "fn {}({}){result} {{", f.name, params.join(", "));
        }
        let mut text = Text {
            uses: Uses::of(&f),
            exprs: (0..f.nodes.len()).map(|n| format!("p{n}")).collect(),
            flags: 0,
        };
        for (n, ty) in f.vars.iter().enumerate() {
            self.line(&format!("var v{n}: {};", type_name(*ty, d)));
        }
        self.block(&f, &f.body, &mut text, Inside::Loop);
        let returns: Vec<&str> =
            f.returns.iter().map(|id| text.exprs[*id as usize].as_str()).collect();
        match returns.as_slice() {
            [] => {}
            [one] => self.line(&format!("return {one};")),
            many => self.line(&format!("return {}_result({});", f.name, many.join(", "))),
        }
        self.out.push_str("}\n\n");
    }

    fn block(&mut self, f: &Function, body: &[Stmt], text: &mut Text, inside: Inside) {
        for stmt in body {
            self.statement(f, stmt, text, inside);
        }
    }

    fn nested(&mut self, f: &Function, body: &[Stmt], text: &mut Text, inside: Inside) {
        self.depth += 1;
        self.block(f, body, text, inside);
        self.depth -= 1;
    }

    fn statement(&mut self, f: &Function, stmt: &Stmt, text: &mut Text, inside: Inside) {
        let name = |text: &Text, id: &Id| text.exprs[*id as usize].clone();
        match stmt {
            Stmt::Let(id) => self.value(f, *id, text),
            Stmt::SetVar(var, id) => self.line(&format!("v{var} = {};", name(text, id))),
            Stmt::Store(array, index, value) => {
                let array = &self.arrays[*array as usize].name;
                let line = format!("{array}[{}] = {};", name(text, index), name(text, value));
                self.line(&line);
            }
            Stmt::Call(call, callee, args) => {
                let callee = self.functions[*callee].clone();
                let args: Vec<String> = args.iter().map(|a| name(text, a)).collect();
                let call_text = format!("{}({})", callee.name, args.join(", "));
                if callee.results.is_empty() {
                    self.line(&format!("{call_text};"));
                } else {
                    self.line(&format!("let c{call} = {call_text};"));
                }
            }
            Stmt::If(cond, then, otherwise) => {
                self.line(&format!("if {} {{", name(text, cond)));
                self.nested(f, then, text, inside);
                if !otherwise.is_empty() {
                    self.line("} else {");
                    self.nested(f, otherwise, text, inside);
                }
                self.line("}");
            }
            Stmt::Loop(body) => {
                self.line("loop {");
                self.nested(f, body, text, Inside::Loop);
                self.line("}");
            }
            Stmt::Break => match inside {
                Inside::Loop => self.line("break;"),
                Inside::Switch(flag) => {
                    self.line(&format!("leave{flag} = true;"));
                    self.line("break;");
                }
            },
            Stmt::Continue => self.line("continue;"),
            Stmt::Switch(value, cases, default) => {
                let flag = text.flags;
                text.flags += 1;
                let breaks = cases.iter().any(|(_, c)| leaves(c)) || leaves(default);
                if breaks {
                    self.line(&format!("var leave{flag} = false;"));
                }
                self.line(&format!("switch {} {{", name(text, value)));
                self.depth += 1;
                for (labels, case) in cases {
                    let labels: Vec<String> = labels.iter().map(|l| format!("{l}u")).collect();
                    self.line(&format!("case {}: {{", labels.join(", ")));
                    self.nested(f, case, text, Inside::Switch(flag));
                    self.line("}");
                }
                self.line("default: {");
                self.nested(f, default, text, Inside::Switch(flag));
                self.line("}");
                self.depth -= 1;
                self.line("}");
                if breaks {
                    self.line(&format!("if leave{flag} {{"));
                    self.depth += 1;
                    self.statement(f, &Stmt::Break, text, inside);
                    self.depth -= 1;
                    self.line("}");
                }
            }
            Stmt::Barrier => self.line("workgroupBarrier();"),
            Stmt::Note(note) => self.line(&format!("// {note}")),
        }
    }

    fn value(&mut self, f: &Function, id: Id, text: &mut Text) {
        let (node, ty) = f.nodes[id as usize];
        let expr = self.expression(f, node, ty, text);
        let simple =
            matches!(node, Node::Const(_) | Node::Param(_) | Node::GlobalId | Node::LocalId);
        if node.is_pure() && text.uses.count[id as usize] == 0 {
            return;
        }
        if simple || node.is_pure() && text.uses.inline(id) && expr.len() < LONG {
            text.exprs[id as usize] = expr;
            return;
        }
        let call_result = matches!(node, Node::Result(..));
        if call_result {
            text.exprs[id as usize] = expr;
            return;
        }
        // The parts of an element, one after the other, are one load: drivers do not join four.
        if let Node::Load4(array, index, part) = node {
            let first = id - u32::from(part);
            if part == 0 {
                let (name, index) =
                    (&self.arrays[array as usize].name, &text.exprs[index as usize]);
                self.line(&format!("let t{first} = {name}[{index}];"));
            }
            let part = ["x", "y", "z", "w"][usize::from(part)];
            text.exprs[id as usize] = format!("t{first}.{part}");
            return;
        }
        self.line(&format!("let t{id} = {expr};"));
        text.exprs[id as usize] = format!("t{id}");
    }

    fn expression(&self, f: &Function, node: Node, ty: Ty, text: &Text) -> String {
        let e = |id: Id| text.exprs[id as usize].as_str();
        let of = |id: Id| f.nodes[id as usize].1;
        match node {
            Node::Const(value) => self.constant(value, ty),
            Node::Param(n) => format!("p{n}"),
            Node::Un(op, a) => self.unary(op, of(a), e(a)),
            Node::Bin(op, a, b) => self.binary(op, of(a), e(a), e(b)),
            Node::Select(c, a, b) => format!("select({}, {}, {})", e(b), e(a), e(c)),
            Node::F64Fma(a, b, c) => format!("f64_fma({}, {}, {})", e(a), e(b), e(c)),
            Node::ReadVar(var) => format!("v{var}"),
            Node::Load(array, index) => {
                let decl = &self.arrays[array as usize];
                if matches!(decl.space, Space::Storage(_, Access::Atomic)) {
                    format!("atomicLoad(&{}[{}])", decl.name, e(index))
                } else {
                    format!("{}[{}]", decl.name, e(index))
                }
            }
            // See `value`.
            Node::Load4(..) => String::new(),
            Node::AtomicAdd(array, index, by) => {
                format!("atomicAdd(&{}[{}], {})", self.arrays[array as usize].name, e(index), e(by))
            }
            Node::SubgroupMin(a) => format!("subgroupMin({})", e(a)),
            Node::Result(call, _, true) => format!("c{call}"),
            Node::Result(call, n, false) => format!("c{call}.r{n}"),
            Node::GlobalId => "global.x".into(),
            Node::LocalId => "local".into(),
        }
    }

    fn constant(&self, value: u64, ty: Ty) -> String {
        match (ty, self.dialect) {
            (Ty::Bool, _) => (value != 0).to_string(),
            (Ty::U32, _) if value < 1024 => format!("{value}u"),
            (Ty::U32, _) => format!("{value:#x}u"),
            (Ty::U64, Dialect::Native) if value < 1024 => format!("{value}lu"),
            (Ty::U64, Dialect::Native) => format!("{value:#x}lu"),
            (Ty::U64, Dialect::Pairs) => {
                format!("vec2<u32>({:#x}u, {:#x}u)", value as u32, value >> 32)
            }
        }
    }

    fn unary(&self, op: Un, ty: Ty, a: &str) -> String {
        let native = self.dialect == Dialect::Native;
        match (op, ty) {
            (Un::Not, Ty::Bool) => format!("!({a})"),
            (Un::Not, _) => format!("(~{a})"),
            (Un::Clz, Ty::U32) => format!("countLeadingZeros({a})"),
            (Un::Clz, _) => format!("clz64({a})"),
            (Un::Popcount, Ty::U32) => format!("countOneBits({a})"),
            (Un::Popcount, _) => format!("popcount64({a})"),
            (Un::Rbit, Ty::U32) => format!("reverseBits({a})"),
            (Un::Rbit, _) => format!("reverse64({a})"),
            (Un::Low, _) if native => format!("u32({a})"),
            (Un::High, _) if native => format!("u32({a} >> 32u)"),
            (Un::Low, _) => format!("{a}.x"),
            (Un::High, _) => format!("{a}.y"),
            (Un::Widen, _) if native => format!("u64({a})"),
            (Un::Widen, _) => format!("vec2<u32>({a}, 0u)"),
            (Un::Count, _) => format!("select(0u, 1u, {a})"),
            (Un::F64Sqrt, _) => format!("f64_sqrt({a})"),
            (Un::F64FromSigned, _) => format!("f64_from_signed({a})"),
        }
    }

    fn binary(&self, op: Bin, ty: Ty, a: &str, b: &str) -> String {
        let infix = |sign: &str| format!("({a} {sign} {b})");
        let call = |name: &str| format!("{name}({a}, {b})");
        let wide = ty == Ty::U64;
        if wide && self.dialect == Dialect::Pairs {
            return match op {
                Bin::And => infix("&"),
                Bin::Or => infix("|"),
                Bin::Xor => infix("^"),
                Bin::Eq => format!("all({a} == {b})"),
                Bin::Ne => format!("any({a} != {b})"),
                Bin::Add => call("add64"),
                Bin::Sub => call("sub64"),
                Bin::Mul => call("mul64"),
                Bin::MulHi => call("mulhi64"),
                Bin::Div => call("div64"),
                Bin::Rem => call("rem64"),
                Bin::Shl => call("shl64"),
                Bin::Shr => call("shr64"),
                Bin::Sar => call("sar64"),
                Bin::LtU => call("lt64"),
                Bin::LeU => format!("!(lt64({b}, {a}))"),
                Bin::LtS => call("lts64"),
                Bin::LeS => format!("!(lts64({b}, {a}))"),
                Bin::Join => unreachable!("joined words are 32 bits wide"),
                Bin::F64Add | Bin::F64Div | Bin::F64Lt | Bin::F64Eq => {
                    unreachable!("doubles have no pairs")
                }
            };
        }
        match op {
            Bin::Add => infix("+"),
            Bin::Sub => infix("-"),
            Bin::Mul => infix("*"),
            Bin::MulHi if wide => call("mulhi64"),
            Bin::MulHi => call("mulhi32"),
            Bin::Div => infix("/"),
            Bin::Rem => infix("%"),
            Bin::And => infix("&"),
            Bin::Or => infix("|"),
            Bin::Xor if ty == Ty::Bool => infix("!="),
            Bin::Xor => infix("^"),
            Bin::Shl => infix("<<"),
            Bin::Shr => infix(">>"),
            Bin::Sar if wide => format!("bitcast<u64>(bitcast<i64>({a}) >> {b})"),
            Bin::Sar => format!("bitcast<u32>(bitcast<i32>({a}) >> {b})"),
            Bin::Eq => infix("=="),
            Bin::Ne => infix("!="),
            Bin::LtU => infix("<"),
            Bin::LeU => infix("<="),
            Bin::LtS if wide => format!("(bitcast<i64>({a}) < bitcast<i64>({b}))"),
            Bin::LtS => format!("(bitcast<i32>({a}) < bitcast<i32>({b}))"),
            Bin::LeS if wide => format!("(bitcast<i64>({a}) <= bitcast<i64>({b}))"),
            Bin::LeS => format!("(bitcast<i32>({a}) <= bitcast<i32>({b}))"),
            Bin::Join if self.dialect == Dialect::Native => {
                format!("(u64({a}) | (u64({b}) << 32u))")
            }
            Bin::Join => format!("vec2<u32>({a}, {b})"),
            Bin::F64Add => call("f64_add"),
            Bin::F64Div => call("f64_div"),
            Bin::F64Lt => call("f64_lt"),
            Bin::F64Eq => call("f64_eq"),
        }
    }
}

/// Does it break out of the loop around it?
fn leaves(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Break => true,
        Stmt::If(_, a, b) => leaves(a) || leaves(b),
        Stmt::Switch(_, cases, default) => cases.iter().any(|(_, c)| leaves(c)) || leaves(default),
        _ => false,
    })
}
