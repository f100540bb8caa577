//! Writes the TypeScript client: types by ts-rs, one function a call.

use mingce_model::{Form, Kind};
use std::collections::BTreeMap;
use ts_rs::{Config, TS, TypeVisitor};

/// Collects the calls and the types they mention.
pub(crate) struct Visit<'a> {
    config: &'a Config,
    /// Declarations by name.
    types: BTreeMap<String, String>,
    calls: Vec<String>,
}

impl Visit<'_> {
    pub(crate) fn call<Args: TS + 'static, Answer: TS + 'static>(&mut self, name: &str, docs: &[&str]) {
        self.mention::<Args>();
        self.mention::<Answer>();
        let docs: String = docs.iter().map(|line| format!("  /** {} */\n", line.trim())).collect();
        let (args, answer) = (Args::name(self.config), Answer::name(self.config));
        let method = camel_case(name);
        self.calls.push(if args == "Nothing" {
            format!("{docs}  {method}: (): Promise<{answer}> => call(\"{name}\", {{}}),\n")
        } else {
            format!("{docs}  {method}: (args: {args}): Promise<{answer}> => call(\"{name}\", args),\n")
        });
    }

    pub(crate) fn mention<T: TS + 'static + ?Sized>(&mut self) {
        // Only our own types are written to a file; numbers, strings and lists are not.
        if T::output_path().is_some() {
            let name = T::ident(self.config);
            if self.types.contains_key(&name) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            self.types.insert(name, format!("{docs}export {}\n", T::decl(self.config)));
        }
        T::visit_dependencies(&mut Dependencies(self));
        T::visit_generics(&mut Dependencies(self));
    }
}

struct Dependencies<'a, 'b>(&'a mut Visit<'b>);

impl TypeVisitor for Dependencies<'_, '_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.0.mention::<T>();
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}

/// Files of `ui/src/generated`, by name.
pub fn files() -> BTreeMap<&'static str, String> {
    let config = Config::default().with_large_int("number");
    let mut visit = Visit { config: &config, types: BTreeMap::new(), calls: Vec::new() };
    crate::calls::describe(&mut visit);
    visit.mention::<crate::Event>();
    visit.mention::<crate::Failure>();
    let mark = "// Written by `cargo xtask codegen` from crates/ipc. Do not edit.\n\n";
    let types: String = visit.types.values().map(|declaration| format!("{declaration}\n")).collect();
    let imports: Vec<&str> = visit.types.keys().map(String::as_str).collect();
    let used: Vec<&str> = imports
        .into_iter()
        .filter(|name| {
            let functions = visit.calls.iter().flat_map(|call| call.lines()).filter(|line| !line.contains("/**"));
            functions.flat_map(|line| line.split(|c: char| !c.is_alphanumeric())).any(|word| word == *name)
        })
        .collect();
    let calls: String = visit.calls.concat();
    let client = format!(
        "{mark}import type {{\n{}}} from \"./types\";\n\n\
         /** Carries one call to the app: the only thing a host must provide. */\n\
         export type Call = <Answer>(name: string, args: unknown) => Promise<Answer>;\n\n\
         export const makeClient = (call: Call) => ({{\n{calls}}});\n\n\
         export type Client = ReturnType<typeof makeClient>;\n",
        used.iter().map(|name| format!("  {name},\n")).collect::<String>(),
    );
    let codes: String =
        crate::Code::ALL.iter().map(|code| {
            let ((zh, en), (zh_step, en_step)) = (code.words(), code.next_step());
            format!("  {}: {{\n    zh: {zh:?},\n    en: {en:?},\n    zhStep: {zh_step:?},\n    enStep: {en_step:?},\n  }},\n", code.code())
        }).collect();
    let failures = format!(
        "{mark}import type {{ Code }} from \"./types\";\n\n\
         /** What happened and the one thing to do next, for every code. */\n\
         export const failureWords: Record<Code, {{ zh: string; en: string; zhStep: string; enStep: string }}> = {{\n{codes}}};\n"
    );
    BTreeMap::from([
        ("types.ts", format!("{mark}{types}")),
        ("client.ts", client),
        ("failures.ts", failures),
        ("rules.ts", crate::rule::typescript(mark)),
        ("fields.ts", fields(mark)),
    ])
}

/// Every field by the kind of its records, with the words of a choice: what the history may name.
fn fields(mark: &str) -> String {
    let of_kind = |kind: Kind| {
        let fields = kind.fields().iter().map(|field| match field.form() {
            Form::Choice(words) => format!("    {}: {words:?},\n", field.name()),
            _ => format!("    {}: null,\n", field.name()),
        });
        format!("  {}: {{\n{}  }},\n", kind.name(), fields.collect::<String>())
    };
    let all: String = Kind::ALL.into_iter().map(of_kind).collect();
    format!(
        "{mark}/** Fields of records by their kind: the words of a choice, or null. */\n\
         export const fields: Record<string, Record<string, readonly string[] | null>> = {{\n{all}}};\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_a_function_and_every_type_a_declaration() {
        let files = files();
        for name in crate::calls::NAMES {
            assert!(files["client.ts"].contains(&format!("call(\"{name}\"")), "{name}");
        }
        for name in ["MemberDetail", "ServicePlace", "Event", "Failure", "Column"] {
            assert!(files["types.ts"].contains(&format!("export type {name} =")), "{name}");
        }
        assert!(!files["types.ts"].contains("bigint"));
    }

    #[test]
    fn the_committed_client_is_the_generated_one() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/generated");
        for (name, text) in files() {
            let path = folder.join(name);
            if std::env::var_os("MINGCE_CODEGEN").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &text).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
            assert!(committed == text, "ui/src/generated/{name} is out of date: run `cargo xtask codegen`");
        }
    }
}
